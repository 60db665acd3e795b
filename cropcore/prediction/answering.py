"""Any model asked the same way: about samples, or about every pixel of a window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cropcore.prediction.patches import PatchPredictor
from cropcore.prediction.predictor import CHUNK, Predictor
from cropcore.samples import Samples, places
from cropcore.samples.room import in_parts


def answers(
    predictor: Predictor | PatchPredictor, samples: Samples, indices: np.ndarray
) -> np.ndarray:
    """Logits of some samples, float32 (sample, class), before temperature and softmax.

    Args:
        predictor: Any model.
        samples: With the scene they lie in, where the model sees surroundings.
        indices: Which of them.
    """
    if isinstance(predictor, Predictor):
        return logits_of(predictor.logits, samples.series, indices)
    if samples.scene is None:
        raise TypeError("samples of a model that sees surroundings have a scene")
    return predictor.at(samples.scene, *places(samples.ids[indices]))


def logits_of(
    logits: Callable[[np.ndarray], np.ndarray], series: np.ndarray, indices: np.ndarray
) -> np.ndarray:
    """What a function of series gives for some of them, part by part.

    Args:
        logits: From (sample, time, band) to (sample, …).
        series: In memory or on disk.
        indices: Which of them.
    """
    found = [logits(part) for part in in_parts(series, indices)]
    return np.concatenate(found) if found else logits(series[indices])


def window_answers(
    predictor: Predictor | PatchPredictor, series: np.ndarray, clear: np.ndarray, n_classes: int
) -> np.ndarray:
    """Calibrated probabilities of every pixel of a window, float32 (y, x, class).

    Args:
        predictor: Any model; one that sees surroundings must get them with the window.
        series: Prepared, float32 (y, x, time, band).
        clear: Whether each pixel was ever clear, bool (y, x); others may get 0.
        n_classes: Classes of the legend.
    """
    if isinstance(predictor, PatchPredictor):
        return predictor(np.ascontiguousarray(series.transpose(2, 0, 1, 3)))
    height, width = clear.shape
    probabilities = np.zeros((height * width, n_classes), np.float32)
    flat, seen = series.reshape(height * width, *series.shape[2:]), np.flatnonzero(clear)
    for begin in range(0, len(seen), CHUNK):  # no second copy of the whole window
        part = seen[begin : begin + CHUNK]
        probabilities[part] = predictor(flat[part])
    return probabilities.reshape(height, width, -1)


__all__ = ["answers", "logits_of", "window_answers"]
