"""Backscatter: decibels and linear power, and the speckle filter between them."""

from dataclasses import dataclass

import numpy as np

SENTINEL_1_LOOKS = 4.4
"""Equivalent number of looks of a Sentinel-1 GRD product of the interferometric wide swath."""


def to_power(decibels: np.ndarray) -> np.ndarray:
    """Linear power of backscatter in dB, float32; NaN stays, and is what no number holds."""
    with np.errstate(over="ignore"):
        power = np.power(np.float32(10), decibels.astype(np.float32) / np.float32(10))
    return np.where(np.isfinite(power), power, np.float32(np.nan))


def to_decibels(power: np.ndarray) -> np.ndarray:
    """Backscatter in dB of linear power, float32; NaN stays and becomes of 0 or less."""
    known = power > 0
    return np.asarray(
        10 * np.log10(power.astype(np.float32), where=known, out=np.full(power.shape, np.nan, "f4"))
    )


@dataclass(frozen=True)
class LeeFilter:
    """Smooths speckle where the ground is even and leaves edges and bright targets as they are.

    A pixel becomes ``mean + gain * (value - mean)`` of the square window around it; the gain is
    the share of the local variance that speckle of so many looks does not explain. In linear power
    the mean is kept.

    References:
        Lee (1980): Digital image enhancement and noise filtering by use of local statistics. IEEE
        Transactions on Pattern Analysis and Machine Intelligence 2(2), 165–168.
        doi:10.1109/TPAMI.1980.4766994
    """

    window: int = 5
    """Side of the window, pixels, odd."""
    looks: float = SENTINEL_1_LOOKS
    """Equivalent number of looks; the variance of speckle is 1 / looks of the squared mean."""

    def __str__(self) -> str:
        return f"Lee, {self.window} x {self.window} pixels, {self.looks:g} looks"

    @property
    def halo(self) -> int:
        """Pixels it needs to see beyond each side."""
        return self.window // 2

    def __call__(self, power: np.ndarray) -> np.ndarray:
        """Filter one image.

        Args:
            power: Linear power (y, x), NaN without data.

        Returns:
            float32 (y, x), NaN where it was; missing neighbours count for nothing.
        """
        known = np.isfinite(power)
        values = np.where(known, power, 0).astype(np.float64)
        count = np.maximum(self._sum(known.astype(np.float64)), 1)
        mean = self._sum(values) / count
        variance = np.maximum(self._sum(values**2) / count - mean**2, 0)
        speckle = 1 / self.looks
        ground = np.maximum((variance - speckle * mean**2) / (1 + speckle), 0)
        noise = speckle * mean**2
        gain = ground / np.where(noise + ground > 0, noise + ground, 1)
        filtered = mean + gain * (values - mean)
        return np.where(known, filtered, np.nan).astype(np.float32)

    def _sum(self, values: np.ndarray) -> np.ndarray:
        """Sums over the window, each pixel's by itself: running sums would differ by block."""
        from scipy.ndimage import correlate1d

        ones = np.ones(self.window)
        across = correlate1d(values, ones, axis=1, mode="constant")
        return np.asarray(correlate1d(across, ones, axis=0, mode="constant"))


__all__ = ["SENTINEL_1_LOOKS", "LeeFilter", "to_decibels", "to_power"]
