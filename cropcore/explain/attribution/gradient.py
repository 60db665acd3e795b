"""The score of a target and its exact gradient, traced once per model and run many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cropcore.explain.attribution.base import Target

_MOST_AT_ONCE = 512
_MOST_VALUES = 2**22
"""Of series that are run at once."""


@dataclass(frozen=True)
class Traced:
    """A network's weighted logits, and their gradient with respect to the series.

    Each is traced when first asked for.
    """

    forward: Callable[..., tf.Tensor]
    """Series, weights of the classes and place of the pixel to the score, (sample,)."""
    backward: Callable[..., tuple[tf.Tensor, tf.Tensor]]
    """Likewise to the score and its gradient, shaped like the series."""


def trace(model: keras.Model, stride: int = 1) -> Traced:
    """Make ready a network's weighted logits and their gradient.

    Of a network of patches those of one pixel, with respect to all of its surroundings.

    The network runs as in use: dropout off, batch statistics frozen, and patches that end at the
    region's edge padded.

    Args:
        model: From series or patches to logits.
        stride: Sides of its patches are multiples of it.
    """
    _, *shape = model.input_shape
    patches = len(shape) > 2
    signature = [
        tf.TensorSpec((None, *shape), model.inputs[0].dtype),
        tf.TensorSpec((model.output_shape[-1],), model.outputs[0].dtype),
        tf.TensorSpec((2,), tf.int32),
    ]

    @tf.function(input_signature=signature, jit_compile=False)
    def forward(series: tf.Tensor, weights: tf.Tensor, pixel: tf.Tensor) -> tf.Tensor:
        if stride > 1:
            series = _padded(series, stride)
        logits = model(series, training=False)
        if patches:
            logits = logits[:, pixel[0], pixel[1]]  # (sample, class)
        return tf.linalg.matvec(logits, weights)  # (sample,)

    @tf.function(input_signature=signature, jit_compile=False)
    def backward(
        series: tf.Tensor, weights: tf.Tensor, pixel: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(series)
            score = forward(series, weights, pixel)
        return score, tape.gradient(score, series)

    return Traced(forward, backward)


@dataclass(frozen=True)
class NetworkScore:
    """One target's score as a function of the series."""

    traced: Traced
    target: Target
    n_classes: int
    pixel: tuple[int, int] = (0, 0)
    """Row and column, within its patch, of the pixel whose score it is; for patches only."""

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """The score, (sample,)."""
        return np.concatenate([self._asked(self.traced.forward, part).numpy()
                               for part in _parts(series)])  # fmt: skip

    def gradient(self, series: np.ndarray) -> np.ndarray:
        """∂score/∂series, shaped like the series."""
        return self.with_gradient(series)[1]

    def with_gradient(self, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score (sample,) and gradient, shaped like the series."""
        found = [self._asked(self.traced.backward, part) for part in _parts(series)]
        scores = np.concatenate([score.numpy() for score, _ in found])
        return scores, np.concatenate([gradient.numpy() for _, gradient in found])

    def _asked(self, function: Callable[..., Any], series: np.ndarray) -> Any:
        weights = self.target.weights(self.n_classes).astype(series.dtype)
        return function(tf.convert_to_tensor(series), weights, np.array(self.pixel, np.int32))


def _padded(patches: tf.Tensor, stride: int) -> tf.Tensor:
    """Patches, (sample, time, y, x, band), with nothing seen beyond their lower and right edge."""
    missing = -tf.shape(patches)[2:4] % stride
    free = tf.stack([tf.zeros_like(missing), missing], axis=1)  # (y and x, before and after)
    around = tf.pad(free, [[2, 1], [0, 0]])
    return tf.pad(patches, around, constant_values=float("nan"))


def _parts(series: np.ndarray) -> list[np.ndarray]:
    """As many samples as are run at once, one after the other."""
    at_once = min(_MOST_AT_ONCE, max(_MOST_VALUES // series[0].size, 1))
    return [series[begin : begin + at_once] for begin in range(0, len(series), at_once)]


__all__ = ["NetworkScore", "Traced", "trace"]
