"""A region in parcels, or in squares where it has none, and the pixels that stand for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cropcore.cube import Window
from cropcore.explain.deciding.record import UnitKind
from cropcore.legend import UNKNOWN
from cropcore.sources.region import RegionFolder
from cropcore.sources.region.label_windows import SpatialBlocks

_BLOCK = 256
"""Pixels; a region is gone through in blocks of this side."""
_CELLS = 2500
"""Squares that a region without parcels is cut into, about."""


class Division(Protocol):
    """A region cut into units."""

    @property
    def kind(self) -> UnitKind:
        """What they are."""

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Number of each pixel's unit, int64, −1 for none, and legend code; both (y, x)."""

    def names(self, numbers: np.ndarray) -> np.ndarray:
        """Names, str, of the units with these numbers."""


@dataclass(frozen=True, eq=False)
class Parcels:
    """What the reference labels keep together."""

    region: RegionFolder
    kind: UnitKind = "parcel"

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Groups and classes of the labels."""
        found = self.region.labels.read(window)
        return found.groups, found.codes

    def names(self, numbers: np.ndarray) -> np.ndarray:
        """As the labels call them."""
        return self.region.labels.group_names(numbers)


@dataclass(frozen=True, eq=False)
class Cells:
    """A net of squares."""

    blocks: SpatialBlocks
    kind: UnitKind = "cell"

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Squares, of no known class."""
        rows, cols = np.mgrid[window.slices]
        return self.blocks.numbers(rows, cols), np.full(rows.shape, UNKNOWN, np.uint8)

    def names(self, numbers: np.ndarray) -> np.ndarray:
        """``row_column`` of the square."""
        return self.blocks.names(numbers)


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a region, and pixels evenly spread in each of them."""

    numbers: np.ndarray
    """Ascending, int64 (unit,)."""
    codes: np.ndarray
    """Legend code that the reference gives to each, uint8 (unit,); 0 where it gives none."""
    rows: np.ndarray
    """Of the pixels, int64 (pixel,), all of a unit in a row."""
    cols: np.ndarray
    owner: np.ndarray
    """Position of the unit of each pixel, ascending, int64 (pixel,)."""

    def __len__(self) -> int:
        return len(self.numbers)


def divide(region: RegionFolder) -> Division:
    """Parcels where a region is labelled, squares else."""
    if region.label_description is not None:
        return Parcels(region)
    grid = region.grid
    side = max(int(np.ceil(np.sqrt(grid.width * grid.height / _CELLS))), 1)
    return Cells(SpatialBlocks(grid, side))


def spread_pixels(region: RegionFolder, division: Division, most: int) -> Units:
    """The units of a region, and up to ``most`` pixels of each, evenly spread in reading order.

    Squares of a net are asked about in one pixel each.

    Args:
        region: Gone through block by block, twice; what is kept grows with the units only.
        division: Of the region.
        most: Pixels of a unit.
    """
    most = most if division.kind == "parcel" else 1
    size: dict[int, int] = {}
    code: dict[int, int] = {}
    for _, numbers, codes in _unit_pixels(region, division):
        found, first, counts = np.unique(numbers, return_index=True, return_counts=True)
        for number, at, count in zip(found.tolist(), first, counts.tolist(), strict=True):
            size[number] = size.get(number, 0) + count
            code.setdefault(number, int(codes[at]))
    numbers = np.array(sorted(size), np.int64)
    sizes = np.array([size[number] for number in numbers.tolist()], np.int64)
    seen = np.zeros(len(numbers), np.int64)
    parts = []
    for pixels, own, _ in _unit_pixels(region, division):
        at = np.searchsorted(numbers, own)
        order = np.argsort(at, kind="stable")
        counts = np.bincount(at, minlength=len(numbers))
        place = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
        place += seen[at[order]]  # which pixel of its unit each is
        seen += counts
        whole = sizes[at[order]]
        asked = np.minimum(whole, most)
        chosen = order[(place * asked + whole // 2) % whole < asked]
        parts.append(np.column_stack([at[chosen], pixels[chosen]]))
    found = np.concatenate(parts) if parts else np.zeros((0, 3), np.int64)
    owner, rows, cols = found[np.argsort(found[:, 0], kind="stable")].T
    codes = np.array([code[number] for number in numbers.tolist()], np.uint8)
    return Units(numbers, codes, rows, cols, owner)


def unit_blocks(region: RegionFolder, division: Division) -> Iterator[tuple[Window, np.ndarray]]:
    """The region block by block: window, and number of each pixel's unit."""
    for block in region.grid.blocks(_BLOCK):
        yield block.core, division.read(block.core)[0]


def _unit_pixels(
    region: RegionFolder, division: Division
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Block by block the pixels of units: (pixel, 2), their unit's number, their class."""
    for block in region.grid.blocks(_BLOCK):
        numbers, codes = division.read(block.core)
        rows, cols = np.nonzero(numbers >= 0)
        pixels = np.column_stack([rows + block.core.row, cols + block.core.col])
        yield pixels, numbers[rows, cols], codes[rows, cols]


__all__ = ["Cells", "Division", "Parcels", "Units", "divide", "spread_pixels", "unit_blocks"]
