"""From a source of labelled imagery to samples: choose the calendar, prepare every batch."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from cropcore.cube import Calendar, Fusion, Preparation, SourceBands, Steps
from cropcore.cube.calendar import fit_calendar, usual_period
from cropcore.cube.indices import index_bands
from cropcore.errors import LabelError, SettingError
from cropcore.samples.room import Gathering
from cropcore.samples.samples import Samples
from cropcore.sources.base import LabelledBatch, Source

PER_CLASS = 20_000
"""Samples of one class that are enough."""
_LEAP_YEAR = 2000


def fit_preparation(
    source: Source,
    *,
    period: float | None = None,
    season: tuple[int, int] | None = None,
    steps: Steps | None = None,
    fusion: Fusion = "early",
) -> Preparation:
    """The preparation that suits a source: all bands it offers, on dates that cover its series.

    With late fusion the regular dates of each sensor cover the same season in steps of their own.

    Args:
        source: Labelled imagery.
        period: Days between regular dates; chosen from the acquisitions where not given.
        season: Month and day on which the season starts; chosen likewise.
        steps: What is done on the way; the usual where not given.
        fusion: Whether all sensors share their dates or each has its own.

    Raises:
        LabelError: The source has no series.
        SettingError: The season is no day of the year, the period gives too many dates, an index
            cannot be computed, or there is nothing to fuse late.
    """
    timelines = source.timelines()
    if not timelines:
        raise LabelError(
            source.path,
            expected="at least one acquisition",
            got="none",
            advice="check the folder and its dates",
        )
    if season is None and source.season is not None:
        season = (source.season.month, source.season.day)
    if season is not None:
        _check_season(season)
    steps = steps or Steps()
    _check_indices(steps, source)
    calendar = fit_calendar(timelines, start=season, period=period)
    sources = source.offered
    if fusion == "late":
        sources = _on_own_dates(source, calendar, period)
    return Preparation(calendar, sources, fusion, steps)


def collect(
    source: Source, preparation: Preparation, *, limit: int = PER_CLASS, seed: int = 0
) -> Samples:
    """Prepare the labelled series of a source, leaving out those that were never clear.

    The order is the source's own: the same source, limit and seed give the same samples.

    Args:
        source: Labelled imagery.
        preparation: How acquisitions become a model's input.
        limit: Most samples of one class.
        seed: Decides which, where there are more.

    Raises:
        LabelError: No sample is left, or fewer than two classes.
        RunError: The source lacks a band that the preparation needs.
    """
    kept, series, never_clear = [], Gathering(), 0
    for batch in source.labelled(limit, seed):
        days = batch.days
        start = preparation.calendar.season_start(days[0], days[-1], source.season)
        prepared, clear = preparation(batch.acquisitions, start)
        never_clear += int((~clear).sum())
        if clear.any():
            series.add(prepared if clear.all() else prepared[clear])
            kept.append(_Labels.of(batch, clear, start.year))
    if not kept:
        got = f"{never_clear} samples that are all cloud or without data" if never_clear else "none"
        raise LabelError(
            source.path,
            expected="samples that were clearly seen on at least one date",
            got=got,
            advice="check the cloud masks, the no-data value and the season's start",
        )
    finer = [part.finer for part in kept if part.finer is not None]
    samples = Samples(
        series=series.whole(),
        codes=np.concatenate([part.codes for part in kept]),
        ids=np.concatenate([part.ids for part in kept]),
        groups=np.concatenate([part.groups for part in kept]),
        lon=np.concatenate([part.lon for part in kept]),
        lat=np.concatenate([part.lat for part in kept]),
        never_clear=never_clear,
        seasons=np.concatenate([np.full(len(part.codes), part.season) for part in kept]),
        finer=np.concatenate(finer) if len(finer) == len(kept) else None,
    )
    present = np.unique(samples.codes)
    if len(present) < 2:
        name = next(item.name for item in source.legend if item.code == present[0])
        raise LabelError(
            source.path,
            expected="samples of at least two classes",
            got=f"only {name!r}",
            advice="add labels of another class",
        )
    return samples


@dataclass(frozen=True, eq=False)
class _Labels:
    """What is known of the clear samples of a batch, without their imagery."""

    codes: np.ndarray
    ids: np.ndarray
    groups: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    finer: np.ndarray | None
    season: int

    @classmethod
    def of(cls, batch: LabelledBatch, clear: np.ndarray, season: int) -> "_Labels":
        return cls(
            batch.codes[clear],
            batch.ids[clear],
            batch.groups[clear],
            batch.lon[clear],
            batch.lat[clear],
            None if batch.finer is None else batch.finer[clear],
            season,
        )


def _on_own_dates(
    source: Source, calendar: Calendar, period: float | None
) -> tuple[SourceBands, ...]:
    """The bands of each sensor, with dates as far apart as its acquisitions usually are."""
    offered = source.offered
    if len(offered) < 2:
        raise SettingError(
            "late fusion",
            expected="two sources or more, such as Sentinel-1 and Sentinel-2",
            got=f"only {offered[0].source}",
            advice="train with early fusion or add a source",
        )
    return tuple(
        replace(
            item, calendar=calendar.every(period or usual_period(source.timelines(item.source)))
        )
        for item in offered
    )


def _check_indices(steps: Steps, source: Source) -> None:
    offered = [item.bands for item in source.offered]
    taken = {band for bands in offered for band in bands}
    for name in steps.indices:
        possible = any(index_bands(name, bands) for bands in offered)
        if not possible or name in taken or steps.indices.count(name) > 1:
            got = "one it has already" if possible else f"the bands {', '.join(sorted(taken))}"
            raise SettingError(
                f"index {name}",
                expected="an index that can be computed from the bands of one source, named once",
                got=got,
                advice="leave it out",
            )


def _check_season(season: tuple[int, int]) -> None:
    month, day = season
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        raise SettingError(
            "season start",
            expected="a month and a day, such as 10-01",
            got=f"{month:02d}-{day:02d}",
            advice="correct the season's start",
        ) from None


__all__ = ["PER_CLASS", "collect", "fit_preparation"]
