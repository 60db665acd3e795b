"""Where two maps of one place agree, with each other and with reference labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np

from cropcore.cube.grid import Grid, Window
from cropcore.errors import RunError
from cropcore.legend import UNKNOWN, Legend
from cropcore.sources.region.raster import describe_grid, read_header, read_pixels, same_grid

_BLOCK = 1024
"""Side of the blocks that are read at once, pixels."""


class Verdict(IntEnum):
    """What two maps say of one pixel, beside each other and beside its reference label."""

    NOTHING = 0
    """A map is blank there, or nobody asked."""
    BOTH_RIGHT = 1
    ONLY_A = 2
    """Only the first map has the reference class."""
    ONLY_B = 3
    BOTH_WRONG = 4
    SAME = 5
    """No reference; both maps show the same class."""
    OTHER = 6
    """No reference; the maps show two classes."""


@dataclass(frozen=True)
class ClassMap:
    """A class map and what its codes mean."""

    path: Path
    """uint8 raster of legend codes, 255 nodata."""
    legend: Legend


@dataclass(frozen=True, eq=False)
class Agreement:
    """Two maps of one place, judged pixel by pixel."""

    grid: Grid
    verdicts: np.ndarray
    """Codes of :class:`Verdict`, uint8 (y, x)."""
    hectares: Mapping[Verdict, float]
    """Land of each verdict but nothing, on the native grid."""


def compare_maps(
    map_a: ClassMap,
    map_b: ClassMap,
    grid: Grid,
    legend: Legend | None = None,
    labels: Callable[[Window], np.ndarray | None] | None = None,
    kept: np.ndarray | None = None,
) -> Agreement:
    """Judge two maps against each other and against reference labels, block by block.

    Classes are the same where their names are, whatever their codes.

    Args:
        map_a: The first map.
        map_b: The second map.
        grid: The grid of both, and of the labels.
        legend: What the codes of the labels mean; without it there is no reference.
        labels: Gives the reference codes of a window, uint8 (y, x), 0 where unknown.
        kept: Rows and columns, int (pixel, 2), of the only pixels to judge.

    Raises:
        RunError: A map lies on another grid.
        RegionError: A raster is damaged.
    """
    for item in (map_a, map_b):
        _check_grid(item.path, grid)
    numbers: dict[str, int] = {}
    tables = [_numbering(item, numbers) for item in (map_a.legend, map_b.legend, legend)]
    verdicts = np.zeros((grid.height, grid.width), np.uint8)
    asked = _mask(kept, grid)
    areas, row_hectares = np.zeros(len(Verdict)), grid.row_hectares()
    for block in grid.blocks(_BLOCK):
        part = block.core
        reference = labels(part) if labels and legend else None
        if reference is None:
            reference = np.full((part.height, part.width), UNKNOWN, np.uint8)
        codes = (*(_read(item.path, part) for item in (map_a, map_b)), reference)
        a, b, true = (table[stored] for table, stored in zip(tables, codes, strict=True))
        found = judge(a, b, true)
        if asked is not None:
            found[~asked[part.slices]] = Verdict.NOTHING
        verdicts[part.slices] = found
        rows = row_hectares[part.row : part.row + part.height]
        areas += np.bincount(found.ravel(), np.repeat(rows, part.width), len(Verdict))
    hectares = {item: float(area) for item, area in zip(Verdict, areas, strict=True) if item}
    return Agreement(grid, verdicts, hectares)


def judge(a: np.ndarray, b: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The verdict on each pixel, uint8.

    Args:
        a: Class of the first map, of one numbering for all three; 0 where the map is blank.
        b: Class of the second map.
        reference: Class of the label, 0 where unknown.
    """
    right_a, right_b = a == reference, b == reference
    labelled = np.select(
        [right_a & right_b, right_a, right_b],
        [Verdict.BOTH_RIGHT, Verdict.ONLY_A, Verdict.ONLY_B],
        Verdict.BOTH_WRONG,
    )
    bare = np.where(a == b, Verdict.SAME, Verdict.OTHER)
    verdicts = np.where(reference == UNKNOWN, bare, labelled)
    return np.where((a == 0) | (b == 0), Verdict.NOTHING, verdicts).astype(np.uint8)


def _numbering(legend: Legend | None, numbers: dict[str, int]) -> np.ndarray:
    """From codes to numbers that are the same for the same name in any legend, uint16 (256,).

    Codes that are no class are 0.
    """
    table = np.zeros(256, np.uint16)
    for item in legend or ():
        table[item.code] = numbers.setdefault(item.name, len(numbers) + 1)
    return table


def _mask(kept: np.ndarray | None, grid: Grid) -> np.ndarray | None:
    if kept is None:
        return None
    mask = np.zeros((grid.height, grid.width), bool)
    there = kept[(kept[:, 0] < grid.height) & (kept[:, 1] < grid.width)]
    mask[there[:, 0], there[:, 1]] = True
    return mask


def _check_grid(path: Path, grid: Grid) -> None:
    own = read_header(path).grid
    if not same_grid(own, grid):
        raise RunError(
            path,
            expected=f"a map on the grid of the region ({describe_grid(grid)})",
            got=describe_grid(own),
            advice="map the region again",
        )


def _read(path: Path, window: Window) -> np.ndarray:
    return read_pixels(path, (1,), window)[0].astype(np.uint8)


__all__ = ["Agreement", "ClassMap", "Verdict", "compare_maps", "judge"]
