"""GeoTIFFs on disk: what their headers say, and windows of their pixels.

Files are opened for each call and closed again, or lent to one thread at a time, so threads share
nothing; only the GeoTIFF driver is asked, so no file can point GDAL to another one.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window as RasterWindow

from cropcore.cube import Grid, Window
from cropcore.cube.grid import same_system
from cropcore.errors import MissingFileError, RegionError
from cropcore.sources.region.held import opened

LARGEST_SIDE = 200_000
"""Pixels; a wider or higher raster is refused."""
MOST_BANDS = 1000
"""A raster of more is refused."""
LARGEST_TILE = 256 * 2**20
"""Bytes of one tile or strip inside a file, which is read whole for any of its pixels."""

SMALLEST_PIXEL, LARGEST_PIXEL = 1e-9, 1e9
"""Sides of a pixel in units of its system; others are refused."""
FARTHEST = 1e9
"""Coordinates beyond this, in units of their system, are refused."""


@dataclass(frozen=True)
class RasterBand:
    """What a header says about one band."""

    number: int
    """Counted from 1."""
    description: str | None
    dtype: str
    nodata: float | None
    """Stored number that means no data."""
    scale: float | None
    """Factor from stored numbers to the unit, by GDAL's field or the tag ``SCALE``."""
    offset: float
    """Added after scaling."""
    unit: str
    """GDAL's field or the tag ``UNITS``, free text."""


@dataclass(frozen=True)
class RasterHeader:
    """What a GeoTIFF says about itself."""

    path: Path
    grid: Grid
    bands: tuple[RasterBand, ...]


def read_header(path: Path) -> RasterHeader:
    """Open a raster and read all but its pixels.

    Raises:
        MissingFileError: There is no such file.
        RegionError: It is no GeoTIFF, has no place on Earth, or is too large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # told as an error below
        with _opened(path) as raster:
            return _header(raster, path)


def read_pixels(path: Path, numbers: Sequence[int], window: Window) -> np.ndarray:
    """Stored numbers of some bands in a window.

    Args:
        path: A GeoTIFF.
        numbers: Bands, counted from 1.
        window: Pixels within the raster.

    Returns:
        An array (band, y, x) of the file's own type.

    Raises:
        MissingFileError: There is no such file.
        RegionError: The file is damaged, or has changed since it was looked at.
    """
    part = RasterWindow(window.col, window.row, window.width, window.height)
    with _opened(path) as raster:
        if max(numbers, default=0) > raster.count:
            raise RegionError(
                path,
                expected=f"a band {max(numbers)}",
                got=f"a file of {raster.count} bands",
                advice="correct the band in region.toml or repair the file",
            )
        stored = raster.read(list(numbers), window=part)
    if stored.shape[1:] != (window.height, window.width):
        raise RegionError(
            path,
            expected=f"pixels as far as row {window.row + window.height} "
            f"and column {window.col + window.width}",
            got="a smaller raster than when the region was opened",
            advice="restore the file or open the region again",
        )
    return np.asarray(stored)


def same_grid(one: Grid, other: Grid) -> bool:
    """Whether pixels of both grids cover each other, to a hundredth of a pixel."""
    if (one.width, one.height) != (other.width, other.height):
        return False
    pixel = max(abs(one.transform[0]), abs(one.transform[1]))
    reach = (one.width, one.height, 1)
    apart = np.abs(np.subtract(one.transform, other.transform)).reshape(2, 3) * reach
    if apart.max() > pixel / 100:
        return False
    return same_system(one.crs, other.crs)


def describe_grid(grid: Grid) -> str:
    """A grid in a few words, for messages."""
    a, b, c, d, e, f = grid.transform
    turn = f" (turned by {b:g}, {d:g})" if b or d else ""
    return (
        f"{grid.width} x {grid.height} px of {a:g} x {abs(e):g} at {c:.10g}, {f:.10g}{turn}, "
        f"{describe_system(grid.crs)}"
    )


def describe_system(crs: str) -> str:
    """A coordinate reference system by its code or name."""
    return crs if len(crs) < 40 else str(CRS(crs).name)


@contextmanager
def _opened(path: Path) -> Iterator[DatasetReader]:
    if not path.is_file():
        raise MissingFileError(
            path,
            expected="a GeoTIFF",
            got="no such file",
            advice="check the path or restore the file",
        )
    try:
        with opened(path) as raster:
            yield raster
    except (RasterioError, UnicodeDecodeError) as error:
        reason = error.__cause__ or error
        raise RegionError(
            path,
            expected="a complete GeoTIFF",
            got=f"a file that cannot be read ({str(reason).rstrip('.')})",
            advice="copy or download it again, or convert it to GeoTIFF",
        ) from error


def _header(raster: DatasetReader, path: Path) -> RasterHeader:
    if max(raster.width, raster.height) > LARGEST_SIDE:
        raise RegionError(
            path,
            expected=f"at most {LARGEST_SIDE} pixels a side",
            got=f"{raster.width} x {raster.height}",
            advice="cut the region into smaller ones",
        )
    if raster.count > MOST_BANDS:
        raise RegionError(
            path,
            expected=f"at most {MOST_BANDS} bands",
            got=f"{raster.count}",
            advice="write one file for each acquisition",
        )
    if "OVERVIEW_FILE" in raster.tags(ns="OVERVIEWS"):  # smaller views would be read from there
        raise RegionError(
            path,
            expected="a raster that holds all of its pixels itself",
            got="one that points to another file",
            advice="write it anew, for example with gdal_translate and its option -of GTiff",
        )
    if any(np.issubdtype(np.dtype(kind), np.complexfloating) for kind in raster.dtypes):
        raise RegionError(
            path,
            expected="real numbers",
            got="complex ones",
            advice="store backscatter as power or in decibels",
        )
    tile = _tile_bytes(raster)
    if tile > LARGEST_TILE:
        raise RegionError(
            path,
            expected=f"tiles or strips of at most {LARGEST_TILE // 2**20} MB",
            got=f"{tile / 2**20:.0f} MB",
            advice="write it anew, for example with gdal_translate and its option -co TILED=YES",
        )
    tags = raster.tags()
    bands = tuple(_band(raster, at, tags) for at in range(raster.count))
    return RasterHeader(path, _grid(raster, path), bands)


def _tile_bytes(raster: DatasetReader) -> int:
    """What has to be decoded for a single pixel at most; of all bands where they interleave."""
    together = raster.count if raster.profile.get("interleave") == "pixel" else 1
    sizes = (
        height * width * np.dtype(kind).itemsize
        for (height, width), kind in zip(raster.block_shapes, raster.dtypes, strict=True)
    )
    return max(sizes, default=0) * together


def _band(raster: DatasetReader, at: int, tags: Mapping[str, str]) -> RasterBand:
    own = {**tags, **raster.tags(at + 1)}
    scale, offset = float(raster.scales[at]), float(raster.offsets[at])
    stated = (scale, offset) != (1.0, 0.0)
    if not stated:
        stated_scale = _number(own.get("SCALE"))
        stated, scale = stated_scale is not None, stated_scale or scale
        offset = _number(own.get("OFFSET")) or 0.0
    return RasterBand(
        at + 1,
        _printable(raster.descriptions[at]),
        raster.dtypes[at],
        None if raster.nodatavals[at] is None else float(raster.nodatavals[at]),
        scale if stated else None,
        offset,
        _printable(raster.units[at] or own.get("UNITS", "")) or "",
    )


def _printable(text: str | None) -> str | None:
    """Free text of a file without anything that would move the cursor of a terminal."""
    return text and "".join(letter if letter.isprintable() else "?" for letter in text)


def _number(text: str | None) -> float | None:
    """A number other than 0 from a tag's text."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if np.isfinite(value) and value != 0 else None


def _grid(raster: DatasetReader, path: Path) -> Grid:
    crs = raster.crs.to_string() if raster.crs else ""
    if raster.transform.is_identity or not on_earth(crs):
        without = raster.transform.is_identity or not crs
        raise RegionError(
            path,
            expected="a georeferenced raster in a projected or geographic system of the Earth",
            got="no coordinate reference system or no transform" if without else crs[:80],
            advice="assign them, for example with gdal_edit.py and its options -a_srs and -a_ullr",
        )
    grid = Grid(crs, tuple(raster.transform)[:6], raster.width, raster.height)
    a, b, x, d, e, y = grid.transform
    sides = np.hypot([a, b], [d, e])
    if not (
        max(abs(x), abs(y)) <= FARTHEST
        and (sides >= SMALLEST_PIXEL).all()
        and (sides <= LARGEST_PIXEL).all()
        and abs(grid.affine.determinant) > sides.prod() / 1000
    ):
        raise RegionError(
            path,
            expected="pixels with a height and a width at a place on Earth",
            got=describe_grid(grid),
            advice="correct its transform, for example with gdal_edit.py and its option -a_ullr",
        )
    return grid


@lru_cache(maxsize=64)
def on_earth(crs: str) -> bool:
    """Whether a text names a projected or geographic coordinate reference system of the Earth."""
    try:
        system = CRS.from_user_input(crs)
        Transformer.from_crs(system, "EPSG:4326")
    except (CRSError, ProjError):
        return False
    return bool(system.is_projected or system.is_geographic)


__all__ = [
    "FARTHEST",
    "LARGEST_PIXEL",
    "LARGEST_SIDE",
    "LARGEST_TILE",
    "MOST_BANDS",
    "SMALLEST_PIXEL",
    "RasterBand",
    "RasterHeader",
    "describe_grid",
    "describe_system",
    "on_earth",
    "read_header",
    "read_pixels",
    "same_grid",
]
