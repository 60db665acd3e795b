"""The acquisitions of one source on disk, read window by window."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np

from cropcore.bands import Unit
from cropcore.cube import Acquisitions, Grid, Window
from cropcore.cube.plausible import clear_impossible
from cropcore.cube.radar import LeeFilter, to_decibels, to_power
from cropcore.sources.region.calibration import Calibration
from cropcore.sources.region.masks import StoredMask
from cropcore.sources.region.placing import PlacedRaster
from cropcore.sources.region.raster import read_pixels


@dataclass(frozen=True)
class StoredBand:
    """One band in one file."""

    number: int
    """Counted from 1."""
    calibration: Calibration
    unit: Unit
    """Unit of its values in memory."""


@dataclass(frozen=True)
class StoredFile:
    """One raster with some or all bands of an acquisition."""

    raster: PlacedRaster
    bands: tuple[StoredBand | None, ...]
    """For each band of the source where it is in the file; ``None`` where it is not."""
    speckle: LeeFilter | None = None
    """Applied to backscatter, pixel by pixel of the file."""

    @property
    def places(self) -> list[int]:
        """Which bands of the source it holds."""
        return [at for at, band in enumerate(self.bands) if band is not None]

    def read(self, window: Window, plausible: bool) -> np.ndarray:
        """Physical values of its bands in a window of the region, float32 (y, x, band).

        Backscatter is filtered and brought to the region's grid in linear power.

        Raises:
            RegionError: The file is damaged.
        """
        there = [band for band in self.bands if band is not None]
        radar = np.array([band.unit == "dB" for band in there])
        linear = radar & (self.raster.warped or self.speckle is not None)

        def own(part: Window) -> np.ndarray:
            halo = 0 if self.speckle is None else self.speckle.halo
            wide = self.raster.grid.padded(part, halo)
            stored = read_pixels(self.raster.path, [band.number for band in there], wide)
            values = np.empty((wide.height, wide.width, len(there)), dtype=np.float32)
            for at, band in enumerate(there):
                values[..., at] = band.calibration(stored[at])
            if plausible:
                clear_impossible(values, [band.unit for band in there])
            values[..., linear] = to_power(values[..., linear])
            if self.speckle is not None:
                for column in np.flatnonzero(radar):
                    values[..., column] = self.speckle(values[..., column])
            return values[part.relative_to(wide).slices]

        values = self.raster.interpolated(window, len(there), own)
        values[..., linear] = to_decibels(values[..., linear])
        return values


@dataclass(frozen=True)
class StoredAcquisition:
    """One overpass: one file, or several that share no band."""

    day: date
    files: tuple[StoredFile, ...]
    """The finest first."""
    mask: StoredMask | None

    @property
    def path(self) -> Path:
        """Where its first file lies."""
        return self.files[0].raster.path

    @property
    def bands(self) -> tuple[StoredBand | None, ...]:
        """For each band of the source where it is in the first file; ``None`` where it is not."""
        return self.files[0].bands

    @property
    def paths(self) -> tuple[Path, ...]:
        """All its files, masks too."""
        layers = self.mask.layers if self.mask else ()
        images = (file.raster.path for file in self.files)
        return (*images, *(layer.raster.path for layer in layers))

    def read(self, window: Window, *, plausible: bool = True) -> np.ndarray:
        """Physical values before masking, float32 (y, x, band); NaN without data.

        Args:
            window: Pixels of the region.
            plausible: Whether numbers that no surface can have are left out.

        Raises:
            RegionError: A file is damaged.
        """
        shape = (window.height, window.width, len(self.bands))
        values = np.full(shape, np.nan, dtype=np.float32)
        for file in self.files:
            values[..., file.places] = file.read(window, plausible)
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
        return Acquisitions(self.source, self.dates, self.bands, self.units, values)

    def on(self, grid: Grid) -> Self:
        """The same acquisitions for the grid of a region."""
        return replace(
            self,
            acquisitions=tuple(
                replace(
                    item,
                    files=tuple(replace(file, raster=file.raster.on(grid)) for file in item.files),
                    mask=item.mask.on(grid) if item.mask else None,
                )
                for item in self.acquisitions
            ),
        )


__all__ = ["Imagery", "StoredAcquisition", "StoredBand", "StoredFile"]
