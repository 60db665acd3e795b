"""Places of samples from a column of geometries: GeoParquet, WKT, or GeoJSON of Earth Engine."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from cropcore.errors import TableError
from cropcore.sources.table.columns import ALIASES, first_of
from cropcore.sources.table.sheet import Sheet

_GEOMETRY = ("geometry", "geom", "wkt", "wkt_geom", ".geo", "the_geom")
_DEGREES = "EPSG:4326"
LAT, LON = "lat", "lon"


def with_places(sheet: Sheet) -> Sheet:
    """The same table with columns lat and lon, where only a column of geometries tells places."""
    placed = all(first_of(sheet.columns, ALIASES[name]) for name in (LAT, LON))
    geometry = first_of(sheet.columns, _GEOMETRY)
    if placed or geometry is None or {LAT, LON} & set(sheet.columns):
        return sheet
    stored = _crs(sheet.path, geometry)

    def load(columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
        wanted = [name for name in columns if name not in (LAT, LON)]
        asked = len(wanted) < len(columns)
        beside = [geometry] if asked and geometry not in wanted else []
        frame = sheet.load([*wanted, *beside], text)
        if asked:
            lon, lat = _centres(frame[geometry], stored, sheet.path)
            frame = frame.assign(**{LAT: lat, LON: lon})
        return frame[list(columns)]

    kept = tuple(name for name in sheet.columns if name != geometry)
    said = f"Places are the centres of the column {geometry}."
    return replace(sheet, columns=(*kept, LAT, LON), load=load, notes=(*sheet.notes, said))


def _crs(path: Path, column: str) -> CRS:
    """Coordinate system that a GeoParquet file names; degrees where it names none."""
    if path.suffix.lower() not in (".parquet", ".pq"):
        return CRS.from_user_input(_DEGREES)
    try:
        told = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
        named = told.get("columns", {}).get(column, {}).get("crs")
        return CRS.from_user_input(named or _DEGREES)
    except (pa.ArrowException, OSError, ValueError, AttributeError, CRSError) as error:
        raise TableError(
            f"{path}, column {column}",
            expected="geometries in a known coordinate system",
            got=str(error)[:120],
            advice="save the table with its coordinate system, or give columns lat and lon",
        ) from error


def _centres(column: pd.Series, stored: CRS, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of the centre of each row's geometry, NaN where there is none.

    Raises:
        TableError: A cell holds no geometry, or it lies nowhere on Earth.
    """
    codes, distinct = pd.factorize(column)
    try:
        shapes = [_shape(value) for value in distinct]
        centres = shapely.centroid(np.array(shapes, dtype=object))
        x, y = shapely.get_x(centres), shapely.get_y(centres)
    except (ValueError, TypeError, KeyError, RecursionError, shapely.errors.ShapelyError) as error:
        raise TableError(
            f"{path}, column {column.name}",
            expected="geometries as WKB, WKT or GeoJSON",
            got=str(error).partition("\n")[0][:120],
            advice="correct the column, or give columns lat and lon",
        ) from error
    if not stored.is_geographic:
        x, y = Transformer.from_crs(stored, _DEGREES, always_xy=True).transform(x, y)
    odd = ~np.isnan(x) & ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    if odd.any():
        at = int(np.argmax(odd))
        raise TableError(
            f"{path}, column {column.name}",
            expected="places in degrees, or a coordinate system stored with the table",
            got=f"{x[at]:g}, {y[at]:g}",
            advice="give columns lat and lon in degrees",
        )
    nowhere = np.append([x, y], [[np.nan], [np.nan]], axis=1)  # for the code −1
    return nowhere[0][codes], nowhere[1][codes]


def _shape(value: object) -> shapely.Geometry:
    if isinstance(value, bytes):
        return shapely.from_wkb(value)
    text = str(value).strip()
    if text.startswith("{"):
        return shapely.from_geojson(text)
    return shapely.from_wkt(text.removeprefix("SRID=4326;"))


__all__ = ["with_places"]
