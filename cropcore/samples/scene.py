"""A whole region as models see it: prepared, and laid on disk where memory would not hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from cropcore.cube import Preparation, Window
from cropcore.errors import SettingError
from cropcore.samples.room import room
from cropcore.sources.base import Source
from cropcore.sources.region import RegionFolder

_BLOCK = 128
"""Pixels; the side of what is read and prepared at once."""
_IN_MEMORY = 2**28
"""Bytes; a larger scene lies in a nameless file, which ends with the process."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Prepared series of every pixel of a region, for models that see a pixel's surroundings."""

    values: np.ndarray
    """float32 (y, x, time, band), physical units; NaN where a band was never clear."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape[0], self.values.shape[1]

    def read(self, window: Window) -> np.ndarray:
        """Part of it, (time, y, x, band)."""
        rows = slice(window.row, window.row + window.height)
        cols = slice(window.col, window.col + window.width)
        return np.ascontiguousarray(self.values[rows, cols].transpose(2, 0, 1, 3))


def places(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns, int64, of the pixels of a region by their ids, ``row_column``."""
    pairs = [name.partition("_") for name in ids.tolist()]
    rows = np.array([int(row) for row, _, _ in pairs], dtype=np.int64)
    cols = np.array([int(col) for _, _, col in pairs], dtype=np.int64)
    return rows, cols


def prepare_scene(
    source: Source, preparation: Preparation, watch: Callable[[], object] = lambda: None
) -> Scene:
    """Prepare all pixels of a region, block by block.

    Args:
        source: A region.
        preparation: As the model was trained with.
        watch: Called before each block; whatever it raises ends the work.

    Raises:
        SettingError: The source is a table: its samples have no surroundings.
        StorageError: There is no room for it.
        RegionError: A raster cannot be read.
    """
    if not isinstance(source, RegionFolder):
        raise SettingError(
            "architecture",
            expected="one that learns from single series, such as cnn1d: the data are a table",
            got="one that sees the surroundings of a pixel",
            advice="choose another architecture, or train on a region folder",
        )
    days = source.days
    start = preparation.calendar.season_start(days[0], days[-1], source.season)
    grid = source.grid
    values = room((grid.height, grid.width, *preparation.shape), _IN_MEMORY)
    for window in _windows(grid.height, grid.width):
        watch()
        series, _ = preparation(source.read(window).sources, start)
        part = series.reshape(window.height, window.width, *preparation.shape)
        rows, cols = slice(window.row, window.row + window.height), window.col + window.width
        values[rows, window.col : cols] = part
    return Scene(values)


def _windows(height: int, width: int) -> Iterator[Window]:
    for row in range(0, height, _BLOCK):
        for col in range(0, width, _BLOCK):
            yield Window(row, col, min(_BLOCK, height - row), min(_BLOCK, width - col))


__all__ = ["Scene", "places", "prepare_scene"]
