"""When each class was learnt, and how far it was forgotten on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cropcore.training.history import History

SETTLED = 0.95
"""Share of its best F1 that a class has to keep to count as learnt."""


@dataclass(frozen=True)
class Milestone:
    """How one class was learnt, by its F1 on the validation samples."""

    code: int
    """In the legend."""
    learnt: int | None
    """First epoch from which F1 stays at :data:`SETTLED` of its best or above, until the epoch
    whose weights are kept; ``None`` where it does not, or where the class was never recognised."""
    best: float
    """Highest F1 until then."""
    kept: float
    """F1 of the weights that are kept."""
    drop: float
    """How far F1 fell at most below the best it had had, over all epochs."""
    drop_from: int
    """The epoch of that best; where there is no drop, the first."""
    drop_to: int
    """The epoch with the lowest value of that fall."""


def milestones(history: History) -> tuple[Milestone, ...]:
    """How the classes were learnt: the earliest first, those that never settled last.

    Classes that were not measured at every epoch are left out.
    """
    kept = history.best_epoch
    measured = zip(history.codes, history.class_f1.T, strict=True)
    found = [_milestone(code, f1, kept) for code, f1 in measured if np.isfinite(f1).all()]
    return tuple(sorted(found, key=lambda one: (one.learnt or math.inf, -one.kept, one.code)))


def _milestone(code: int, f1: np.ndarray, kept: int) -> Milestone:
    """The milestone of one class from its F1, (epoch,)."""
    best = float(f1[:kept].max())
    below = np.flatnonzero(f1[:kept] < SETTLED * best)
    settled = int(below[-1]) + 2 if len(below) else 1  # the epoch after the last one below
    so_far = np.maximum.accumulate(f1)
    low = int((so_far - f1).argmax())
    return Milestone(
        code,
        settled if best > 0 and settled <= kept else None,
        best,
        float(f1[kept - 1]),
        float(so_far[low] - f1[low]),
        int(f1[: low + 1].argmax()) + 1,
        low + 1,
    )


__all__ = ["SETTLED", "Milestone", "milestones"]
