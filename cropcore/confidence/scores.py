"""Proper scores: what probabilities are worth once the truth is known; less is better."""

import numpy as np

_SMALLEST = 1e-12


def nll(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Mean negative log likelihood of the true classes, nats.

    Args:
        probabilities: (sample, class).
        truth: Position of each sample's true class, int (sample,).
    """
    given = np.asarray(probabilities, dtype=np.float64)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(given, _SMALLEST)).mean())


def brier(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Mean squared distance to the truth, summed over classes; 0 to 2.

    Args:
        probabilities: (sample, class).
        truth: Position of each sample's true class, int (sample,).

    References:
        Brier (1950), Monthly Weather Review 78(1), 1–3.
    """
    error = np.array(probabilities, dtype=np.float64)
    error[np.arange(len(truth)), truth] -= 1
    return float((error**2).sum(axis=1).mean())


__all__ = ["brier", "nll"]
