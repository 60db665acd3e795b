"""Several ways to prepare the same acquisitions, their series beside each other in one rectangle.

Models that were prepared for apart (other bands, dates, fusion or steps) are so asked together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate

import numpy as np

from cropcore.cube.calendar import Calendar
from cropcore.cube.cube import Acquisitions
from cropcore.cube.preparation import ModelInput, Preparation, SourceBands
from cropcore.errors import SettingError

_FARTHEST = 90
"""Days; models whose seasons start further apart may mean different years."""


@dataclass(frozen=True)
class SideBySide(Preparation):
    """A preparation made of others; columns that end early are padded with NaN.

    Raises:
        SettingError: The parts are fewer than two, equal or nested, or their seasons far apart.
    """

    parts: tuple[Preparation, ...] = field(kw_only=True)

    def __post_init__(self) -> None:
        nested = any(isinstance(part, SideBySide) for part in self.parts)
        if len(set(self.parts)) < max(len(self.parts), 2) or nested:
            raise SettingError(
                "preparations side by side",
                expected="two or more that differ",
                got="equal or nested ones",
                advice="restore the run from its origin",
            )
        some = date(2001, self.calendar.month, self.calendar.day)
        apart = [abs((part.calendar.own_start(some) - some).days) for part in self.parts]
        if max(apart) > _FARTHEST:
            raise SettingError(
                "preparations side by side",
                expected=f"seasons that start within {_FARTHEST} days of each other",
                got=f"{max(apart)} days between two",
                advice="train all runs with the same --season",
            )

    @property
    def seen_bands(self) -> tuple[str, ...]:
        """The bands that come from imagery, those of each part in turn."""
        return tuple(band for part in self.parts for band in part.seen_bands)

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the band axis, those of each part in turn; a name may be there twice."""
        return tuple(band for part in self.parts for band in part.bands)

    @property
    def inputs(self) -> tuple[ModelInput, ...]:
        """The inputs of all parts, named after their sources."""
        found: list[ModelInput] = []
        for part, first in zip(self.parts, self._firsts, strict=True):
            sources = " + ".join(source.source for source in part.sources)
            for item in part.inputs:
                name = sources if part.fusion == "early" else item.name
                taken = sum(other.name.partition(" (")[0] == name for other in found)
                columns = tuple(first + column for column in item.columns)
                shown = f"{name} ({taken + 1})" if taken else name
                found.append(replace(item, name=shown, columns=columns))
        return tuple(found)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of one prepared series, (time, band)."""
        return max(part.shape[0] for part in self.parts), len(self.bands)

    @property
    def _firsts(self) -> tuple[int, ...]:
        """The first column of each part."""
        return tuple(accumulate((len(part.bands) for part in self.parts[:-1]), initial=0))

    def place_of(self, part: Preparation) -> tuple[int, slice]:
        """Number of dates and columns of one of the parts."""
        first = self._firsts[self.parts.index(part)]
        return part.shape[0], slice(first, first + part.shape[1])

    def dates(self, start: date) -> tuple[date, ...]:
        """The regular dates of all parts in the season that begins on ``start``, ascending."""
        own = ((part, part.calendar.own_start(start)) for part in self.parts)
        return tuple(sorted({day for part, begin in own for day in part.dates(begin)}))

    def calendar_of(self, name: str, bands: tuple[str, ...]) -> Calendar | None:
        """The regular dates that imagery is brought to by the first part that takes any of it."""
        found = (part.calendar_of(name, bands) for part in self.parts)
        return next((calendar for calendar in found if calendar), None)

    def __call__(
        self, sources: Sequence[Acquisitions], start: date
    ) -> tuple[np.ndarray, np.ndarray]:
        """Prepare as every part does; clear is what all of them saw.

        Raises:
            RunError: A band that a part needs is in no source.
        """
        prepared = [part(sources, part.calendar.own_start(start)) for part in self.parts]
        clear = np.logical_and.reduce([seen for _, seen in prepared])
        whole = np.full((len(clear), *self.shape), np.nan, dtype=np.float32)
        for part, (series, _) in zip(self.parts, prepared, strict=True):
            n_dates, columns = self.place_of(part)
            whole[:, :n_dates, columns] = series
        return whole, clear

    def looks(self, sources: Sequence[Acquisitions], start: date) -> np.ndarray:
        """How often each of :attr:`sources` saw the ground clearly, uint16 (source, pixel)."""
        counts: dict[str, np.ndarray] = {}
        for part in self.parts:
            looks = part.looks(sources, part.calendar.own_start(start))
            for source, count in zip(part.sources, looks, strict=True):
                counts.setdefault(source.source, count)
        return np.stack([counts[source.source] for source in self.sources])


def side_by_side(preparations: Sequence[Preparation]) -> Preparation:
    """What prepares for all models at once: the one they share, or those that differ.

    Raises:
        SettingError: Their seasons start far apart.
    """
    parts = tuple(dict.fromkeys(preparations))
    if len(parts) == 1:
        return parts[0]
    sources: dict[str, SourceBands] = {}
    for part in parts:
        for source in part.sources:
            sources.setdefault(source.source, source)
    longest = max(parts, key=lambda part: part.calendar.n_dates * part.calendar.period)
    return SideBySide(longest.calendar, tuple(sources.values()), "late", longest.steps, parts=parts)


__all__ = ["SideBySide", "side_by_side"]
