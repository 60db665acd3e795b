"""Which way a network is pulled, and which inputs its answers hang on, at a moment of learning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.cube import Window
from cropcore.samples import Scene
from cropcore.training.snapshots.looking import Pixels, View

if TYPE_CHECKING:
    import keras

SIDE = 24
"""Pixels of the side of a patch, at most: beyond it a sample's surroundings are not seen."""
PIXELS = 6144
"""Of all patches together, at most."""


@dataclass(frozen=True, eq=False)
class Asked:
    """Samples, or patches, and which answers of theirs count."""

    given: np.ndarray
    """float32 (sample, time, band) or (patch, time, y, x, band), physical units."""
    at: np.ndarray
    """Where the answers stand among the logits, int32 (answer, 1), or (answer, 3): patch, y, x."""
    labels: np.ndarray
    """Index of the true class of each, int32 (answer,)."""
    explained: np.ndarray
    """Positions of the answers that are explained, of one sample or patch each."""


Pull = Callable[[], tuple[np.ndarray, np.ndarray]]
"""Gives the length of the gradient for each layer, (layer,), and attributions, (sample, time,
band), with the weights that the network has at the moment."""


def pull_of(
    model: keras.Model,
    kernels: Sequence[Sequence[Any]],
    mean: np.ndarray,
    sd: np.ndarray,
    asked: Asked,
) -> Pull:
    """The gradients of a network in use: dropout off, batch statistics frozen.

    Args:
        model: The network.
        kernels: Of each layer.
        mean: Of each band over the training samples, what a missing value counts as.
        sd: Likewise, the standard deviation: attributions are per +1 of it.
        asked: Whose mean cross-entropy is lowered, and whose true class's logit is explained.
    """
    import tensorflow as tf

    flat = [kernel.value for of_layer in kernels for kernel in of_layer]
    owner = [at for at, of_layer in enumerate(kernels) for _ in of_layer]
    given = np.where(np.isnan(asked.given), mean.astype(np.float32), asked.given)

    @tf.function(jit_compile=False, autograph=False)
    def norms(given: tf.Tensor, at: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(flat)
            logits = tf.gather_nd(model(given, training=False), at)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
            )
        found = tape.gradient(loss, flat, unconnected_gradients="zero")
        squares = tf.stack([tf.reduce_sum(tf.square(one)) for one in found])
        return tf.sqrt(tf.math.segment_sum(squares, owner))

    @tf.function(jit_compile=False, autograph=False)
    def slopes(given: tf.Tensor, at: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(given)
            logits = tf.gather_nd(model(given, training=False), at)
            score = tf.gather(logits, labels, batch_dims=1)
        found = tape.gradient(score, given) * sd.astype(np.float32)
        return tf.reduce_sum(found, axis=(2, 3)) if len(found.shape) > 3 else found

    at, one_by_one = asked.at[asked.explained], np.arange(len(asked.explained), dtype=np.int32)
    alone = np.column_stack([one_by_one, at[:, 1:]])
    first = [tf.constant(part) for part in (given, asked.at, asked.labels)]
    second = [tf.constant(part) for part in (given[at[:, 0]], alone, asked.labels[asked.explained])]

    def pull() -> tuple[np.ndarray, np.ndarray]:
        return norms(*first).numpy(), slopes(*second).numpy()

    return pull


def series_asked(series: np.ndarray, labels: np.ndarray, explained: np.ndarray) -> Asked:
    """Single series, an answer each, and positions of those that are explained."""
    at = np.arange(len(series), dtype=np.int32)[:, None]
    return Asked(series, at, labels.astype(np.int32), explained)


def side_of(view: View, shape: tuple[int, int]) -> int:
    """Pixels of a patch's side: all that a pixel depends on, as far as that is near.

    Args:
        view: How far the network sees.
        shape: Of the scene.
    """
    stride = view.stride
    most = max(SIDE // stride, 1) * stride
    whole = max(-(-side // stride) * stride for side in shape)
    return min(2 * view.reach + stride, most, whole)


def patches_asked(
    scene: Scene, pixels: Pixels, labels: np.ndarray, centres: np.ndarray, side: int, stride: int
) -> Asked:
    """Patches around some pixels: all pixels of the probe set in them, those in their middle apart.

    Near the edge of the scene a pixel is not in the middle of its patch.

    Args:
        scene: What they are cut from.
        pixels: Of the probe set.
        labels: Index of the true class of each.
        centres: Positions of the pixels that patches are cut around, which are explained.
        side: Of a patch, see :func:`side_of`.
        stride: Of the network; patches begin at its multiples.
    """
    height, width, n_dates, n_bands = scene.values.shape
    top = _begin(pixels.rows[centres], side, stride, height)
    left = _begin(pixels.cols[centres], side, stride, width)
    patches = np.full((len(centres), n_dates, side, side, n_bands), np.nan, np.float32)
    for patch, row, col in zip(patches, top.tolist(), left.tolist(), strict=True):
        part = scene.read(Window(row, col, min(side, height - row), min(side, width - col)))
        patch[:, : part.shape[1], : part.shape[2]] = part
    down, right = pixels.rows - top[:, None], pixels.cols - left[:, None]  # (patch, pixel)
    turn, pixel = np.nonzero((down >= 0) & (down < side) & (right >= 0) & (right < side))
    at = np.stack([turn, down[turn, pixel], right[turn, pixel]], axis=1).astype(np.int32)
    middle = np.flatnonzero(pixel == centres[turn])
    return Asked(patches, at, labels[pixel].astype(np.int32), middle)


def _begin(at: np.ndarray, side: int, stride: int, most: int) -> np.ndarray:
    """Where patches begin: so that pixels are in their middle, and they within the scene."""
    before = (side // stride - 1) // 2 * stride
    last = max(-(-(most - side) // stride) * stride, 0)
    return np.clip(at // stride * stride - before, 0, last)


__all__ = ["PIXELS", "Asked", "Pull", "patches_asked", "pull_of", "series_asked", "side_of"]
