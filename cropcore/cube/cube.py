"""The value types of imagery: what one source saw, and several sources on one grid."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from cropcore.bands import Unit
from cropcore.cube.grid import Grid


@dataclass(frozen=True)
class Acquisitions:
    """What one source saw, on its own dates.

    The axes between time and band are free: ``(time, y, x, band)`` in a cube, ``(time, sample,
    band)`` in a batch of series.
    """

    source: str
    """Name of the source, such as ``s2``."""
    dates: tuple[date, ...]
    """Acquisition dates, ascending; a day may repeat."""
    bands: tuple[str, ...]
    """Canonical band names."""
    units: tuple[Unit, ...]
    """Unit of each band's values; backscatter is dB here, whatever the file holds."""
    values: np.ndarray
    """float32, (time, …, band); NaN where masked or without data."""


@dataclass(frozen=True)
class Cube:
    """Imagery of several sources on one grid, each with its own dates."""

    grid: Grid
    sources: tuple[Acquisitions, ...]
    """Values of each have shape (time, y, x, band) with y, x as in ``grid``."""


__all__ = ["Acquisitions", "Cube"]
