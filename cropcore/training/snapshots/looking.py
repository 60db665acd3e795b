"""A probe set passed through a network: the activations of its layers at those samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.cube import Window
from cropcore.prediction.patches import around
from cropcore.samples import Scene
from cropcore.training.snapshots.layers import Layer

if TYPE_CHECKING:
    import keras

BLOCK = 32
"""Pixels; side of the blocks of a scene that a probe set is drawn from."""
_LARGEST = 1e4
"""Beyond this an activation is cut off: half precision ends at 65,504."""

Look = Callable[[], list[np.ndarray]]
"""Gives the activations of each layer, float32 (sample, step, unit), (sample, unit), or of
attention (sample, …, time), with the weights that the network has at the moment."""


@dataclass(frozen=True)
class View:
    """How far a network sees around a pixel."""

    reach: int
    stride: int


def look_at_series(model: keras.Model, layers: Sequence[Layer], series: np.ndarray) -> Look:
    """Look at single series, float32 (sample, time, band)."""
    import keras
    import tensorflow as tf

    inside = keras.Model(model.input, [layer.tensor for layer in layers])

    @tf.function(jit_compile=False)
    def step(given: tf.Tensor) -> Any:
        return inside(given, training=False)

    given = tf.constant(series)

    def look() -> list[np.ndarray]:
        seen = step(given)
        return [_tidy(layer, one.numpy()) for layer, one in zip(layers, seen, strict=True)]

    return look


def look_at_pixels(
    model: keras.Model,
    layers: Sequence[Layer],
    scene: Scene,
    rows: np.ndarray,
    cols: np.ndarray,
    view: View,
) -> Look:
    """Look at pixels of a scene in their surroundings; activations are taken at the pixel itself.

    Of a coarser layer it is those of the block that the pixel is in.
    """
    import keras
    import tensorflow as tf

    inside = keras.Model(model.input, [layer.tensor for layer in layers])
    _, *shape = model.input_shape
    place = tf.TensorSpec((None,), tf.int32)

    @tf.function(input_signature=[tf.TensorSpec((1, *shape)), place, place], jit_compile=False)
    def step(patch: tf.Tensor, down: tf.Tensor, right: tf.Tensor) -> list[tf.Tensor]:
        size = tf.shape(patch)[2:4]
        seen = inside(patch, training=False)
        return [
            _at(layer, _every_date(layer, one), size, down, right)
            for layer, one in zip(layers, seen, strict=True)
        ]

    parts = list(_windows(rows, cols, scene.shape, view))

    def look() -> list[np.ndarray]:
        answers: list[np.ndarray] = []
        for window, here in parts:
            patch = scene.read(window)
            missing = [(0, -side % view.stride) for side in patch.shape[1:3]]
            patch = np.pad(patch, [(0, 0), *missing, (0, 0)], constant_values=np.nan)
            places = (rows[here] - window.row, cols[here] - window.col)
            seen = step(patch[None], *(place.astype(np.int32) for place in places))
            for at, one in enumerate(seen):
                values = one.numpy()
                if len(answers) == at:
                    answers.append(np.empty((len(rows), *values.shape[1:]), np.float32))
                answers[at][here] = values
        return [_tidy(layer, one) for layer, one in zip(layers, answers, strict=True)]

    return look


def blocks_of(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """The block of the scene that each pixel is in, int64."""
    pairs = np.stack([rows, cols]) // BLOCK
    return np.asarray(np.unique(pairs, axis=1, return_inverse=True)[1].ravel())


def _windows(
    rows: np.ndarray, cols: np.ndarray, shape: tuple[int, int], view: View
) -> Iterator[tuple[Window, np.ndarray]]:
    """What must be read to see all pixels, and which of them; all at once where that is less."""
    side = -(-BLOCK // view.stride) * view.stride
    corners, owner = np.unique(np.stack([rows, cols]) // side, axis=1, return_inverse=True)
    windows = [
        around(Window(down * side, right * side, side, side), view.reach, shape)
        for down, right in corners.T.tolist()
    ]
    if sum(window.height * window.width for window in windows) >= shape[0] * shape[1]:
        yield Window(0, 0, *shape), np.arange(len(rows))
        return
    for number, window in enumerate(windows):
        yield window, np.flatnonzero(owner.ravel() == number)


def _every_date(layer: Layer, given: Any) -> Any:
    """The state after each date, of a recurrence that gives only the last one to the network."""
    recurrence = layer.recurrence
    if recurrence is None:
        return given
    recurrence.every_date = True
    try:
        return recurrence.call(given)
    finally:
        recurrence.every_date = False


def _at(layer: Layer, values: Any, size: Any, down: Any, right: Any) -> Any:
    """Activations at some pixels of the one patch there is."""
    import tensorflow as tf

    if layer.place == "folded":
        return tf.gather(values, down * size[1] + right)
    if layer.steps and layer.kind != "attention":
        values = tf.transpose(values, (0, 2, 3, 1, 4))  # (1, y, x, time, feature)
    scale = size[0] // tf.shape(values)[1]
    return tf.gather_nd(values[0], tf.stack([down // scale, right // scale], axis=1))


def _tidy(layer: Layer, values: np.ndarray) -> np.ndarray:
    """Its own units, finite."""
    own = values if layer.part is None else values[..., layer.part]
    return np.nan_to_num(np.clip(own, -_LARGEST, _LARGEST), nan=0.0)


__all__ = ["BLOCK", "Look", "View", "blocks_of", "look_at_pixels", "look_at_series"]
