"""Whether a run can map a region, and what to know before believing that map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
from pyproj import Geod

from cropcore.bands import match_band
from cropcore.cube import Acquisitions, Preparation
from cropcore.errors import RegionError, RunError
from cropcore.legend import Legend
from cropcore.mapping.run_map import season_of
from cropcore.sources.region import RegionFolder
from cropcore.sources.region.imagery import Imagery
from cropcore.training.record import DataRecord

Obstacle = Literal["", "bands", "sources", "season"]


@dataclass(frozen=True)
class Suitability:
    """How a run and a region fit."""

    obstacle: Obstacle
    """What makes a map impossible: missing bands, sources that cannot be told apart, imagery of
    another season; empty where nothing does."""
    missing: tuple[str, ...] = ()
    """Bands the model needs that the region lacks."""
    season: tuple[date, date] | None = None
    """First and last day of the model's season at the region; ``None`` where sources lack."""
    acquired: tuple[date, date] | None = None
    """First and last acquisition of the region."""
    sparse: tuple[tuple[str, int, int], ...] = ()
    """Sources that saw less than half of the model's dates: name, dates seen, the model's."""
    strangers: tuple[str, ...] = ()
    """Classes of the region's labels that the model never gives."""
    absent: tuple[str, ...] = ()
    """Classes the model may give that the region's labels do not have."""
    distance_km: float | None = None
    """Between the region and the land the run learnt from, 0 where they touch."""

    @property
    def possible(self) -> bool:
        """Whether the region can be mapped."""
        return not self.obstacle


def suitability(
    data: DataRecord, region: RegionFolder, legend: Legend | None = None
) -> Suitability:
    """Compare what a run needs with what a region has, without reading a pixel.

    Args:
        data: What the run learnt from.
        region: Imagery.
        legend: The classes of its labels, where they shall be compared; by their names.
    """
    preparation = data.preparation
    strangers, absent = _compared(data.legend, legend)
    days = region.days or tuple(sorted(day for dates in region.dates.values() for day in dates))
    about = Suitability(
        "",
        missing=_missing(preparation, region),
        acquired=(days[0], days[-1]),
        strangers=strangers,
        absent=absent,
        distance_km=_distance(data.bounds, region),
    )
    if about.missing:
        return replace(about, obstacle="bands")
    first = preparation.calendar.season_start(days[0], days[-1], region.season)
    about = replace(about, season=(first, preparation.calendar.dates(first)[-1]))
    try:
        start = season_of(preparation, region)
        preparation([_empty(item) for item in region.imagery], start)
    except RegionError:
        return replace(about, obstacle="season")
    except RunError:
        return replace(about, obstacle="sources")
    return replace(about, sparse=_sparse(preparation, region, start))


def _missing(preparation: Preparation, region: RegionFolder) -> tuple[str, ...]:
    offered = [item.bands for item in region.imagery]
    return tuple(
        band
        for band in dict.fromkeys(preparation.seen_bands)
        if not any(match_band(band, bands) for bands in offered)
    )


def _empty(imagery: Imagery) -> Acquisitions:
    """The dates and bands of imagery without a pixel."""
    values = np.empty((len(imagery.dates), 0, len(imagery.bands)), np.float32)
    return Acquisitions(imagery.source, imagery.dates, imagery.bands, imagery.units, values)


def _sparse(
    preparation: Preparation, region: RegionFolder, start: date
) -> tuple[tuple[str, int, int], ...]:
    calendar, found = preparation.calendar, []
    for source, days in region.dates.items():
        positions = calendar.positions(days, start)
        seen = len(np.unique(positions[positions >= 0]))
        if seen < calendar.n_dates / 2:
            found.append((source, seen, calendar.n_dates))
    return tuple(found)


def _compared(mine: Legend, theirs: Legend | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of classes that only the labels have, and that only the model has."""
    if theirs is None:
        return (), ()
    known, there = ({name.casefold() for name in legend.names} for legend in (mine, theirs))
    return (
        tuple(name for name in theirs.names if name.casefold() not in known),
        tuple(name for name in mine.names if name.casefold() not in there),
    )


def _distance(
    bounds: tuple[float, float, float, float] | None, region: RegionFolder
) -> float | None:
    """Kilometres between the nearest points of two boxes of longitude and latitude."""
    if bounds is None:
        return None
    west, south, east, north = bounds
    height, width = region.grid.height, region.grid.width
    rows, cols = np.array([0, 0, height - 1, height - 1]), np.array([0, width - 1, 0, width - 1])
    lon, lat = region.grid.lonlat(rows, cols)
    x = _nearest((west, east), (float(lon.min()), float(lon.max())))
    y = _nearest((south, north), (float(lat.min()), float(lat.max())))
    _, _, metres = Geod(ellps="WGS84").inv(x[0], y[0], x[1], y[1])
    return float(metres) / 1000


def _nearest(mine: tuple[float, float], theirs: tuple[float, float]) -> tuple[float, float]:
    """The point of each of two intervals that is nearest to the other."""
    low, high = max(mine[0], theirs[0]), min(mine[1], theirs[1])
    if low <= high:
        return low, low
    return (mine[1], theirs[0]) if mine[1] < theirs[0] else (mine[0], theirs[1])


__all__ = ["Obstacle", "Suitability", "suitability"]
