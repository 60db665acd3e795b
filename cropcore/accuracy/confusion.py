"""Which classes are taken for which: the confusion matrix."""

from collections.abc import Sequence

import numpy as np

from cropcore.errors import LabelError


def confusion_matrix(
    reference: np.ndarray, predicted: np.ndarray, codes: Sequence[int]
) -> np.ndarray:
    """Count samples by their true class and the class they were given.

    Args:
        reference: True class of each sample, int (sample,).
        predicted: Class given to each sample, int (sample,).
        codes: The classes (codes or positions), in the order of the matrix's axes.

    Returns:
        int64 (true class, given class).

    Raises:
        LabelError: The two differ in length or hold something that is no class.
    """
    n_classes = len(codes)
    true, given = _positions(reference, codes), _positions(predicted, codes)
    if len(true) != len(given):
        raise LabelError(
            "predictions",
            expected=f"one per reference label ({len(true)})",
            got=f"{len(given)}",
            advice="compare labels and predictions of the same samples",
        )
    counts = np.bincount(true * n_classes + given, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)


def _positions(values: np.ndarray, codes: Sequence[int]) -> np.ndarray:
    """Position in ``codes`` of each class, int64 (sample,)."""
    wanted = np.asarray(codes, dtype=np.int64)
    order = np.argsort(wanted)
    values = np.asarray(values, dtype=np.int64)
    place = np.minimum(np.searchsorted(wanted, values, sorter=order), len(wanted) - 1)
    found = order[place]
    strange = values[wanted[found] != values]
    if strange.size:
        raise LabelError(
            "classes",
            expected=f"those of the legend ({', '.join(map(str, codes))})",
            got=str(strange[0]),
            advice="use labels and predictions of the same legend",
        )
    return np.asarray(found, dtype=np.int64)


__all__ = ["confusion_matrix"]
