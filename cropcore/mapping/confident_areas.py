"""How much land of each class a map is how sure of, counted on the map's own grid."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cropcore.cube.grid import Grid, Window
from cropcore.errors import RunError
from cropcore.legend import Legend
from cropcore.mapping.raster import CLASS_MAP, CONFIDENCE
from cropcore.sources.region.raster import read_header, read_pixels, same_grid

_STEPS = 101
"""Whole percents: 0, 1, … 100."""
_BLOCK = 1024
_NO_CLASS = -1


@dataclass(frozen=True, eq=False)
class ConfidentAreas:
    """Land of each class by confidence; any threshold is answered at once."""

    legend: Legend
    hectares: np.ndarray
    """float64 (class, percent), on the native grid."""

    @property
    def total(self) -> np.ndarray:
        """All land of each class, hectares (class,)."""
        return np.asarray(self.hectares.sum(axis=1))

    def kept(self, least: int) -> np.ndarray:
        """Land of each class with at least ``least`` percent confidence, hectares (class,)."""
        return np.asarray(self.hectares[:, max(least, 0) :].sum(axis=1))


def count_confident_areas(folder: Path, legend: Legend) -> ConfidentAreas:
    """Count a finished map.

    Args:
        folder: Holds its class map and its confidence.
        legend: Its classes; pixels of other codes or without confidence are passed over.

    Raises:
        MissingFileError: A raster is missing.
        RegionError: A raster is damaged.
        RunError: The two do not lie on one grid.
    """
    grid = _grid_of(folder)
    position = np.full(256, _NO_CLASS, np.int64)
    position[list(legend.codes)] = np.arange(len(legend))
    area = grid.row_hectares()
    cells = len(legend) * _STEPS
    hectares = np.zeros(cells)
    for block in grid.blocks(_BLOCK):
        core = block.core
        codes, percent = _read(folder, core)
        place, sure = position[codes], percent.astype(np.int64)
        known = (place != _NO_CLASS) & (sure < _STEPS)
        cell = place[known] * _STEPS + sure[known]
        hectares += np.bincount(cell, area[core.row + np.nonzero(known)[0]], cells)
    return ConfidentAreas(legend, hectares.reshape(len(legend), _STEPS))


def _grid_of(folder: Path) -> Grid:
    grid, other = (read_header(folder / name).grid for name in (CLASS_MAP, CONFIDENCE))
    if not same_grid(grid, other):
        raise RunError(
            folder,
            expected=f"{CLASS_MAP} and {CONFIDENCE} on one grid",
            got=f"{grid.width} × {grid.height} and {other.width} × {other.height} pixels",
            advice="map the region again",
        )
    return grid


def _read(folder: Path, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Class codes and percent of a window, uint8 (y, x) each."""
    codes, percent = (
        read_pixels(folder / name, (1,), window)[0] for name in (CLASS_MAP, CONFIDENCE)
    )
    return codes.astype(np.uint8), percent.astype(np.uint8)


__all__ = ["ConfidentAreas", "count_confident_areas"]
