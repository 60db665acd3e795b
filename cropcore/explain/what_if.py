"""What a run would have said, had clouds hidden some dates, or a band or sensor been missing."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from cropcore.cube import Acquisitions, Preparation, SideBySide
from cropcore.cube.indices import index_bands
from cropcore.explain.together import AnyExplainer
from cropcore.mapping.run_map import season_of
from cropcore.prediction import Surroundings, window_seen
from cropcore.sources.region import RegionFolder
from cropcore.sources.table import SamplesTable
from cropcore.training import Run


@dataclass(frozen=True, eq=False)
class Observed:
    """What was seen of a pixel, or of a sample of a table, before any preparation."""

    sources: tuple[Acquisitions, ...]
    """Values (time, y, x, band) of the pixel and what the model sees with it, of a sample of a
    table (time, 1, band); NaN where masked."""
    start: date
    """First day of the season."""
    pixel: tuple[int, int] = (0, 0)
    """Row and column of the pixel within the values."""


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Two answers of a run, calibrated probabilities, (class,) in the order of the legend."""

    before: np.ndarray
    """As things are."""
    after: np.ndarray
    """With what was chosen hidden."""
    clear: bool
    """Whether every source still saw the ground: else a map would leave the pixel blank, and
    ``after`` rests on what the model puts in place of a whole sensor."""
    series: np.ndarray
    """What the model was given in the end, float32 (time, band), physical units."""


def what_if(
    explainer: AnyExplainer,
    sources: Sequence[Acquisitions],
    start: date,
    hidden_dates: AbstractSet[date] = frozenset(),
    hidden_bands: AbstractSet[str] = frozenset(),
    *,
    hidden_sources: AbstractSet[str] = frozenset(),
    of_source: str | None = None,
    pixel: tuple[int, int] = (0, 0),
) -> WhatIf:
    """Ask a run again with something hidden.

    Dates are hidden as a cloud would: the real observations are taken away before compositing,
    over everything the model sees around the pixel, and the run's own preparation fills the gaps.
    A band or a sensor that is hidden is replaced by the mean series of the training samples, as in
    occlusion: the answer is that of a pixel of which nothing particular is known there. An index
    that needs a hidden band goes with it.

    Args:
        explainer: Of the run.
        sources: What was seen, values (time, y, x, band) or (time, 1, band), NaN where masked.
        start: First day of the season.
        hidden_dates: Days of acquisitions.
        hidden_bands: Names of bands or indices, of every source that has them.
        hidden_sources: Names of sources, as in the training data.
        of_source: Whose acquisitions the days are, as the imagery names it; of all sources where
            not given.
        pixel: Row and column of the pixel within the values.

    Raises:
        RunError: A band that the run needs is in no source.
    """
    preparation = explainer.data.preparation
    before, _ = _prepared(preparation, sources, start, pixel)
    clouded = [
        item if of_source not in (None, item.source) else _clouded(item, hidden_dates)
        for item in sources
    ]
    after, clear = _prepared(preparation, clouded, start, pixel)
    values = after.values.copy()  # (time, y, x, band)
    gone = hidden_columns(preparation, hidden_bands, hidden_sources)
    for item in preparation.inputs:
        dates, columns = slice(0, item.calendar.n_dates), [at for at in item.columns if at in gone]
        values[dates, ..., columns] = explainer.mean[dates, None, None][..., columns]
    after = replace(after, values=values)
    return WhatIf(
        before.probabilities(explainer.predictor),
        after.probabilities(explainer.predictor),
        clear,
        after.series,
    )


def observed_pixel(run: Run, region: RegionFolder, row: int, col: int) -> Observed:
    """Everything a run sees when it is asked about a pixel of a region.

    Raises:
        RegionError: A raster cannot be read.
    """
    preparation, described = run.described.preparation, run.record.request.described()
    window = window_seen(region, preparation, described, row, col)
    sources = tuple(region.read(window).sources)
    start = season_of(preparation, region)
    return Observed(sources, start, (row - window.row, col - window.col))


def observed_sample(run: Run, table: SamplesTable, name: str) -> Observed:
    """Everything a run sees of a sample of a table.

    Raises:
        LocationError: There is no such sample.
    """
    batch = table.series(name)
    calendar = run.described.preparation.calendar
    start = calendar.season_start(batch.days[0], batch.days[-1])
    return Observed(tuple(batch.acquisitions), start)


def hidden_columns(
    preparation: Preparation, bands: AbstractSet[str], sources: AbstractSet[str] = frozenset()
) -> frozenset[int]:
    """Where bands and everything computed from them stand in a prepared series.

    Args:
        preparation: Of the run.
        bands: Names of bands or indices.
        sources: Names of sources, all of whose bands are meant.
    """
    if isinstance(preparation, SideBySide):
        first, found = 0, set()
        for part in preparation.parts:
            found |= {first + column for column in hidden_columns(part, bands, sources)}
            first += part.shape[1]
        return frozenset(found)
    seen = [
        band in bands or source.source in sources
        for source in preparation.sources
        for band in source.bands
    ]
    derived = [
        index in bands or _needs_hidden(preparation, index, bands, sources)
        for index in preparation.steps.indices
    ]
    return frozenset(at for at, hidden in enumerate((*seen, *derived)) if hidden)


def _needs_hidden(
    preparation: Preparation, index: str, bands: AbstractSet[str], sources: AbstractSet[str]
) -> bool:
    """Whether an index is computed from something hidden: by the first source with its bands."""
    for source in preparation.sources:
        needed = index_bands(index, source.bands)
        if needed:
            return source.source in sources or not bands.isdisjoint(needed)
    return False


def _clouded(item: Acquisitions, days: AbstractSet[date]) -> Acquisitions:
    hidden = [day in days for day in item.dates]
    values = item.values.copy()
    values[hidden] = np.nan
    return replace(item, values=values)


def _prepared(
    preparation: Preparation,
    sources: Sequence[Acquisitions],
    start: date,
    pixel: tuple[int, int],
) -> tuple[Surroundings, bool]:
    """The model's input, and whether every source ever saw the pixel."""
    height, width, *_ = (*sources[0].values.shape[1:-1], 1)
    series, clear = preparation(sources, start)  # (pixel, time, band)
    values = series.reshape(height, width, *series.shape[1:]).transpose(2, 0, 1, 3)
    seen = bool(clear.reshape(height, width)[pixel])
    return Surroundings(np.ascontiguousarray(values), *pixel), seen


__all__ = ["Observed", "WhatIf", "hidden_columns", "observed_pixel", "observed_sample", "what_if"]
