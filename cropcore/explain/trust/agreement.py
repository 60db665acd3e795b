"""Whether methods agree: rank correlation between attributions of the same prediction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from cropcore.explain.trust.grades import AGREES, AGREES_SOMEWHAT, Grade, higher_is_better


def spearman(one: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation of two attributions; NaN where one of them is the same everywhere.

    Args:
        one: Any shape.
        other: The same shape; equal values share their mean rank.
    """
    ranks = np.stack([rankdata(one.ravel()), rankdata(other.ravel())])
    ranks -= ranks.mean(axis=1, keepdims=True)
    length = np.sqrt(np.square(ranks).sum(axis=1))
    if not length.all():
        return float("nan")
    return float(ranks[0] @ ranks[1] / length.prod())


@dataclass(frozen=True, eq=False)
class Agreement:
    """How alike methods rank the values of one series, signs aside."""

    methods: tuple[str, ...]
    matrix: np.ndarray
    """Rank correlation of absolute values, (method, method); NaN of constant attributions."""
    asked: str
    """The method that is being checked."""
    alike: tuple[str, ...]
    """The others that answer the same question as it does."""

    @property
    def with_alike(self) -> float | None:
        """Mean correlation of the asked method with those that answer the same question."""
        row = self.matrix[self.methods.index(self.asked)]
        known = row[[self.methods.index(name) for name in self.alike]]
        known = known[np.isfinite(known)]
        return float(known.mean()) if len(known) else None

    @property
    def grade(self) -> Grade:
        """Of the mean correlation; not applicable where no other method answers this question."""
        return higher_is_better(self.with_alike, AGREES, AGREES_SOMEWHAT)

    def to_json(self) -> dict[str, Any]:
        """The matrix row by row, ``null`` for constant attributions."""
        return {
            "methods": list(self.methods),
            "matrix": [[number_or_none(value) for value in row] for row in self.matrix],
            "alike": list(self.alike),
            "with_alike": self.with_alike,
            "grade": self.grade.value,
        }


def agreement(
    attributions: Mapping[str, np.ndarray], asked: str, alike: tuple[str, ...]
) -> Agreement:
    """Correlate every two methods.

    Args:
        attributions: Of each method, all of one shape.
        asked: The method that is being checked.
        alike: Those of the others that answer the same question.
    """
    names = tuple(attributions)
    found = [np.abs(attributions[name]) for name in names]
    matrix = np.array([[spearman(one, other) for other in found] for one in found])
    return Agreement(names, matrix, asked, alike)


def number_or_none(value: float) -> float | None:
    """A number that JSON can hold."""
    return float(value) if np.isfinite(value) else None


__all__ = ["Agreement", "agreement", "number_or_none", "spearman"]
