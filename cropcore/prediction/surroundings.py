"""One pixel as a model sees it: alone, or within its surroundings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from cropcore.confidence import softmax
from cropcore.cube import Preparation, Window
from cropcore.models import Architecture
from cropcore.prediction.patches import PatchPredictor, around
from cropcore.prediction.predictor import Predictor
from cropcore.sources.region import RegionFolder


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A prepared pixel and what lies around it, as far as it matters to the model."""

    values: np.ndarray
    """float32 (time, y, x, band), physical units, NaN where a band was never clear."""
    row: int
    """Of the pixel, counted within ``values``."""
    col: int

    @classmethod
    def alone(cls, series: np.ndarray) -> Self:
        """A pixel of which nothing is known but its own series, (time, band)."""
        return cls(series[:, None, None], 0, 0)

    @property
    def series(self) -> np.ndarray:
        """The pixel's own series, float32 (time, band)."""
        return self.values[:, self.row, self.col]

    def logits(self, predictor: Predictor | PatchPredictor) -> np.ndarray:
        """What a model says of the pixel, float32 (class,)."""
        if isinstance(predictor, PatchPredictor):
            return predictor.logits(self.values)[self.row, self.col]
        return predictor.logits(self.series[None])[0]

    def probabilities(self, predictor: Predictor | PatchPredictor) -> np.ndarray:
        """The same, calibrated, float32 (class,)."""
        return softmax(self.logits(predictor)[None] / predictor.temperature)[0].astype(np.float32)

    def members(self, predictor: Predictor | PatchPredictor) -> np.ndarray | None:
        """Calibrated probabilities of each of an ensemble's members, (member, class)."""
        if predictor.members is None:
            return None
        if isinstance(predictor, PatchPredictor):
            return predictor.members(self.values)[:, self.row, self.col]
        return predictor.members(self.series[None])[:, 0]


def look_around(
    region: RegionFolder,
    preparation: Preparation,
    architecture: Architecture,
    start: date,
    row: int,
    col: int,
) -> Surroundings | None:
    """Read and prepare a pixel and what an architecture sees with it.

    Args:
        region: Where the pixel lies.
        preparation: Of the run.
        architecture: Tells how far it sees.
        start: First day of the season.
        row: Of the pixel, within the region.
        col: Likewise.

    Returns:
        ``None`` where the pixel was never clear in the season.

    Raises:
        RegionError: A raster cannot be read.
    """
    window = window_seen(region, preparation, architecture, row, col)
    series, clear = preparation(region.read(window).sources, start)
    at = (row - window.row) * window.width + col - window.col
    if not clear[at]:
        return None
    values = series.reshape(window.height, window.width, *series.shape[1:]).transpose(2, 0, 1, 3)
    return Surroundings(np.ascontiguousarray(values), row - window.row, col - window.col)


def window_seen(
    region: RegionFolder, preparation: Preparation, architecture: Architecture, row: int, col: int
) -> Window:
    """What an architecture sees of a region when it is asked about one pixel.

    Args:
        region: Where the pixel lies.
        preparation: Of the run.
        architecture: Tells how far it sees.
        row: Of the pixel, within the region.
        col: Likewise.
    """
    seen = architecture.view(preparation.shape[0])
    if seen is None:
        return Window(row, col, 1, 1)
    (reach, stride), grid = seen, region.grid
    core = Window(row // stride * stride, col // stride * stride, stride, stride)
    return around(core, reach, (grid.height, grid.width))


__all__ = ["Surroundings", "look_around", "window_seen"]
