"""What a finished map says of one pixel; no model has to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cropcore.cube.grid import Window
from cropcore.legend import NODATA
from cropcore.mapping.raster import CLASS_MAP, CONFIDENCE
from cropcore.sources.region.raster import read_pixels


@dataclass(frozen=True)
class MapPixel:
    """One pixel of a map."""

    code: int
    """Legend code of its class."""
    confidence: int
    """Calibrated probability of that class, percent."""


def map_pixel(folder: Path, row: int, col: int) -> MapPixel | None:
    """Read one pixel of a map.

    Args:
        folder: Of the map.
        row: On the map's own grid.
        col: On the map's own grid.

    Returns:
        The pixel; ``None`` where the ground was never clear.

    Raises:
        MissingFileError: A raster is missing.
        RegionError: A raster is damaged or does not reach that far.
    """
    window = Window(row, col, 1, 1)
    code, percent = (
        int(read_pixels(folder / name, (1,), window)[0, 0, 0]) for name in (CLASS_MAP, CONFIDENCE)
    )
    return None if NODATA in (code, percent) else MapPixel(code, percent)


__all__ = ["MapPixel", "map_pixel"]
