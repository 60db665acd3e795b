"""What all kinds of reference labels offer: codes and groups of the pixels of a window."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from cropcore.cube import Grid, Window
from cropcore.legend import Legend


@dataclass(frozen=True)
class LabelWindow:
    """Labels of a window."""

    codes: np.ndarray
    """Legend codes, uint8 (y, x); 0 where unknown."""
    groups: np.ndarray
    """Number of the group each pixel belongs to, int64 (y, x); −1 where unknown."""


class Labels(Protocol):
    """Reference labels on a region's grid."""

    @property
    def path(self) -> Path:
        """The file they stand in."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed or left out, a sentence each."""

    def read(self, window: Window) -> LabelWindow:
        """Labels of a window."""

    def group_names(self, numbers: np.ndarray) -> np.ndarray:
        """Names, str, of the groups with these numbers."""

    def legend_for(self, codes: tuple[int, ...]) -> Legend:
        """The legend of all labels, seen that it covers these codes."""


@dataclass(frozen=True)
class SpatialBlocks:
    """Squares of pixels as groups."""

    grid: Grid
    side: int
    """Pixels."""

    def numbers(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Number of the square that each pixel lies in, int64."""
        return np.asarray(rows // self.side * self._across + cols // self.side, dtype=np.int64)

    def names(self, numbers: np.ndarray) -> np.ndarray:
        """``rowblock_colblock`` of squares, str."""
        return np.array([f"{n // self._across}_{n % self._across}" for n in numbers.tolist()], str)

    @property
    def _across(self) -> int:
        return -(-self.grid.width // self.side)


__all__ = ["LabelWindow", "Labels", "SpatialBlocks"]
