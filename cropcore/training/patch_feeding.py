"""What a network that sees surroundings is fitted on: patches, of which only labels count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.cube import ModelInput, Window
from cropcore.models import PatchNetwork
from cropcore.prediction import patch_predictor
from cropcore.samples import Scene, places
from cropcore.training.feeding import class_weights
from cropcore.training.record import TrainingSettings

if TYPE_CHECKING:
    import keras

_SERIES_A_PATCH = 32
"""A patch costs about as much as so many single series."""
_FEWEST = 16
"""Patches of an epoch; a smaller region is gone through several times, cut anew each time."""


@dataclass(frozen=True, eq=False)
class PatchFeed:
    """Patches cut from a scene at changing places, mirrored, turned and varied.

    Pixels without a label, and those of other groups than are learnt from, have no weight: a
    patch may show a validation parcel, but never tells what grows there.
    """

    scene: Scene
    ids: np.ndarray
    """Of all samples, ``row_column``."""
    labels: np.ndarray
    """Class index of each."""
    train: np.ndarray
    """Which of them are learnt from."""
    architecture: PatchNetwork
    settings: TrainingSettings
    inputs: tuple[ModelInput, ...]
    """The parts of a series, each on its own dates."""
    sd: np.ndarray
    """Standard deviation of each band."""
    seed: int
    """Decides where patches are cut, and how they are turned and varied."""

    @property
    def side(self) -> int:
        """Pixels of a patch's side: a multiple of the architecture's stride, within the scene."""
        stride = self.architecture.stride
        least = min(*self.scene.shape, self.settings.patch_size)
        return max(-(-least // stride), 1) * stride

    @property
    def size(self) -> int:
        """Patches of a step."""
        return max(self.settings.batch_size // _SERIES_A_PATCH, 1)

    @property
    def n_patches(self) -> int:
        """Patches of an epoch: as many as it takes to cover the labels once."""
        rows, cols = places(self.ids[self.train])
        covered = len(np.unique(np.stack([rows, cols]) // self.side, axis=1).T)
        return max(covered, _FEWEST)

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.n_patches // self.size)

    def arguments(self) -> dict[str, Any]:
        """Arguments for Keras' ``fit``."""
        return {"x": self._batches(), "steps_per_epoch": self.steps, "shuffle": False}

    def asking(self, model: keras.Model, indices: np.ndarray) -> Callable[[], np.ndarray]:
        """See :meth:`cropcore.training.feeding.Feed.asking`."""
        rows, cols = places(self.ids[indices])
        reach = self.architecture.reach(self.scene.values.shape[2])
        predictor = patch_predictor(model, reach, self.architecture.stride)
        return lambda: predictor.at(self.scene, rows, cols)

    def _batches(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Patches, labels (patch, y, x) and weights, 0 where there is nothing to learn."""
        random = np.random.default_rng(self.seed)
        labels, weights = self._rasters()
        corners = self._corners(random, weights)
        while True:
            parts = [self._cut(next(corners), labels, weights, random) for _ in range(self.size)]
            patches, answers, weighed = (np.stack(part) for part in zip(*parts, strict=True))
            varied = self.settings.augmentation(patches, self.inputs, self.sd, random)
            yield varied, answers, weighed

    def _rasters(self) -> tuple[np.ndarray, np.ndarray]:
        """Class index and weight of each pixel of the scene."""
        rows, cols = places(self.ids[self.train])
        known = self.labels[self.train]
        labels = np.zeros(self.scene.shape, np.int32)
        weights = np.zeros(self.scene.shape, np.float32)
        labels[rows, cols] = known
        weights[rows, cols] = class_weights(known) if self.settings.balance else 1.0
        return labels, weights

    def _corners(self, random: np.random.Generator, weights: np.ndarray) -> Iterator[Window]:
        """Windows without end that hold something to learn, from a grid laid anew each time."""
        height, width = self.scene.shape
        side = self.side
        while True:
            down, right = random.integers(side, size=2)
            windows = [
                Window(row, col, side, side)
                for row in _starts(height, side, int(down))
                for col in _starts(width, side, int(right))
            ]
            for at in random.permutation(len(windows)):
                window = windows[at]
                rows = slice(window.row, window.row + side)
                if weights[rows, window.col : window.col + side].any():
                    yield window

    def _cut(
        self,
        window: Window,
        labels: np.ndarray,
        weights: np.ndarray,
        random: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One patch, (time, y, x, band), its labels and weights, turned by chance."""
        patch = self.scene.read(window)
        rows = slice(window.row, window.row + window.height)
        cols = slice(window.col, window.col + window.width)
        beyond = [(0, self.side - patch.shape[1]), (0, self.side - patch.shape[2])]
        patch = np.pad(patch, [(0, 0), *beyond, (0, 0)], constant_values=np.nan)
        known, weighed = (np.pad(raster[rows, cols], beyond) for raster in (labels, weights))
        if not self.settings.flips:
            return patch, known, weighed
        turns, mirrored = int(random.integers(4)), bool(random.integers(2))
        return (
            turned(patch, turns, mirrored, (1, 2)),
            turned(known, turns, mirrored, (0, 1)),
            turned(weighed, turns, mirrored, (0, 1)),
        )


def turned(values: np.ndarray, turns: int, mirrored: bool, axes: tuple[int, int]) -> np.ndarray:
    """Values turned by quarters in the plane of two axes, and mirrored at the second."""
    return np.rot90(np.flip(values, axes[1]) if mirrored else values, turns, axes)


def _starts(length: int, side: int, offset: int) -> list[int]:
    """Where windows begin that cover a length: moved by an offset, none reaching beyond."""
    last = max(length - side, 0)
    return sorted({min(max(start, 0), last) for start in range(offset - side, length, side)})


__all__ = ["PatchFeed", "turned"]
