"""Whether two models differ by more than luck on the same samples."""

from dataclasses import dataclass
from math import comb, erfc, sqrt

import numpy as np

_FEW = 25
"""Below this many disagreements the exact binomial test is used."""


@dataclass(frozen=True)
class McNemar:
    """Outcome of McNemar's test."""

    statistic: float
    """(|b − c| − 1)² / (b + c) with b, c the samples that only one model got right."""
    p: float
    """Chance of so large a difference between equally good models."""
    only_a: int
    """Samples that only the first model got right."""
    only_b: int
    """Samples that only the second model got right."""


def mcnemar(reference: np.ndarray, predicted_a: np.ndarray, predicted_b: np.ndarray) -> McNemar:
    """McNemar's test, exact for few disagreements, else χ² with continuity correction.

    It takes samples as independent; where they come in groups, believe the group bootstrap.

    Args:
        reference: True class of each sample.
        predicted_a: Class the first model gave.
        predicted_b: Class the second model gave.

    References:
        McNemar (1947), Psychometrika 12, 153–157, doi:10.1007/BF02295996.
    """
    right_a, right_b = reference == predicted_a, reference == predicted_b
    only_a = int((right_a & ~right_b).sum())
    only_b = int((right_b & ~right_a).sum())
    total = only_a + only_b
    if total == 0:
        return McNemar(0.0, 1.0, 0, 0)
    statistic = max(abs(only_a - only_b) - 1, 0) ** 2 / total
    if total < _FEW:
        tail = sum(comb(total, k) for k in range(min(only_a, only_b) + 1)) / 2**total
        return McNemar(statistic, min(1.0, 2 * tail), only_a, only_b)
    return McNemar(statistic, erfc(sqrt(statistic / 2)), only_a, only_b)


__all__ = ["McNemar", "mcnemar"]
