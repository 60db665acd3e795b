"""A planted map: known imagery, a model that can be checked by hand, a legend from strangers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cropcore.cube.grid import Grid, Window
from cropcore.legend import Legend, LegendClass
from cropcore.mapping import MapResult, map_region

HOSTILE = (
    LegendClass(3, "<script>alert('x')</script>", "#ffd300"),
    LegendClass(7, 'Blé "tendre" & orge', "#a57000"),
    LegendClass(40, "冬小麦 🌾", "#267000"),
    LegendClass(254, "]]> --> %s \\", "#4477aa"),
)


@pytest.fixture(scope="session")
def legend() -> Legend:
    return Legend(HOSTILE)


@pytest.fixture(scope="session")
def make_grid() -> Callable[..., Grid]:
    def make(height: int, width: int) -> Grid:
        return Grid("EPSG:32631", (10.0, 0, 399960.25, 0, -10.0, 5400000.1), width, height)

    return make


class Planted:
    """A region whose ``read`` and ``predict`` are pure functions of the pixel's place."""

    def __init__(self, grid: Grid, classes: int, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        shape = (grid.height, grid.width)
        self.grid = grid
        logits = rng.normal(size=(*shape, classes)).astype(np.float32)
        odds = np.exp(logits)
        self.probabilities = odds / odds.sum(axis=-1, keepdims=True)
        self.clear = rng.random(shape) > 0.05

    def read(self, window: Window) -> Window:
        return window

    def predict(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        return self.probabilities[window.slices], self.clear[window.slices]

    def map(self, legend: Legend, out: Path, **options) -> MapResult:
        return map_region(self.predict, self.read, self.grid, legend, out, **options)


@pytest.fixture(scope="session")
def planted() -> type[Planted]:
    return Planted
