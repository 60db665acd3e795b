"""Variations of training series: a season a little earlier or later, noise, dates never seen.

They make a model bear what differs between years and sensors; samples that validate or test a
model are never varied.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cropcore.cube import ModelInput
from cropcore.cube.compositing import fill_gaps


@dataclass(frozen=True)
class Augmentation:
    """How much series are varied; nothing at 0."""

    shift_days: float = 0.0
    """Each series moves by as many days at most, earlier or later."""
    band_noise: float = 0.0
    """Standard deviation of the noise, as a share of each band's own."""
    drop_dates: float = 0.0
    """Share of dates that go missing and are filled from those around them."""

    def __bool__(self) -> bool:
        """Whether anything is varied at all."""
        return bool(self.shift_days or self.band_noise or self.drop_dates)

    def __call__(
        self,
        series: np.ndarray,
        inputs: Sequence[ModelInput],
        sd: np.ndarray,
        random: np.random.Generator,
    ) -> np.ndarray:
        """Vary samples, each in its own way.

        Args:
            series: float32 (sample, time, band) on regular dates, or patches, (sample, time, y, x,
                band), whose pixels all move by the same days and miss the same dates; NaN where
                a band has no value.
            inputs: The parts of a series, each on its own dates; they move by the same days.
            sd: Standard deviation of each band, in its unit.
            random: Source of chance.

        Returns:
            New ones of the same shape; NaN where the given ones are.
        """
        if not self:
            return series
        days = random.uniform(-self.shift_days, self.shift_days, len(series))
        varied = series.copy()
        for item in inputs:
            columns, n_dates = list(item.columns), item.calendar.n_dates
            own = series[:, :n_dates][..., columns]
            flat = own.reshape(*own.shape[:2], -1)  # what moves together, side by side
            spread = np.tile(sd[columns], flat.shape[2] // len(columns))
            flat = self._varied(flat, days / item.calendar.period, spread, random)
            varied[:, :n_dates][..., columns] = flat.reshape(own.shape)
        return varied

    def _varied(
        self, series: np.ndarray, steps: np.ndarray, sd: np.ndarray, random: np.random.Generator
    ) -> np.ndarray:
        varied = series
        if self.shift_days:
            varied = shifted(varied, steps)
        if self.band_noise:
            noise = random.normal(size=series.shape).astype(np.float32)
            varied = varied + noise * (self.band_noise * sd).astype(np.float32)
        if self.drop_dates:
            varied = without_dates(varied, random.random(series.shape[:2]) < self.drop_dates)
        return varied


def shifted(series: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Series moved in time, linear between dates; the first and last values are held outwards.

    Args:
        series: (sample, time, band).
        steps: By how many dates each sample moves, later where positive, (sample,).
    """
    last = series.shape[1] - 1
    at = np.clip(np.arange(last + 1) - steps[:, None], 0, last)  # (sample, time)
    before = np.floor(at).astype(np.int64)
    share = (at - before).astype(np.float32)[..., None]
    low = np.take_along_axis(series, before[..., None], axis=1)
    high = np.take_along_axis(series, np.minimum(before + 1, last)[..., None], axis=1)
    return np.asarray(low + (high - low) * share)


def without_dates(series: np.ndarray, dropped: np.ndarray) -> np.ndarray:
    """Series in which some dates are filled from those around them.

    Args:
        series: float32 (sample, time, band).
        dropped: Which dates to fill, bool (sample, time); a sample never loses all of them.
    """
    dropped = dropped & ~dropped.all(axis=1, keepdims=True)
    seen = np.where(dropped[..., None], np.float32(np.nan), series)
    return fill_gaps(seen.transpose(1, 0, 2)).transpose(1, 0, 2)


__all__ = ["Augmentation", "shifted", "without_dates"]
