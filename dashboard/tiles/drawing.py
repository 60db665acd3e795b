"""Rasters become pictures of 512 × 512 pixels in web Mercator, always by nearest neighbour.

Twice the usual size: so no native pixel is lost at any zoom, and high-density screens stay sharp.
"""

from __future__ import annotations

import io
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

from cropcore.legend import Legend
from dashboard.opened import OpenRegion

SIDE = 512
DEEPEST = 24
"""Largest zoom level."""
_BRIGHTEST = 0.30
"""Reflectance shown as white in natural colours; near infrared goes further."""
_BRIGHTEST_NIR = 0.55
_GAMMA = 1.3
_MERCATOR = CRS.from_epsg(3857)
_GRID = morecantile.tms.get("WebMercatorQuad")


def class_tile(path: Path, tile: tuple[int, int, int], hidden: frozenset[int]) -> bytes:
    """A class map in the colours of its own table; hidden classes and nodata are transparent."""
    image = _read(path, tile, (1,))
    if image is None:
        return empty_tile()
    table = {code: colour for code, colour in _colours(path).items() if code not in hidden}
    codes = image.array.data[0].astype(np.uint8)
    shown = ~np.ma.getmaskarray(image.array)[0] & np.isin(codes, list(table))
    return _paint(codes, shown, table)


def confidence_tile(path: Path, tile: tuple[int, int, int]) -> bytes:
    """Confidence from 0 to 100 % in the colours of cividis; nodata is transparent."""
    image = _read(path, tile, (1,))
    if image is None:
        return empty_tile()
    percent = image.array.data[0].astype(np.uint8)
    shown = ~np.ma.getmaskarray(image.array)[0] & (percent <= 100)
    return _paint(percent, shown, _cividis())


def labels_tile(
    region: OpenRegion, legend: Legend, tile: tuple[int, int, int], hidden: frozenset[int]
) -> bytes:
    """Reference labels in the colours of the legend; where unknown, transparent."""
    grid = region.folder.grid
    z, x, y = tile
    corner = _GRID.xy_bounds(morecantile.Tile(x, y, z))
    pixel = (corner.right - corner.left) / SIDE
    codes = np.zeros((SIDE, SIDE), np.uint8)
    reproject(
        region.labels,
        codes,
        src_transform=grid.affine,
        src_crs=CRS.from_user_input(grid.crs),
        src_nodata=0,
        dst_transform=Affine(pixel, 0, corner.left, 0, -pixel, corner.top),
        dst_crs=_MERCATOR,
        dst_nodata=0,
        resampling=Resampling.nearest,
    )
    table = {item.code: (*item.rgb, 255) for item in legend if item.code not in hidden}
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


def _read(path: Path, tile: tuple[int, int, int], bands: tuple[int, ...]) -> ImageData | None:
    """The stored numbers of a tile; ``None`` beside the raster."""
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
    "class_tile",
    "confidence_tile",
    "empty_tile",
    "labels_tile",
    "picture_tile",
]
