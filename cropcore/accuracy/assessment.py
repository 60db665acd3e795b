"""How well a model did on samples it never saw, as it is written to ``metrics.json``."""

from typing import Any

import numpy as np

from cropcore.accuracy.confusion import confusion_matrix
from cropcore.accuracy.statistics import STATISTICS, f1, mean_f1, precision, recall
from cropcore.errors import LabelError
from cropcore.legend import Legend


def assess(reference: np.ndarray, predicted: np.ndarray, legend: Legend) -> dict[str, Any]:
    """Measure predictions against reference labels.

    Args:
        reference: Position in the legend of each sample's true class, int (sample,).
        predicted: Position in the legend of the class each sample was given, int (sample,).
        legend: The classes.

    Returns:
        ``overall_accuracy``, ``macro_f1`` (over the classes with samples), ``kappa``, ``n``,
        ``per_class`` (a row of ``code, name, precision, recall, f1, support`` per class of the
        legend; a share of nothing is 0) and ``confusion`` (rows are true classes). Confidence is
        measured elsewhere: the caller adds ``ece``.

    Raises:
        LabelError: There are no samples, or the two do not fit each other or the legend.
    """
    if not len(reference):
        raise LabelError(
            "accuracy",
            expected="at least one sample to test on",
            got="none",
            advice="choose a larger test share",
        )
    matrix = confusion_matrix(reference, predicted, range(len(legend)))
    shares = (measure(matrix).tolist() for measure in (precision, recall, f1))
    rows = zip(legend, *shares, matrix.sum(axis=1).tolist(), strict=True)
    return {
        **{name: float(statistic(matrix)) for name, statistic in STATISTICS.items()},
        "n": int(matrix.sum()),
        "per_class": [
            {
                "code": item.code,
                "name": item.name,
                "precision": right,
                "recall": found,
                "f1": both,
                "support": support,
            }
            for item, right, found, both, support in rows
        ],
        "confusion": matrix.tolist(),
    }


def macro_f1(reference: np.ndarray, predicted: np.ndarray) -> float:
    """Mean F1 of the classes that have samples; 0 without samples.

    Args:
        reference: True class of each sample, int (sample,).
        predicted: Class given to each sample, int (sample,).
    """
    classes = np.union1d(reference, predicted).tolist()
    return float(mean_f1(confusion_matrix(reference, predicted, classes))) if classes else 0.0


__all__ = ["assess", "macro_f1"]
