"""Pictures of a whole region on one date, in its own grid: north is up, nothing is warped."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
from PIL import Image

from cropcore.cube import Window
from cropcore.sources.region.region_folder import RegionFolder
from cropcore.sources.summary.clear_views import with_bands
from dashboard.opened import OpenRegion

THUMBNAIL, LARGE = 280, 900
"""Longer side of a picture, pixels; smaller regions are enlarged, each pixel a square."""
_MOST_PIXELS = 36_000_000
"""Of a region that is drawn as a whole."""
_STRIP = 512
_DARKEST, _BRIGHTEST = 2.0, 98.0
"""Percentiles of the clearest date that become black and white, on every date the same."""
_GAMMA = 1.2
_CLOUD = (255, 0, 220)


def is_drawable(folder: RegionFolder) -> bool:
    """Whether a region is small enough to be drawn as a whole."""
    return folder.grid.width * folder.grid.height <= _MOST_PIXELS


def draw_picture(
    place: OpenRegion, kind: str, day: date, side: int = LARGE, clouds: bool = False
) -> np.ndarray:
    """A picture of one day.

    Args:
        place: The region.
        kind: One of :data:`dashboard.opened.PICTURES`.
        day: One of its days.
        side: Longer side, pixels, about.
        clouds: Whether what is masked is outlined.

    Returns:
        Red, green, blue and opacity, uint8 (y, x, 4); no data is transparent.

    Raises:
        LocationError: There is no picture of that day.
        RegionError: A file is damaged.
    """
    grid = place.folder.grid
    step = max(-(-max(grid.height, grid.width) // side), 1)
    values, masked = _read(place, kind, day, step)
    low, high = _stretch(place, kind)
    seen = np.isfinite(values).all(axis=-1)
    shades = np.clip((np.where(seen[..., None], values, 0) - low) / (high - low), 0, 1)
    shades = shades ** (1 / _GAMMA) * 255
    picture = np.dstack([shades, np.where(seen, 255, 0)]).astype(np.uint8)
    times = max(side // max(picture.shape[:2]), 1)
    picture = picture.repeat(times, axis=0).repeat(times, axis=1)
    if clouds:
        picture[_edge(masked.repeat(times, axis=0).repeat(times, axis=1))] = (*_CLOUD, 255)
    return picture


def to_png(picture: np.ndarray) -> bytes:
    """A picture for a browser."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=6)
    return file.getvalue()


def _stretch(
    place: OpenRegion, kind: str
) -> tuple[np.float32 | np.ndarray, np.float32 | np.ndarray]:
    """Values that are black and white, one for all bands or float32 (3,)."""
    days = place.pictures(kind)
    day = place.clearest if place.clearest in days else next(iter(days))
    grid = place.folder.grid
    values, masked = _read(place, kind, day, max(max(grid.height, grid.width) // THUMBNAIL, 1))
    clear = values[np.isfinite(values).all(axis=-1) & ~masked]
    if not len(clear):
        return np.float32(0), np.float32(1)
    alone = kind != "rgb"  # natural colours keep their hue, infrared would drown the others
    low, high = np.percentile(clear, (_DARKEST, _BRIGHTEST), axis=0 if alone else None)
    return low.astype(np.float32), np.maximum(high, low + 1e-3).astype(np.float32)


def _read(place: OpenRegion, kind: str, day: date, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Every so manieth pixel: values float32 (y, x, 3), and whether it is masked, bool (y, x)."""
    found = place.picture(kind, day)
    bands = found.acquisition.bands
    places = [bands.index(band) for band in found.bands]
    acquisition, mask = with_bands(found.acquisition, places), found.acquisition.mask
    grid = place.folder.grid
    rows = max(_STRIP // step, 1) * step
    parts, covers = [], []
    for top in range(0, grid.height, rows):
        window = Window(top, 0, min(rows, grid.height - top), grid.width)
        parts.append(acquisition.read(window)[::step, ::step][..., places])
        hidden = np.zeros((window.height, window.width), bool)
        covers.append((mask.covers(window) if mask else hidden)[::step, ::step])
    return np.concatenate(parts), np.concatenate(covers)


def _edge(masked: np.ndarray) -> np.ndarray:
    """The outermost masked pixels, bool (y, x)."""
    around = np.pad(masked, 1, mode="edge")
    inner = around[:-2, 1:-1] & around[2:, 1:-1] & around[1:-1, :-2] & around[1:-1, 2:]
    return np.asarray(masked & ~inner)


__all__ = ["LARGE", "THUMBNAIL", "draw_picture", "is_drawable", "to_png"]
