"""From prepared series to calibrated probabilities, the same numbers for every caller."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cropcore.confidence import softmax

if TYPE_CHECKING:
    import keras
    from sklearn.ensemble import RandomForestClassifier

_ROWS_A_THREAD = 512
CHUNK = 2048
"""Series per call of the traced function. Constant, so that a pixel's numbers depend on nothing
but the pixel: neither on its neighbours nor on how a map is cut into blocks."""


@dataclass(frozen=True)
class Predictor:
    """A fitted model ready to be asked, at a fixed chunk size.

    Calling it gives calibrated probabilities; :attr:`logits` gives the scores before temperature
    and softmax.
    """

    logits: Callable[[np.ndarray], np.ndarray]
    """(sample, time, band) float32 → (sample, class) float32; any number of samples."""
    temperature: float = 1.0
    """Divides the logits; fitted on validation groups."""
    model: keras.Model | None = None
    """The network behind it, for gradients; ``None`` where there is none."""
    members: Callable[[np.ndarray], np.ndarray] | None = None
    """Calibrated probabilities of each member, (member, sample, class); of an ensemble only."""

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """Calibrated probabilities.

        Args:
            series: float32 (sample, time, band), physical units.

        Returns:
            float32 (sample, class); rows sum to one.
        """
        return softmax(self.logits(series) / self.temperature).astype(np.float32)


def network_predictor(
    model: keras.Model, temperature: float = 1.0, chunk: int = CHUNK
) -> Predictor:
    """A predictor that runs a network as one traced function on chunks of fixed size."""
    import tensorflow as tf

    _, *shape = model.input_shape
    signature = tf.TensorSpec((chunk, *shape), model.inputs[0].dtype)

    @tf.function(input_signature=[signature], jit_compile=False)
    def step(series: tf.Tensor) -> tf.Tensor:
        return model(series, training=False)

    def logits(series: np.ndarray) -> np.ndarray:
        result = np.empty((len(series), model.output_shape[-1]), np.dtype(model.outputs[0].dtype))
        for begin in range(0, len(series), chunk):
            part = series[begin : begin + chunk]
            padding = [(0, chunk - len(part)), *([(0, 0)] * len(shape))]
            full = part if len(part) == chunk else np.pad(part, padding)
            result[begin : begin + len(part)] = step(full).numpy()[: len(part)]
        return result

    return Predictor(logits, temperature, model)


def forest_predictor(
    forest: RandomForestClassifier, n_classes: int, temperature: float = 1.0
) -> Predictor:
    """A predictor whose logits are the logarithms of the trees' vote shares.

    Args:
        forest: Fitted on class indices 0 … n_classes − 1, not necessarily all of them.
        n_classes: Classes of the legend.
        temperature: Fitted on validation groups.
    """
    columns = np.asarray(forest.classes_, dtype=np.int64)
    floor = 0.5 / (forest.n_estimators + 1)  # less than the vote of one tree
    single = copy(forest).set_params(n_jobs=1)  # threads would add up trees in changing order

    def logits(series: np.ndarray) -> np.ndarray:
        shares = np.zeros((len(series), n_classes), np.float32)
        features = series.reshape(len(series), -1)

        def vote(begin: int) -> None:
            rows = slice(begin, begin + _ROWS_A_THREAD)
            shares[rows, columns] = single.predict_proba(features[rows])

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(vote, range(0, len(series), _ROWS_A_THREAD)))
        return np.log(np.maximum(shares, floor))

    return Predictor(logits, temperature)


__all__ = ["CHUNK", "Predictor", "forest_predictor", "network_predictor"]
