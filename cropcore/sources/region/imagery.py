"""The acquisitions of one source on disk, read window by window."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from cropcore.bands import Unit
from cropcore.cube import Acquisitions, Window
from cropcore.cube.plausible import clear_impossible
from cropcore.sources.region.calibration import Calibration
from cropcore.sources.region.raster import read_pixels


@dataclass(frozen=True)
class StoredBand:
    """One band in one file."""

    number: int
    """Counted from 1."""
    calibration: Calibration


@dataclass(frozen=True)
class StoredMask:
    """A raster that tells where the ground is hidden."""

    path: Path
    number: int
    """The band that tells, counted from 1."""
    values: tuple[int, ...]
    """Its values where the ground is hidden."""

    def covers(self, window: Window) -> np.ndarray:
        """Where the ground is hidden, bool (y, x)."""
        return np.isin(read_pixels(self.path, [self.number], window)[0], self.values)


@dataclass(frozen=True)
class StoredAcquisition:
    """One overpass, one file."""

    day: date
    path: Path
    bands: tuple[StoredBand | None, ...]
    """For each band of the source where it is in the file; ``None`` where it is not."""
    mask: StoredMask | None

    def read(self, window: Window) -> np.ndarray:
        """Physical values before masking, float32 (y, x, band); NaN without data.

        Raises:
            RegionError: The file is damaged.
        """
        there = [(at, band) for at, band in enumerate(self.bands) if band is not None]
        stored = read_pixels(self.path, [band.number for _, band in there], window)
        shape = (window.height, window.width, len(self.bands))
        values = np.full(shape, np.nan, dtype=np.float32)
        for (at, band), numbers in zip(there, stored, strict=True):
            values[..., at] = band.calibration(numbers)
        return values


@dataclass(frozen=True)
class Imagery:
    """All acquisitions of one source."""

    source: str
    bands: tuple[str, ...]
    """Canonical band names."""
    units: tuple[Unit, ...]
    """Unit of each band in memory."""
    acquisitions: tuple[StoredAcquisition, ...]
    """By date; a day may repeat."""

    @property
    def dates(self) -> tuple[date, ...]:
        """Acquisition dates, ascending."""
        return tuple(acquisition.day for acquisition in self.acquisitions)

    def read(self, window: Window) -> Acquisitions:
        """What the source saw in a window; values float32 (time, y, x, band).

        Raises:
            RegionError: A file is damaged.
        """
        shape = (len(self.acquisitions), window.height, window.width, len(self.bands))
        values = np.empty(shape, dtype=np.float32)
        for at, acquisition in enumerate(self.acquisitions):
            values[at] = acquisition.read(window)
            if acquisition.mask is not None:
                values[at][acquisition.mask.covers(window)] = np.nan
        clear_impossible(values, self.units)
        return Acquisitions(self.source, self.dates, self.bands, self.units, values)


__all__ = ["Imagery", "StoredAcquisition", "StoredBand", "StoredMask"]
