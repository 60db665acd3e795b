"""Grades of checks, and where they begin."""

from __future__ import annotations

from enum import StrEnum

import numpy as np


class Grade(StrEnum):
    """How a check turned out."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"
    NOT_APPLICABLE = "not applicable"


COMPLETE, NEARLY_COMPLETE = 0.01, 0.05
"""Share of the score's change that may stay unexplained: good up to the first, doubtful up to the
second. The first is where integrated gradients stop to double their steps."""
AGREES, AGREES_SOMEWHAT = 0.5, 0.2
"""Mean rank correlation of absolute values with methods that answer the same question: good from
the first, doubtful from the second."""
INDEPENDENT, HALF_INDEPENDENT = 0.3, 0.6
"""Absolute rank correlation of signed values with those of a redrawn network: good up to the first,
doubtful up to the second. Over many series it is to be .15 at most; of one series with some
hundred values that hang together, chance alone reaches twice as much."""
LEAST_CHANGE = 0.1
"""Probability that must be at stake between series and baseline for an order to be judged."""


def lower_is_better(value: float | None, good: float, doubtful: float) -> Grade:
    """Grade of a number that should be small; not applicable where there is none."""
    if value is None or not np.isfinite(value):
        return Grade.NOT_APPLICABLE
    return Grade.GOOD if value <= good else Grade.DOUBTFUL if value <= doubtful else Grade.BAD


def higher_is_better(value: float | None, good: float, doubtful: float) -> Grade:
    """Grade of a number that should be large; not applicable where there is none."""
    return lower_is_better(None if value is None else -value, -good, -doubtful)


__all__ = [
    "AGREES",
    "AGREES_SOMEWHAT",
    "COMPLETE",
    "HALF_INDEPENDENT",
    "INDEPENDENT",
    "LEAST_CHANGE",
    "NEARLY_COMPLETE",
    "Grade",
    "higher_is_better",
    "lower_is_better",
]
