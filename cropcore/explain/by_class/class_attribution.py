"""What a run goes by for each of its classes: attributions of many samples, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from cropcore.bands import group_bands
from cropcore.cube import ModelInput
from cropcore.explain.attribution.base import Quantity
from cropcore.explain.by_class.choosing import HeldOutSet
from cropcore.explain.by_class.duplicates import Duplicates
from cropcore.legend import LegendClass


@dataclass(frozen=True, eq=False)
class ClassAttribution:
    """What speaks for one class among the bands of one encoder, over samples of the class."""

    item: LegendClass
    n: int
    """Samples: held out, and given this class."""
    mean: np.ndarray
    """Signed mean, (time, band)."""
    low: np.ndarray
    """Lower quartile, (time, band)."""
    high: np.ndarray
    """Upper quartile, (time, band)."""
    sd: np.ndarray
    """Standard deviation over samples, (time, band); NaN of a single one."""
    dates: np.ndarray
    """Σ over bands of |attribution|, mean over samples, (time,)."""
    dates_sd: np.ndarray
    bands: np.ndarray
    """Σ over dates of |attribution|, mean over samples, (band,)."""
    bands_sd: np.ndarray

    def total(self, bands: Sequence[int]) -> float:
        """Σ over some bands and all dates of |attribution|, mean over samples."""
        return float(self.bands[list(bands)].sum())


@dataclass(frozen=True, eq=False)
class SourceByClass:
    """The classes among the bands that one encoder reads, on their own dates."""

    name: str
    """``series`` with early fusion, the name of the source with late."""
    dates: tuple[date, ...]
    """Regular dates of the season, (time,)."""
    bands: tuple[str, ...]
    classes: tuple[ClassAttribution, ...]
    """In the order of the legend; those without a sample are left out."""
    duplicates: Duplicates
    """Which bands are alike."""

    @property
    def kinds(self) -> dict[str, tuple[int, ...]]:
        """Positions of the bands of each kind."""
        return group_bands(self.bands)


@dataclass(frozen=True, eq=False)
class ByClass:
    """A run's classes explained."""

    method: str
    quantity: Quantity
    unit: str
    """What a value of 1 means."""
    split: HeldOutSet
    """Which samples they are: none that the model learnt from."""
    sources: tuple[SourceByClass, ...]
    total: Mapping[int, int]
    """Held-out samples of each class by legend code, right or wrong."""
    samples: Mapping[int, np.ndarray]
    """Positions of those that were explained, by legend code."""
    start: date
    """First day of the season that most of them are of; other seasons are laid over it."""
    several_seasons: bool
    """Whether they are of several seasons."""
    short: bool
    """Whether time, not samples, ended it."""
    residual: float | None = None
    """Share of a score's change that the values do not account for, in the middle of all samples;
    complete methods only."""

    @property
    def classes(self) -> tuple[LegendClass, ...]:
        """The classes that could be explained."""
        return tuple(found.item for found in self.sources[0].classes)

    @property
    def counts(self) -> dict[int, int]:
        """Samples behind each class, by legend code."""
        return {found.item.code: found.n for found in self.sources[0].classes}


def summarise(item: LegendClass, values: np.ndarray, source: ModelInput) -> ClassAttribution:
    """What samples of a class have in common.

    Args:
        item: The class.
        values: Their attributions, (sample, time, band) of the whole input.
        source: The part that one encoder reads.
    """
    own = source.take(values).astype(np.float64)  # (sample, time, band)
    several = len(own) > 1
    by_date, by_band = np.abs(own).sum(axis=2), np.abs(own).sum(axis=1)

    def deviation(of: np.ndarray) -> np.ndarray:
        return of.std(axis=0, ddof=1) if several else np.full(of.shape[1:], np.nan)

    low, high = np.percentile(own, (25, 75), axis=0)
    return ClassAttribution(
        item,
        len(own),
        own.mean(axis=0),
        low,
        high,
        deviation(own),
        by_date.mean(axis=0),
        deviation(by_date),
        by_band.mean(axis=0),
        deviation(by_band),
    )


__all__ = ["ByClass", "ClassAttribution", "SourceByClass", "summarise"]
