"""Parcels and points in files of geodata, brought to the grid of a region."""

import json
import warnings
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError
from pyproj.exceptions import ProjError

from cropcore.cube import Grid
from cropcore.errors import LabelError
from cropcore.sources.region.extents import Bounds, bounds_in, bounds_of
from cropcore.sources.region.label_values import check_size, choose_column, read_text

SUFFIXES = (".gpkg", ".shp", ".geojson", ".json", ".parquet", ".csv")
"""Endings of files with parcels or points."""
_OPENINGS = {".gpkg": b"SQLite format 3\0", ".shp": b"\0\0\x27\x0a", ".parquet": b"PAR1"}
_LARGEST_GEOJSON = 200_000_000
_LARGEST_PARQUET = 2_000_000_000
_LON = ("lon", "longitude", "lng")
_LAT = ("lat", "latitude")
_OGR_ERRORS = (DataSourceError, DataLayerError, FeatureError, GeometryError, CRSError)


@dataclass(frozen=True)
class Features:
    """Items of a file of geodata near a region."""

    table: pd.DataFrame
    """Their attributes; the index tells each item's place in the file."""
    shapes: np.ndarray
    """Their geometries in the coordinates of the grid, shapely objects (item,)."""
    notes: tuple[str, ...] = ()
    """What was left out, a sentence each."""


def read_features(path: Path, layer: str | None, grid: Grid) -> Features:
    """Parcels or points that touch the region.

    Args:
        path: GeoPackage, Shapefile, GeoJSON, (Geo)Parquet, or CSV of points.
        layer: Layer of a GeoPackage; needed where it has several.
        grid: Where they are wanted.

    Raises:
        MissingFileError: There is no such file.
        LabelError: It cannot be read, tells no coordinate system or lies elsewhere.
    """
    return _near(_frame(path, layer, grid), path, grid)


def box_around(path: Path, layer: str | None = None) -> Bounds:
    """The box around all parcels or points of a file: west, south, east, north in degrees.

    Raises:
        LabelError: It cannot be read, tells no coordinate system or holds nothing.
    """
    frame = _frame(path, layer, None)
    try:
        west, south, east, north = frame.to_crs(4326).total_bounds
    except (ProjError, ValueError) as error:  # ValueError: no coordinate system
        raise _unreadable(path, str(error)) from error
    if not np.isfinite((west, south, east, north)).all():
        raise _unreadable(path, "nothing in it has a place on Earth")
    return float(west), float(south), float(east), float(north)


def _frame(path: Path, layer: str | None, grid: Grid | None) -> geopandas.GeoDataFrame:
    """Items of a file in its own coordinates, of large files those near the grid."""
    suffix = path.suffix.lower()
    opening = _OPENINGS.get(suffix)
    if opening is not None:
        with path.open("rb") as file:
            if file.read(len(opening)) != opening:
                raise _unreadable(path, f"it does not begin like a {suffix} file")
    if suffix == ".csv":
        return _points(path, _csv(path))
    if suffix in (".geojson", ".json"):
        return _geojson(path)
    if suffix == ".parquet":
        return _parquet(path)
    if suffix in _OPENINGS:
        return _layer(path, layer, grid)
    raise LabelError(
        path,
        expected=f"labels in a file ending in .tif, {', '.join(SUFFIXES)}",
        got=suffix or "no ending",
        advice="convert the labels to GeoPackage",
    )


def _near(frame: geopandas.GeoDataFrame, path: Path, grid: Grid) -> Features:
    """Items that touch the grid, in its coordinates."""
    if frame.crs is None:
        raise LabelError(
            path,
            expected="geometries with a coordinate reference system",
            got="none",
            advice="assign it, for example with ogr2ogr -a_srs EPSG:4326",
        )
    usable = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if usable.empty:
        raise LabelError(
            path,
            expected="parcels or points that overlap the imagery",
            got="none with a geometry there",
            advice="use the labels of this region or correct their coordinate system",
        )
    try:
        moved = usable.to_crs(grid.crs)
    except ProjError as error:
        raise _unreadable(path, str(error)) from error
    shapes = _single(shapely.force_2d(np.asarray(moved.geometry.array, dtype=object)))
    bounds = shapely.bounds(shapes)
    left, bottom, right, top = bounds_of(grid)
    with np.errstate(invalid="ignore"):
        touches = (
            np.isfinite(bounds).all(axis=1)
            & (bounds[:, 0] <= right)
            & (bounds[:, 2] >= left)
            & (bounds[:, 1] <= top)
            & (bounds[:, 3] >= bottom)
        )
    if not touches.any():
        extent = "x {:.8g} to {:.8g}, y {:.8g} to {:.8g}"
        theirs = np.concatenate([bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)])
        raise LabelError(
            path,
            expected=f"labels that overlap the imagery ({extent.format(left, right, bottom, top)})",
            got=f"labels elsewhere ({extent.format(*theirs[[0, 2, 1, 3]])} in {grid.crs[:40]})",
            advice="use the labels of this region or correct their coordinate system",
        )
    table = pd.DataFrame(usable.drop(columns=usable.geometry.name))[touches]
    bare = len(frame) - len(usable)
    told = f"{path.name}: {bare} of {len(frame)} items left out: without geometry."
    return Features(table, shapes[touches], (told,) if bare else ())


def _single(shapes: np.ndarray) -> np.ndarray:
    """Points in place of collections of one point, as some programs write each of them."""
    alone = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    alone &= shapely.get_num_geometries(shapes) == 1
    shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    return shapes


def _layer(path: Path, layer: str | None, grid: Grid | None) -> geopandas.GeoDataFrame:
    """Items of a GeoPackage or Shapefile within the box around the grid."""
    content = path.read_bytes() if "!" in str(path) else path  # "!" would mean an archive
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's remarks on odd files
            name = layer or _only_layer(path, content)
            crs = pyogrio.read_info(content, layer=name)["crs"]
            box = None if crs is None or grid is None else bounds_in(crs, grid)
            return pyogrio.read_dataframe(content, layer=name, bbox=box, fid_as_index=True)
    except _OGR_ERRORS as error:
        raise _unreadable(path, str(error)) from error


def _only_layer(path: Path, content: Path | bytes) -> str:
    layers = [str(name) for name, kind in pyogrio.list_layers(content) if kind is not None]
    if len(layers) != 1:
        raise LabelError(
            path,
            expected="one layer of parcels or points",
            got=", ".join(layers) or "none",
            advice="name it as layer in [labels] of region.toml",
        )
    return layers[0]


def _geojson(path: Path) -> geopandas.GeoDataFrame:
    """Parsed here and not by GDAL, whose JSON drivers can follow references to other files."""
    check_size(path, _LARGEST_GEOJSON)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        named = (content.get("crs") or {}).get("properties", {}).get("name", "EPSG:4326")
        frame = geopandas.GeoDataFrame.from_features(content["features"])
        return frame.set_crs(named) if "geometry" in frame else frame.set_geometry([], crs=named)
    except (
        AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError, ProjError,
        shapely.errors.ShapelyError,
    ) as error:  # fmt: skip
        raise _unreadable(path, f"no feature collection: {error}") from error


def _parquet(path: Path) -> geopandas.GeoDataFrame:
    check_size(path, _LARGEST_PARQUET)
    try:
        if b"geo" in (pq.read_schema(path).metadata or {}):
            return geopandas.read_parquet(path)
        table = pd.read_parquet(path)
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError, ProjError) as error:
        raise _unreadable(path, str(error)) from error
    return _points(path, table)


def _csv(path: Path) -> pd.DataFrame:
    text = read_text(path)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return pd.read_csv(StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _unreadable(path, str(error)) from error


def _points(path: Path, table: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Rows with longitude and latitude as points."""
    table.columns = [str(column).strip() for column in table.columns]
    columns = list(table.columns)
    lon_column = choose_column(path, columns, None, _LON, "longitudes")
    lat_column = choose_column(path, columns, None, _LAT, "latitudes")
    if lon_column is None or lat_column is None:
        raise LabelError(
            path,
            expected="the columns lon and lat, degrees",
            got=f"the columns {', '.join(columns) or '(none)'}",
            advice="add the coordinates of each point",
        )
    lon = pd.to_numeric(table[lon_column], errors="coerce").to_numpy(dtype=float)
    lat = pd.to_numeric(table[lat_column], errors="coerce").to_numpy(dtype=float)
    wrong = ~((np.abs(lon) <= 360) & (np.abs(lat) <= 90))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise LabelError(
            f"{path}, line {row + 2}",
            expected="a longitude and a latitude in degrees",
            got=f"{table[lon_column].iloc[row]!s}, {table[lat_column].iloc[row]!s}",
            advice="correct the coordinates of this point",
        )
    return geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(lon, lat), crs=4326)


def _unreadable(path: Path, reason: str) -> LabelError:
    return LabelError(
        path,
        expected="a file of parcels or points",
        got=f"one that cannot be read ({reason.rstrip('.')})",
        advice="open it in a GIS and save it as GeoPackage",
    )


__all__ = ["SUFFIXES", "Features", "box_around", "read_features"]
