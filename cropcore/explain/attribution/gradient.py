"""The score of a target and its exact gradient, traced once per model and run many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from cropcore.explain.attribution.base import Target

_MOST_AT_ONCE = 512

Traced = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def trace(model: keras.Model) -> Traced:
    """Trace a network's weighted logits and their gradient with respect to the series.

    The network runs as in use: dropout off, batch statistics frozen.
    """
    _, *shape = model.input_shape
    signature = [
        tf.TensorSpec((None, *shape), model.inputs[0].dtype),
        tf.TensorSpec((model.output_shape[-1],), model.outputs[0].dtype),
    ]

    @tf.function(input_signature=signature, jit_compile=False)
    def step(series: tf.Tensor, weights: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(series)
            logits = model(series, training=False)  # (sample, class)
            score = tf.linalg.matvec(logits, weights)  # (sample,)
        return score, tape.gradient(score, series)

    return step


@dataclass(frozen=True)
class Score:
    """One target's score as a function of the series."""

    traced: Traced
    target: Target
    n_classes: int

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """The score, (sample,)."""
        return self.with_gradient(series)[0]

    def gradient(self, series: np.ndarray) -> np.ndarray:
        """∂score/∂series, shaped like the series."""
        return self.with_gradient(series)[1]

    def with_gradient(self, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score (sample,) and gradient (sample, time, band)."""
        weights = self.target.weights(self.n_classes).astype(series.dtype)
        parts = [
            self.traced(tf.convert_to_tensor(series[begin : begin + _MOST_AT_ONCE]), weights)
            for begin in range(0, len(series), _MOST_AT_ONCE)
        ]
        scores = np.concatenate([score.numpy() for score, _ in parts])
        return scores, np.concatenate([gradient.numpy() for _, gradient in parts])


__all__ = ["Score", "trace"]
