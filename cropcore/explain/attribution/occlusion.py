"""Occlusion: what the score loses when values are hidden, alone or together."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from pydantic import Field

from cropcore.explain.attribution.base import (
    AnyScore,
    Attribution,
    AttributionMethod,
    Background,
    Quantity,
    Strip,
)

_AT_ONCE = 256
"""Hidden copies of a series that are asked about at once, at most."""


class Occlusion(AttributionMethod):
    """The score less the score with some values replaced by those of the mean series.

    Values that are hidden together share the loss evenly, so that the sum over the bands of a date,
    or over the dates of a band, is what hiding it costs. Needs no gradient: forests are asked too.

    References:
        Zeiler and Fergus (2014), Visualizing and understanding convolutional networks,
        arXiv:1311.2901.
    """

    quantity: ClassVar[Quantity] = "contribution"
    unit: ClassVar[str] = "logits lost when hidden"
    needs_gradient: ClassVar[bool] = False

    @abstractmethod
    def hidden(self, strip: Strip) -> Iterator[tuple[slice, list[int]]]:
        """Which dates and columns are hidden together, one after the other."""

    def __call__(self, score: AnyScore, series: np.ndarray, background: Background) -> Attribution:
        """Each set of values hidden in turn."""
        sets = [item for strip in background.strips for item in self.hidden(strip)]
        values = np.zeros(series.shape, np.float64)
        times = np.zeros((series.shape[1], series.shape[-1]))  # how often a value is hidden
        for dates, columns in sets:
            times[dates, columns] += 1
        times = np.maximum(times, 1)
        mean = background.baseline(series)
        for at, (one, whole) in enumerate(zip(series, score(series), strict=True)):
            for begin in range(0, len(sets), _AT_ONCE):
                part = sets[begin : begin + _AT_ONCE]
                lost = whole - score(np.stack([_without(one, mean, *item) for item in part]))
                for (dates, columns), loss in zip(part, lost, strict=True):
                    values[at, dates, ..., columns] += loss / values[at, dates, ..., columns].size
        shape = (len(times), *(1 for _ in series.shape[2:-1]), series.shape[-1])
        return self.answer((values / times.reshape(shape)).astype(series.dtype))


class CellOcclusion(Occlusion):
    """One band at one date at a time."""

    def hidden(self, strip: Strip) -> Iterator[tuple[slice, list[int]]]:
        """Every value for itself."""
        for date in range(strip.n_dates):
            for column in strip.columns:
                yield slice(date, date + 1), [column]


class DateOcclusion(Occlusion):
    """All bands of one date at a time."""

    def hidden(self, strip: Strip) -> Iterator[tuple[slice, list[int]]]:
        """Date by date."""
        for date in range(strip.n_dates):
            yield slice(date, date + 1), list(strip.columns)


class BandOcclusion(Occlusion):
    """One band at all of its dates at a time."""

    def hidden(self, strip: Strip) -> Iterator[tuple[slice, list[int]]]:
        """Band by band."""
        for column in strip.columns:
            yield slice(0, strip.n_dates), [column]


class GroupOcclusion(Occlusion):
    """All bands of one kind at all of their dates at a time."""

    def hidden(self, strip: Strip) -> Iterator[tuple[slice, list[int]]]:
        """Group by group."""
        for columns in strip.groups:
            yield slice(0, strip.n_dates), list(columns)


class WindowOcclusion(Occlusion):
    """All bands of some neighbouring dates at a time; a date gets the mean over its windows."""

    n_dates: int = Field(3, ge=1, le=100, description="Dates hidden together")

    def hidden(self, strip: Strip) -> Iterator[tuple[slice, list[int]]]:
        """Windows of equal length, one date apart."""
        length = min(self.n_dates, strip.n_dates)
        for begin in range(strip.n_dates - length + 1):
            yield slice(begin, begin + length), list(strip.columns)


def _without(one: np.ndarray, mean: np.ndarray, dates: slice, columns: list[int]) -> np.ndarray:
    """A series, (time, …, band), with the mean in place of some of its values."""
    changed = one.copy()
    changed[dates, ..., columns] = mean[dates, ..., columns]
    return changed


__all__ = [
    "BandOcclusion",
    "CellOcclusion",
    "DateOcclusion",
    "GroupOcclusion",
    "Occlusion",
    "WindowOcclusion",
]
