"""How much of a region each acquisition saw, by its data and its masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from cropcore.cube import Grid, Window
from cropcore.sources.region.imagery import Imagery, StoredAcquisition
from cropcore.sources.region.region_folder import RegionFolder

_SIDE = 256
_MOST = 16
"""Blocks of a large region that are looked at, spread over it."""


@dataclass(frozen=True)
class ClearViews:
    """What the acquisitions of one source saw."""

    source: str
    dates: tuple[date, ...]
    """Ascending; a day may repeat."""
    clear: np.ndarray
    """Share of the pixels that have data and are not masked, 0–1, float64 (time,)."""
    never: float
    """Share of the pixels that no acquisition saw clearly, 0–1."""
    looked_at: int
    """Pixels of the region that were looked at."""
    masked: bool
    """Whether any acquisition has a mask; without one, only missing data are not clear."""


def clear_views(region: RegionFolder) -> tuple[ClearViews, ...]:
    """What the acquisitions of each source saw; of a large region a spread of blocks is read.

    A pixel has data where the first band of the acquisition does.

    Raises:
        RegionError: A file is damaged.
    """
    windows = spread_blocks(region.grid, _SIDE, _MOST)
    return tuple(_views(imagery, windows) for imagery in region.imagery)


def spread_blocks(grid: Grid, side: int, most: int) -> list[Window]:
    """All blocks of a grid, or so many of them, evenly spread in reading order."""
    blocks = [block.core for block in grid.blocks(side)]
    chosen = np.linspace(0, len(blocks) - 1, min(most, len(blocks))).round().astype(int)
    return [blocks[at] for at in np.unique(chosen)]


def with_bands(acquisition: StoredAcquisition, places: Sequence[int]) -> StoredAcquisition:
    """An acquisition of which only these bands are read; the others become NaN.

    Args:
        acquisition: One overpass.
        places: Which bands of the source.
    """
    files = []
    for file in acquisition.files:
        kept = tuple(band if at in places else None for at, band in enumerate(file.bands))
        if any(kept):
            files.append(replace(file, bands=kept))
    return replace(acquisition, files=tuple(files or acquisition.files))


def _views(imagery: Imagery, windows: Sequence[Window]) -> ClearViews:
    seen = np.zeros(len(imagery.acquisitions))
    never = total = 0
    first = [_first_band(item) for item in imagery.acquisitions]
    for window in windows:
        any_view = np.zeros((window.height, window.width), dtype=bool)
        for at, acquisition in enumerate(first):
            clear = np.isfinite(acquisition.read(window)).any(axis=-1)
            if acquisition.mask is not None:
                clear &= ~acquisition.mask.covers(window)
            seen[at] += np.count_nonzero(clear)
            any_view |= clear
        never += int(np.count_nonzero(~any_view))
        total += any_view.size
    masked = any(item.mask for item in imagery.acquisitions)
    return ClearViews(imagery.source, imagery.dates, seen / total, never / total, total, masked)


def _first_band(acquisition: StoredAcquisition) -> StoredAcquisition:
    """Its first band alone, without filters, which hide nothing."""
    chosen = with_bands(acquisition, acquisition.files[0].places[:1])
    return replace(chosen, files=tuple(replace(file, speckle=None) for file in chosen.files))


__all__ = ["ClearViews", "clear_views", "spread_blocks", "with_bands"]
