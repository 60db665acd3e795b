"""The score of a target and its exact gradient, traced once per model and run many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from cropcore.explain.attribution.base import Target

_MOST_AT_ONCE = 512
_MOST_VALUES = 2**22
"""Of series that are run at once."""

Traced = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def trace(model: keras.Model) -> Traced:
    """Trace a network's weighted logits and their gradient with respect to the series.

    Of a network of patches those of one pixel, with respect to all of its surroundings.

    The network runs as in use: dropout off, batch statistics frozen.
    """
    _, *shape = model.input_shape
    patches = len(shape) > 2
    signature = [
        tf.TensorSpec((None, *shape), model.inputs[0].dtype),
        tf.TensorSpec((model.output_shape[-1],), model.outputs[0].dtype),
        tf.TensorSpec((2,), tf.int32),
    ]

    @tf.function(input_signature=signature, jit_compile=False)
    def step(
        series: tf.Tensor, weights: tf.Tensor, pixel: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(series)
            logits = model(series, training=False)
            if patches:
                logits = logits[:, pixel[0], pixel[1]]  # (sample, class)
            score = tf.linalg.matvec(logits, weights)  # (sample,)
        return score, tape.gradient(score, series)

    return step


@dataclass(frozen=True)
class Score:
    """One target's score as a function of the series."""

    traced: Traced
    target: Target
    n_classes: int
    pixel: tuple[int, int] = (0, 0)
    """Row and column, within its patch, of the pixel whose score it is; for patches only."""

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """The score, (sample,)."""
        return self.with_gradient(series)[0]

    def gradient(self, series: np.ndarray) -> np.ndarray:
        """∂score/∂series, shaped like the series."""
        return self.with_gradient(series)[1]

    def with_gradient(self, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score (sample,) and gradient, shaped like the series."""
        weights = self.target.weights(self.n_classes).astype(series.dtype)
        pixel = np.array(self.pixel, np.int32)
        at_once = min(_MOST_AT_ONCE, max(_MOST_VALUES // series[0].size, 1))
        parts = [
            self.traced(tf.convert_to_tensor(series[begin : begin + at_once]), weights, pixel)
            for begin in range(0, len(series), at_once)
        ]
        scores = np.concatenate([score.numpy() for score, _ in parts])
        return scores, np.concatenate([gradient.numpy() for _, gradient in parts])


__all__ = ["Score", "trace"]
