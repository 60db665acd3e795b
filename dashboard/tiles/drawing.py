"""Rasters become pictures of 512 × 512 pixels in web Mercator, always by nearest neighbour.

Twice the usual size: so no native pixel is lost at any zoom, and high-density screens stay sharp.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import morecantile
import numpy as np
import rasterio
from affine import Affine
from PIL import Image
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.warp import reproject
from rio_tiler.colormap import cmap
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader
from rio_tiler.models import ImageData

from cropcore.cube import Grid
from cropcore.legend import Legend
from cropcore.mapping import PROBABILITY_SCALE
from cropcore.mapping.agreement import Agreement, Verdict
from dashboard.compared import VERDICT_COLORS
from dashboard.opened import OpenRegion

SIDE = 512
DEEPEST = 24
"""Largest zoom level."""
_BRIGHTEST = 0.30
"""Reflectance shown as white in natural colours; near infrared goes further."""
_BRIGHTEST_NIR = 0.55
_GAMMA = 1.3
_STRIP = 64
"""Rows of a tile whose probabilities are looked at at once."""
_MERCATOR = CRS.from_epsg(3857)
_GRID = morecantile.tms.get("WebMercatorQuad")


def class_tile(
    path: Path,
    tile: tuple[int, int, int],
    hidden: frozenset[int],
    confidence: Path | None = None,
    least: int = 0,
) -> bytes:
    """A class map in the colours of its own table; hidden classes and nodata are transparent.

    Args:
        path: The class map.
        tile: z, x and y.
        hidden: Codes that are not drawn.
        confidence: Raster of percent on the same grid; asked where ``least`` is above 0.
        least: Pixels that are less sure are transparent, percent.
    """
    image = _read(path, tile, (1,))
    if image is None:
        return empty_tile()
    table = {code: colour for code, colour in _colours(path).items() if code not in hidden}
    codes = image.array.data[0].astype(np.uint8)
    shown = ~np.ma.getmaskarray(image.array)[0] & np.isin(codes, list(table))
    if confidence is not None:
        shown &= _above(confidence, tile, least)
    return _paint(codes, shown, table)


def confidence_tile(path: Path, tile: tuple[int, int, int], least: int = 0) -> bytes:
    """Confidence in the colours of cividis; nodata and what is below ``least`` % transparent."""
    image = _read(path, tile, (1,))
    if image is None:
        return empty_tile()
    return _paint(image.array.data[0].astype(np.uint8), _sure(image.array, least), _cividis())


def spread_tile(
    path: Path,
    measure: Callable[[np.ndarray], np.ndarray],
    tile: tuple[int, int, int],
    confidence: Path,
    least: int = 0,
) -> bytes:
    """A measure of all class probabilities in the colours of cividis; nodata is transparent.

    Args:
        path: Probabilities, a band a class.
        measure: From probabilities (…, class) to 0–1, more is surer.
        tile: z, x and y.
        confidence: Raster of percent on the same grid; asked where ``least`` is above 0.
        least: Pixels whose confidence is lower are transparent, percent.
    """
    image = _read(path, tile, None)
    if image is None:
        return empty_tile()
    sure = np.zeros((SIDE, SIDE), np.uint8)
    for top in range(0, SIDE, _STRIP):  # many classes need much memory
        rows = slice(top, top + _STRIP)
        steps = image.array.data[:, rows].transpose(1, 2, 0)  # (y, x, class)
        sure[rows] = np.rint(100 * measure(steps * PROBABILITY_SCALE).clip(0, 1))
    shown = ~np.ma.getmaskarray(image.array).any(axis=0)
    return _paint(sure, shown & _above(confidence, tile, least), _cividis())


def clear_tile(path: Path, tile: tuple[int, int, int]) -> bytes:
    """How often the ground was seen clearly by the source that saw it least, from 0 to the most.

    Args:
        path: Counts, a band a source.
        tile: z, x and y.
    """
    image = _read(path, tile, None)
    if image is None:
        return empty_tile()
    least = image.array.data.min(axis=0)
    share = np.minimum(least / most_clear(path) * 100, 100).astype(np.uint8)
    seen = np.asarray(~np.ma.getmaskarray(image.array).any(axis=0))
    return _paint(share, seen, _cividis())


def most_clear(path: Path) -> int:
    """The largest count that a raster of clear acquisitions shows, 1 at least."""
    return _most_clear(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _most_clear(path: Path, stamp: int) -> int:
    with rasterio.open(path) as raster:
        shape = (raster.count, min(raster.height, SIDE), min(raster.width, SIDE))
        counts = raster.read(out_shape=shape, masked=True)  # of a large map every so many pixels
    return max(int(counts.min(axis=0).max(fill_value=0)), 1) if counts.count() else 1


def labels_tile(
    region: OpenRegion, legend: Legend, tile: tuple[int, int, int], hidden: frozenset[int]
) -> bytes:
    """Reference labels in the colours of the legend; where unknown, transparent."""
    codes = _warp(region.labels, region.folder.grid, tile)
    table = {item.code: (*item.rgb, 255) for item in legend if item.code not in hidden}
    return _paint(codes, np.isin(codes, list(table)), table)


def agreement_tile(
    found: Agreement, tile: tuple[int, int, int], verdicts: Iterable[Verdict] = Verdict
) -> bytes:
    """Where two maps agree, in the colours of the verdicts; all but ``verdicts`` transparent."""
    codes = _warp(found.verdicts, found.grid, tile)
    colors = {int(at): VERDICT_COLORS[at] for at in verdicts if at in VERDICT_COLORS}
    table = {at: (*bytes.fromhex(color[1:]), 255) for at, color in colors.items()}
    return _paint(codes, np.isin(codes, list(table)), table)


def picture_tile(region: OpenRegion, kind: str, day: date, tile: tuple[int, int, int]) -> bytes:
    """A picture of one day; no data is transparent.

    Raises:
        LocationError: There is no picture of that day.
    """
    picture = region.picture(kind, day)
    numbers = tuple(band.number for band in picture.bands)
    image = _read(picture.acquisition.path, tile, numbers)
    if image is None:
        return empty_tile()
    stored = zip(picture.bands, image.array.data, strict=True)
    values = np.stack([band.calibration(numbers) for band, numbers in stored])
    seen = np.isfinite(values).all(axis=0) & ~np.ma.getmaskarray(image.array).any(axis=0)
    first = _BRIGHTEST_NIR if kind == "nir" else _BRIGHTEST
    brightest = np.array([first, _BRIGHTEST, _BRIGHTEST])[:, None, None]
    shades = np.clip(np.where(seen, values, 0) / brightest, 0, 1) ** (1 / _GAMMA) * 255
    return _png(np.dstack([*shades.astype(np.uint8), np.where(seen, 255, 0).astype(np.uint8)]))


@lru_cache(maxsize=1)
def empty_tile() -> bytes:
    """A transparent picture."""
    return _png(np.zeros((SIDE, SIDE, 4), np.uint8))


def _warp(codes: np.ndarray, grid: Grid, tile: tuple[int, int, int]) -> np.ndarray:
    """Codes on a region's grid as they lie in a tile, uint8 (y, x); 0 beside it."""
    z, x, y = tile
    corner = _GRID.xy_bounds(morecantile.Tile(x, y, z))
    pixel = (corner.right - corner.left) / SIDE
    warped = np.zeros((SIDE, SIDE), np.uint8)
    reproject(
        codes,
        warped,
        src_transform=grid.affine,
        src_crs=CRS.from_user_input(grid.crs),
        src_nodata=0,
        dst_transform=Affine(pixel, 0, corner.left, 0, -pixel, corner.top),
        dst_crs=_MERCATOR,
        dst_nodata=0,
        resampling=Resampling.nearest,
    )
    return warped


def _read(
    path: Path, tile: tuple[int, int, int], bands: tuple[int, ...] | None
) -> ImageData | None:
    """The stored numbers of a tile, of all bands where none is named; ``None`` beside it."""
    z, x, y = tile
    try:
        with Reader(str(path)) as raster:
            return raster.tile(
                x,
                y,
                z,
                tilesize=SIDE,
                indexes=bands,
                resampling_method="nearest",
                reproject_method="nearest",
            )
    except TileOutsideBounds:
        return None


def _above(confidence: Path, tile: tuple[int, int, int], least: int) -> np.ndarray:
    """Where confidence is at least so many percent, bool (y, x); everywhere for 0."""
    if not least:
        return np.ones((SIDE, SIDE), bool)
    image = _read(confidence, tile, (1,))
    return np.zeros((SIDE, SIDE), bool) if image is None else _sure(image.array, least)


def _sure(percent: np.ma.MaskedArray, least: int) -> np.ndarray:
    """Where a raster of percent (1, y, x) holds at least so much, bool (y, x)."""
    values = percent.data[0]
    return ~np.ma.getmaskarray(percent)[0] & (values >= least) & (values <= 100)


def _paint(codes: np.ndarray, shown: np.ndarray, table: dict[int, Any]) -> bytes:
    colours = np.zeros((256, 4), np.uint8)
    for code, colour in table.items():
        colours[code] = colour
    painted = colours[codes]  # (y, x, 4)
    painted[~shown] = 0
    return _png(painted)


def _png(picture: np.ndarray) -> bytes:
    """A picture of red, green, blue and opacity, uint8 (y, x, 4), for a browser."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _colours(path: Path) -> dict[int, tuple[int, int, int, int]]:
    """The opaque entries of a raster's colour table; the rest are no classes."""
    return _colour_table(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _colour_table(path: Path, stamp: int) -> dict[int, tuple[int, int, int, int]]:
    with rasterio.open(path) as raster:
        table = raster.colormap(1)
        nodata = raster.nodata
    return {code: colour for code, colour in table.items() if code not in (0, nodata)}


@lru_cache(maxsize=1)
def _cividis() -> dict[int, tuple[int, int, int, int]]:
    table = cmap.get("cividis")
    return {percent: table[round(percent * 2.55)] for percent in range(101)}


__all__ = [
    "DEEPEST",
    "SIDE",
    "agreement_tile",
    "class_tile",
    "clear_tile",
    "confidence_tile",
    "empty_tile",
    "labels_tile",
    "most_clear",
    "picture_tile",
    "spread_tile",
]
