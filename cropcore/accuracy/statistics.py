"""What a confusion matrix says: accuracy, kappa, and precision, recall and F1 of each class.

All take matrices of shape (…, true class, given class) and keep the leading axes, so that one
matrix and a thousand resampled ones are treated alike.

References:
    Cohen (1960), Educational and Psychological Measurement 20(1), 37–46,
    doi:10.1177/001316446002000104 (kappa).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

Statistic = Callable[[np.ndarray], np.ndarray]
"""From confusion matrices (…, true class, given class) to numbers, float64 (…,)."""


def overall_accuracy(matrix: np.ndarray) -> np.ndarray:
    """Share of samples that got their true class, (…,); 0 where there are none."""
    return _share(_hits(matrix).sum(axis=-1), matrix.sum(axis=(-2, -1)))


def precision(matrix: np.ndarray) -> np.ndarray:
    """Of the samples given a class, the share that is of it, (…, class); 0 where none were."""
    return _share(_hits(matrix), matrix.sum(axis=-2))


def recall(matrix: np.ndarray) -> np.ndarray:
    """Of the samples of a class, the share that was found, (…, class); 0 where there are none."""
    return _share(_hits(matrix), matrix.sum(axis=-1))


def f1(matrix: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision and recall, (…, class)."""
    return _share(2 * _hits(matrix), matrix.sum(axis=-1) + matrix.sum(axis=-2))


def mean_f1(matrix: np.ndarray) -> np.ndarray:
    """Mean F1 of the classes that have samples, (…,): rare crops count like common ones."""
    present = matrix.sum(axis=-1) > 0
    return _share((f1(matrix) * present).sum(axis=-1), present.sum(axis=-1))


def kappa(matrix: np.ndarray) -> np.ndarray:
    """Agreement beyond chance, (…,); 0 where chance alone explains all."""
    total = matrix.sum(axis=(-2, -1)).astype(np.float64)
    product = (matrix.sum(axis=-1).astype(np.float64) * matrix.sum(axis=-2)).sum(axis=-1)
    chance = _share(product, total**2)
    return _share(overall_accuracy(matrix) - chance, 1 - chance)


STATISTICS: Mapping[str, Statistic] = MappingProxyType(
    {"overall_accuracy": overall_accuracy, "macro_f1": mean_f1, "kappa": kappa}
)
"""The single numbers that sum up a confusion matrix, by their names in ``metrics.json``."""


def _hits(matrix: np.ndarray) -> np.ndarray:
    return np.diagonal(matrix, axis1=-2, axis2=-1)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """``part / whole`` as float64, 0 where the whole is nothing."""
    whole = np.asarray(whole, dtype=np.float64)
    return np.asarray(np.where(whole == 0, 0.0, part / np.where(whole == 0, 1.0, whole)))


__all__ = [
    "STATISTICS",
    "Statistic",
    "f1",
    "kappa",
    "mean_f1",
    "overall_accuracy",
    "precision",
    "recall",
]
