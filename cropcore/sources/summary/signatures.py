"""What a class looks like over the season: mean and middle half of a band or index by date."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date

import numpy as np

from cropcore.bands import Unit
from cropcore.cube import Acquisitions
from cropcore.cube.indices import compute_index, index_bands
from cropcore.sources.summary.sampled import SampledSeries

INDICES = ("NDVI", "NDMI", "NDWI")
"""Vegetation, its water (with short-wave infrared), and open water."""
RATIO = "VH/VV"
"""Of backscatter, as the difference of both in dB."""


@dataclass(frozen=True)
class Quantity:
    """A band or index of one source."""

    source: str
    name: str
    unit: Unit


@dataclass(frozen=True)
class Signature:
    """How a quantity of one class goes over the season; NaN where nothing was seen."""

    code: int
    quantity: Quantity
    dates: tuple[date, ...]
    mean: np.ndarray
    """float64 (time,)."""
    low: np.ndarray
    """First quartile, float64 (time,)."""
    high: np.ndarray
    """Third quartile, float64 (time,)."""
    n: np.ndarray
    """Observations that were not masked, int64 (time,)."""


def quantities_of(sampled: SampledSeries) -> tuple[Quantity, ...]:
    """What can be drawn: indices first, then the bands of every source."""
    found = []
    for seen in sampled.sources:
        indices = [name for name in INDICES if _is_computable(name, seen)]
        found += [Quantity(seen.source, name, "index") for name in indices]
        if _has_both(seen):
            found.append(Quantity(seen.source, RATIO, "dB"))
    for seen in sampled.sources:
        named = zip(seen.bands, seen.units, strict=True)
        found += [Quantity(seen.source, band, unit) for band, unit in named]
    return tuple(found)


def signature(sampled: SampledSeries, quantity: Quantity, code: int) -> Signature:
    """Mean and quartiles of a quantity over the samples of a class, date by date.

    Args:
        sampled: Labelled series.
        quantity: One of :func:`quantities_of`.
        code: Legend code.
    """
    seen = next(item for item in sampled.sources if item.source == quantity.source)
    values = _values(seen, quantity)[:, sampled.codes == code].astype(np.float64)
    n = np.isfinite(values).sum(axis=1)
    if not values.shape[1]:
        values = np.full((len(seen.dates), 1), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a date without any observation
        mean = np.nanmean(values, axis=1)
        low, high = np.nanquantile(values, (0.25, 0.75), axis=1)
    return Signature(code, quantity, seen.dates, mean, low, high, n)


def _values(seen: Acquisitions, quantity: Quantity) -> np.ndarray:
    """One quantity of all samples, (time, sample)."""
    if quantity.name in seen.bands:
        return np.asarray(seen.values[..., seen.bands.index(quantity.name)])
    if quantity.name == RATIO:
        vh, vv = (seen.values[..., seen.bands.index(name)] for name in ("VH", "VV"))
        return np.asarray(vh - vv)
    return compute_index(quantity.name, seen.values, seen.bands, seen.units)


def _is_computable(name: str, seen: Acquisitions) -> bool:
    used = index_bands(name, seen.bands) if "reflectance" in seen.units else None
    return used is not None


def _has_both(seen: Acquisitions) -> bool:
    units = dict(zip(seen.bands, seen.units, strict=True))
    return units.get("VV") == units.get("VH") == "dB"


__all__ = ["INDICES", "RATIO", "Quantity", "Signature", "quantities_of", "signature"]
