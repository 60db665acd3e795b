"""What is known of all training samples together: means and deviations, part by part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cropcore.errors import InputError
from cropcore.samples.room import in_parts


def band_statistics(
    series: np.ndarray, bands: Sequence[str], indices: np.ndarray
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each band over (sample, time), missing values left out.

    Args:
        series: (sample, time, band), physical units.
        bands: Their names.
        indices: Samples that count.

    Raises:
        InputError: A band has no value at all.
    """
    count = np.zeros(len(bands))
    total, squares = np.zeros(len(bands)), np.zeros(len(bands))
    for part in in_parts(series, indices):
        seen = np.isfinite(part)
        count += seen.sum(axis=(0, 1))
        total += np.where(seen, part, 0).sum(axis=(0, 1), dtype=np.float64)
    if (count == 0).any():
        names = ", ".join(name for name, none in zip(bands, count == 0, strict=True) if none)
        raise InputError(
            f"band {names}",
            expected="a clear value in at least one training sample",
            got="none",
            advice="leave the band out with --bands",
        )
    mean = total / count
    for part in in_parts(series, indices):
        apart = np.where(np.isfinite(part), part - mean.astype(np.float32), 0)
        squares += np.square(apart).sum(axis=(0, 1), dtype=np.float64)
    sd = np.sqrt(squares / count)
    smallest = np.maximum(np.abs(mean) * 1e-6, 1e-6)  # a constant band must not divide by zero
    return tuple(mean.tolist()), tuple(np.maximum(sd, smallest).tolist())


def mean_series(series: np.ndarray, indices: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Mean over samples of (sample, time, band); ``otherwise`` where none has a value.

    Args:
        series: (sample, time, band).
        indices: Samples that count.
        otherwise: (band,) or (time, band).
    """
    count, total = np.zeros(series.shape[1:]), np.zeros(series.shape[1:])
    for part in in_parts(series, indices):
        seen = np.isfinite(part)
        count += seen.sum(axis=0)
        total += np.where(seen, part, 0).sum(axis=0, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), otherwise)


__all__ = ["band_statistics", "mean_series"]
