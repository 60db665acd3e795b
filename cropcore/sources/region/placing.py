"""Rasters as they lie to the region: read as they are, or brought to its grid on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from cropcore.cube import Grid, Window
from cropcore.cube.resampling import Warp
from cropcore.sources.region.raster import RasterHeader, read_pixels, same_grid


@dataclass(frozen=True)
class PlacedRaster:
    """A raster on disk and the grid that its pixels are wanted on."""

    path: Path
    grid: Grid
    """Its own."""
    onto: Grid
    """That of the region."""

    @classmethod
    def of(cls, header: RasterHeader) -> Self:
        """A raster on its own grid."""
        return cls(header.path, header.grid, header.grid)

    def on(self, grid: Grid) -> Self:
        """The same raster for the grid of a region."""
        return replace(self, onto=self.grid if same_grid(self.grid, grid) else grid)

    @property
    def warped(self) -> bool:
        """Whether its grid is another one than the region's."""
        return self.grid != self.onto

    @property
    def warp(self) -> Warp:
        """The way from its grid to the region's."""
        return _warp(self.grid, self.onto)

    def nearest(self, number: int, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Stored numbers of one band in a window of the region, by the nearest pixel.

        Returns:
            Numbers (y, x) in the file's own type, and whether the raster is there, bool (y, x).

        Raises:
            RegionError: The file is damaged, or has changed since it was looked at.
        """
        if self.warped:
            return self.warp.nearest(window, lambda part: read_pixels(self.path, [number], part)[0])
        stored = read_pixels(self.path, [number], window)[0]
        return stored, np.ones(stored.shape, dtype=bool)

    def interpolated(
        self, window: Window, n_bands: int, read: Callable[[Window], np.ndarray]
    ) -> np.ndarray:
        """Values in a window of the region, float32 (y, x, band), NaN where there are none.

        Args:
            window: Pixels of the region.
            n_bands: How many bands ``read`` gives.
            read: Gives the values of a window of the raster itself; not called beside it.
        """
        return self.warp.interpolate(window, n_bands, read) if self.warped else read(window)


@lru_cache(maxsize=256)
def _warp(source: Grid, target: Grid) -> Warp:
    """The same object for all rasters of a grid: it remembers what it found out."""
    return Warp(source, target)


__all__ = ["PlacedRaster"]
