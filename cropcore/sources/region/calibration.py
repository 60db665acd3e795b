"""From the numbers stored in a raster to reflectance, decibels and indices."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Calibration:
    """What the stored numbers of one band in one file mean."""

    scale: float = 1.0
    """Factor, applied first."""
    offset: float = 0.0
    """Added after scaling, in the stored unit."""
    nodata: float | None = None
    """Stored number that means no data."""
    power: bool = False
    """Stored as linear power, to be turned into decibels."""

    def __call__(self, stored: np.ndarray) -> np.ndarray:
        """Physical values.

        Args:
            stored: Numbers as in the file, any shape.

        Returns:
            float32 of the same shape; NaN for no data, infinities and power of 0 or less.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # infinite is no data
            values = stored.astype(np.float32)
            if self.scale != 1:
                values *= np.float32(self.scale)
            if self.offset:
                values += np.float32(self.offset)
        values[~np.isfinite(values) | self.is_nodata(stored)] = np.nan
        if self.power:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(values > 0, 10 * np.log10(values), np.float32(np.nan))
        return values

    def is_nodata(self, stored: np.ndarray) -> np.ndarray:
        """Where the stored numbers mean no data, bool of the same shape."""
        if self.nodata is None or np.isnan(self.nodata):
            return np.zeros(stored.shape, dtype=bool)
        if np.issubdtype(stored.dtype, np.integer):
            whole = int(self.nodata) if float(self.nodata).is_integer() else None
            return (
                np.asarray(stored == whole) if whole is not None else np.zeros(stored.shape, bool)
            )
        with np.errstate(over="ignore"):
            return np.asarray(stored == stored.dtype.type(self.nodata))


__all__ = ["Calibration"]
