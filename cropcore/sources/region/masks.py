"""Where the ground is hidden, as rasters on disk tell."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from cropcore.cube import Grid, Window
from cropcore.cube.masking import dilate, halo_of
from cropcore.sources.region.placing import PlacedRaster


@dataclass(frozen=True)
class MaskLayer:
    """One raster that tells where the ground is hidden."""

    raster: PlacedRaster
    number: int
    """The band that tells, counted from 1."""
    values: tuple[int, ...] = ()
    """Its values where the ground is hidden."""
    above: float | None = None
    """The ground is hidden above this instead; a probability as stored."""
    distance: float = 0.0
    """Metres around that are hidden too."""

    @property
    def halo(self) -> int:
        """Pixels of the region that it needs to see beyond each side of a window."""
        return halo_of(self.distance, self._pixel)

    def covers(self, window: Window) -> np.ndarray:
        """Where the ground is hidden, bool (y, x); so it is beside the raster.

        The nearest pixel of the raster tells; what lies around is hidden after that.

        Raises:
            RegionError: The file is damaged.
        """
        wide = self.raster.onto.padded(window, self.halo)
        stored, inside = self.raster.nearest(self.number, wide)
        hidden = np.isin(stored, self.values) if self.above is None else ~(stored <= self.above)
        hidden = dilate(hidden & inside, self.distance, self._pixel) | ~inside
        return np.asarray(hidden[window.relative_to(wide).slices])

    @cached_property
    def _pixel(self) -> tuple[float, float]:
        return self.raster.onto.pixel_metres()


@dataclass(frozen=True)
class StoredMask:
    """All that tells where the ground is hidden in one acquisition."""

    layers: tuple[MaskLayer, ...]

    @property
    def path(self) -> Path:
        """Where the first layer lies."""
        return self.layers[0].raster.path

    @property
    def number(self) -> int:
        """The first layer's band."""
        return self.layers[0].number

    @property
    def values(self) -> tuple[int, ...]:
        """The first layer's values where the ground is hidden."""
        return self.layers[0].values

    def covers(self, window: Window) -> np.ndarray:
        """Where any layer says that the ground is hidden, bool (y, x).

        Raises:
            RegionError: A file is damaged.
        """
        first, *others = self.layers
        hidden = first.covers(window)
        for layer in others:
            hidden = hidden | layer.covers(window)
        return hidden

    def on(self, grid: Grid) -> Self:
        """The same mask for the grid of a region."""
        layers = tuple(replace(layer, raster=layer.raster.on(grid)) for layer in self.layers)
        return replace(self, layers=layers)


__all__ = ["MaskLayer", "StoredMask"]
