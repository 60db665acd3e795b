"""Bands that say nearly the same: a ranking of single bands means little among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ALIKE = 0.95
"""Correlation from which on two bands are taken for one."""
_ENOUGH = 200_000
"""Values of a band that are correlated, at most."""


@dataclass(frozen=True)
class Pair:
    """Two bands that are alike."""

    first: int
    """Position of the band."""
    second: int
    correlation: float


@dataclass(frozen=True)
class Duplicates:
    """Which bands of a series are alike."""

    pairs: tuple[Pair, ...]
    """The most alike first."""
    groups: tuple[tuple[int, ...], ...]
    """Positions of bands that hang together by pairs, two or more each."""

    def group_of(self, band: int) -> tuple[int, ...]:
        """The group a band belongs to; empty where it is like no other."""
        return next((group for group in self.groups if band in group), ())


def duplicate_bands(series: np.ndarray) -> Duplicates:
    """Which bands are alike over all dates and samples.

    Args:
        series: Training series, (sample, time, band); what was not seen is NaN.
    """
    values = series.reshape(-1, series.shape[-1])  # (sample and date, band)
    values = values[np.isfinite(values).all(axis=1)]
    values = values[:: max(len(values) // _ENOUGH, 1)].astype(np.float64)
    n_bands = values.shape[1]
    if len(values) < 2 or n_bands < 2:
        return Duplicates((), ())
    with np.errstate(invalid="ignore", divide="ignore"):  # a constant band is like no other
        correlation = np.corrcoef(values, rowvar=False)
    alike = np.triu(np.abs(np.nan_to_num(correlation)) > ALIKE, k=1)
    pairs = [Pair(int(a), int(b), float(correlation[a, b])) for a, b in np.argwhere(alike)]
    pairs.sort(key=lambda pair: -abs(pair.correlation))
    count, owner = connected_components(csr_array(alike), directed=False)
    groups = (tuple(np.flatnonzero(owner == number).tolist()) for number in range(count))
    return Duplicates(tuple(pairs), tuple(group for group in groups if len(group) > 1))


__all__ = ["ALIKE", "Duplicates", "Pair", "duplicate_bands"]
