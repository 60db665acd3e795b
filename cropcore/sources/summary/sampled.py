"""Series of some labelled pixels or samples of each class, to see what the classes look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cropcore.cube import Acquisitions, Calendar, Window
from cropcore.cube.calendar import fit_calendar
from cropcore.legend import UNKNOWN
from cropcore.sources.base import LabelledBatch, Source
from cropcore.sources.region.region_folder import RegionFolder

PER_CLASS = 400
"""Pixels or samples of a class at most."""
_SIDE = 128
_SPREAD = 12
"""Blocks that the samples of a class come from at least, where it is in as many."""
_MOST_VALUES = 60_000_000
"""Values that are read of a region; beyond, classes have fewer pixels than they could."""


@dataclass(frozen=True)
class SampledSeries:
    """Labelled series on shared dates, masked observations being NaN."""

    sources: tuple[Acquisitions, ...]
    """Values of each have shape (time, sample, band)."""
    codes: np.ndarray
    """Legend code of each sample, uint8 (sample,)."""
    groups: np.ndarray
    """Which parcel or group each belongs to, (sample,)."""
    blocks: int = 0
    """Blocks of a region that were read; 0 for a table."""
    blocks_with_labels: int = 0
    """Blocks of the region that could have been read."""
    steps: float | None = None
    """Days between dates, where series of several seasons are laid over each other."""


def sample_region(
    region: RegionFolder, limit: int = PER_CLASS, seed: int = 0, most: int = _MOST_VALUES
) -> SampledSeries:
    """Series of labelled pixels, read from as few blocks as give enough of every class.

    Blocks are taken in random order, those with rare classes first. Of a small region all are.

    Args:
        region: Must have labels.
        limit: Pixels of a class at most.
        seed: Which blocks and pixels.
        most: Values to read at most.

    Raises:
        InputError: The labels cannot be used, or a file is damaged.
    """
    random = np.random.default_rng(seed)
    depth = sum(len(item.acquisitions) * len(item.bands) for item in region.imagery)
    codes_of = {
        block.core: region.labels.read(block.core).codes for block in region.grid.blocks(_SIDE)
    }
    windows = _chosen(codes_of, limit, max(most // (depth * _SIDE**2), 1), random)
    found: list[tuple[list[np.ndarray], np.ndarray, np.ndarray]] = []
    shares = _shares(codes_of, windows, limit)
    for window in windows:
        labels = region.labels.read(window)
        kept = (labels.codes != UNKNOWN) & (
            random.random(labels.codes.shape) < shares[labels.codes]
        )
        if not kept.any():
            continue
        values = [item.values[:, kept] for item in region.read(window).sources]
        found.append((values, labels.codes[kept], labels.groups[kept]))
    sources = []
    for at, imagery in enumerate(region.imagery):
        parts = [values[at] for values, _, _ in found]
        empty = np.empty((len(imagery.dates), 0, len(imagery.bands)), np.float32)
        joined = np.concatenate([empty, *parts], axis=1)
        sources.append(
            Acquisitions(imagery.source, imagery.dates, imagery.bands, imagery.units, joined)
        )
    none = np.empty(0, np.int64)
    codes = np.concatenate([none, *(codes for _, codes, _ in found)]).astype(np.uint8)
    groups = np.concatenate([none, *(groups for _, _, groups in found)])
    n_labelled = sum(bool(item.any()) for item in codes_of.values())
    return SampledSeries(tuple(sources), codes, groups, len(windows), n_labelled)


def sample_table(table: Source, limit: int = PER_CLASS, seed: int = 0) -> SampledSeries:
    """Series of samples on the regular dates of a season, so that years lie over each other.

    Args:
        table: Any source.
        limit: Samples of a class at most.
        seed: Which ones, where there are more.

    Raises:
        InputError: The table cannot be used.
    """
    calendar = fit_calendar(table.timelines())
    batches = list(table.labelled(limit, seed))
    start = calendar.season_start(batches[-1].days[0], batches[-1].days[-1])
    sources = []
    for at, first in enumerate(batches[0].acquisitions):
        parts = [_composited(batch, at, calendar) for batch in batches]
        values = np.concatenate(parts, axis=1)
        sources.append(
            Acquisitions(first.source, calendar.dates(start), first.bands, first.units, values)
        )
    codes = np.concatenate([batch.codes for batch in batches])
    groups = np.concatenate([batch.groups for batch in batches])
    return SampledSeries(tuple(sources), codes, groups, steps=calendar.period)


def _composited(batch: LabelledBatch, at: int, calendar: Calendar) -> np.ndarray:
    """Means of what falls on each regular date, float32 (date, sample, band)."""
    seen = batch.acquisitions[at]
    start = calendar.season_start(batch.days[0], batch.days[-1])
    position = calendar.positions(seen.dates, start)
    shape = (calendar.n_dates, *seen.values.shape[1:])
    total, count = np.zeros(shape), np.zeros(shape, np.int64)
    inside = position >= 0
    there = np.isfinite(seen.values[inside])
    np.add.at(total, position[inside], np.where(there, seen.values[inside], 0))
    np.add.at(count, position[inside], there)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(count > 0, total / count, np.nan), dtype=np.float32)


def _chosen(
    codes_of: dict[Window, np.ndarray], limit: int, most: int, random: np.random.Generator
) -> list[Window]:
    """Blocks that give enough of each class, the rarest class being served first."""
    windows = [window for window, codes in codes_of.items() if codes.any()]
    if len(windows) <= most:
        return windows
    order = [windows[at] for at in random.permutation(len(windows))]
    counts = np.array([np.bincount(codes_of[item].ravel(), minlength=256) for item in order])
    counts[:, UNKNOWN] = 0
    totals = counts.sum(axis=0)
    given = np.minimum(counts, -(-limit // _SPREAD))
    taken: list[int] = []
    for code in sorted(np.flatnonzero(totals), key=lambda code: totals[code]):
        for at in np.flatnonzero(counts[:, code]):
            if given[taken, code].sum() >= limit or len(taken) >= most:
                break
            if at not in taken:
                taken.append(int(at))
    return [order[at] for at in sorted(taken)]


def _shares(
    codes_of: dict[Window, np.ndarray], windows: Sequence[Window], limit: int
) -> np.ndarray:
    """Share of the pixels of each code that are kept, float64 (256,)."""
    counts = sum(
        (np.bincount(codes_of[window].ravel(), minlength=256) for window in windows),
        np.zeros(256, np.int64),
    )
    return np.asarray(np.minimum(limit / np.maximum(counts, 1), 1))


__all__ = ["PER_CLASS", "SampledSeries", "sample_region", "sample_table"]
