"""Networks that see surroundings: predicted in overlapping tiles, so that no seam shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cropcore.confidence import softmax
from cropcore.cube import Window
from cropcore.samples import Scene

if TYPE_CHECKING:
    import keras

_TILE = 128
"""Pixels; side of what is predicted at once, without its surroundings."""


@dataclass(frozen=True)
class PatchPredictor:
    """A fitted network that labels every pixel of a patch, ready to be asked."""

    logits: Callable[[np.ndarray], np.ndarray]
    """(time, y, x, band) float32 → (y, x, class) float32; any size."""
    reach: int
    """Pixels on each side that are needed to be sure of a pixel; a multiple of ``stride``."""
    stride: int
    """Patches must begin at multiples of it, counted from the region's corner."""
    model: keras.Model | None
    """The network behind it, for gradients; ``None`` where there are several."""
    temperature: float = 1.0
    """Divides the logits; fitted on validation groups."""
    members: Callable[[np.ndarray], np.ndarray] | None = None
    """Calibrated probabilities of each member, (member, y, x, class); of an ensemble only."""

    def __call__(self, patch: np.ndarray) -> np.ndarray:
        """Calibrated probabilities.

        Args:
            patch: float32 (time, y, x, band), physical units.

        Returns:
            float32 (y, x, class), summing to one.
        """
        return softmax(self.logits(patch) / self.temperature).astype(np.float32)

    def at(self, scene: Scene, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Logits of some pixels of a scene, float32 (pixel, class)."""
        side = -(-_TILE // self.stride) * self.stride
        corners, owner = np.unique(np.stack([rows, cols]) // side, axis=1, return_inverse=True)
        if not len(rows):
            corners = np.zeros((2, 1), np.int64)  # tells how many classes there are
        parts = []
        for number, (down, right) in enumerate(corners.T.tolist()):
            here = np.flatnonzero(owner.ravel() == number)
            core = Window(down * side, right * side, side, side)
            seen = around(core, self.reach, scene.shape)
            logits = self.logits(scene.read(seen))
            parts.append((here, logits[rows[here] - seen.row, cols[here] - seen.col]))
        order = np.argsort(np.concatenate([here for here, _ in parts]))
        return np.concatenate([part for _, part in parts])[order].astype(np.float32, copy=False)


def around(core: Window, reach: int, shape: tuple[int, int]) -> Window:
    """What must be seen to predict a window: its surroundings too, as far as the region goes.

    Args:
        core: Begins at multiples of the network's stride.
        reach: Its halo, a multiple of the stride.
        shape: Rows and columns of the region.
    """
    top, left = max(core.row - reach, 0), max(core.col - reach, 0)
    bottom = min(core.row + core.height + reach, shape[0])
    right = min(core.col + core.width + reach, shape[1])
    return Window(top, left, bottom - top, right - left)


def patch_predictor(
    model: keras.Model, reach: int, stride: int, temperature: float = 1.0
) -> PatchPredictor:
    """A predictor that runs a network as one traced function on patches of any size.

    Args:
        model: From (batch, time, y, x, band) to logits (batch, y, x, class).
        reach: What a pixel's logits depend on, pixels on each side; a multiple of ``stride``.
        stride: Product of its poolings.
        temperature: Fitted on validation groups.
    """
    import tensorflow as tf

    _, *shape = model.input_shape
    signature = tf.TensorSpec((1, *shape), model.inputs[0].dtype)

    @tf.function(input_signature=[signature], jit_compile=False)
    def step(patch: tf.Tensor) -> tf.Tensor:
        return model(patch, training=False)

    def logits(patch: np.ndarray) -> np.ndarray:
        _, height, width, _ = patch.shape
        missing = [(0, 0), (0, -height % stride), (0, -width % stride), (0, 0)]
        if -height % stride or -width % stride:
            patch = np.pad(patch, missing, constant_values=np.nan)
        return np.asarray(step(patch[None]).numpy()[0, :height, :width])

    return PatchPredictor(logits, reach, stride, model, temperature)


__all__ = ["PatchPredictor", "around", "patch_predictor"]
