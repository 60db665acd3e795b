"""Integrated gradients: what the values of this series did to the score."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from cropcore.explain.attribution.base import (
    Attribution,
    AttributionMethod,
    Background,
    Quantity,
    Score,
    unexplained,
)


class IntegratedGradients(AttributionMethod):
    """Gradients averaged on the straight way from the baseline, times the distance gone.

    The values of one sample sum to ``score(series) − score(baseline)`` but for the residual of
    the midpoint rule; steps are doubled until that is small. The baseline is the mean series of the
    dates, of a margin that of the other class.

    References:
        Sundararajan, Taly and Yan (2017), Axiomatic attribution for deep networks,
        arXiv:1703.01365.
    """

    quantity: ClassVar[Quantity] = "contribution"
    unit: ClassVar[str] = "logits"

    steps: int = Field(64, ge=1, le=4096, description="Points along the way, at first")
    most_steps: int = Field(512, ge=1, le=4096, description="Points along the way, at most")
    tolerance: float = Field(
        0.01, ge=0, le=1, description="Share of the change that may stay unexplained"
    )

    def __call__(self, score: Score, series: np.ndarray, background: Background) -> Attribution:
        """Each sample with as many steps as it takes."""
        baseline = background.baseline(series)  # (time, …, band)
        change = series - baseline
        goal = score(series) - score(baseline[None])  # (sample,)
        values = np.zeros_like(series)
        residual = np.full(len(series), np.inf)
        open_ = np.arange(len(series))
        steps = self.steps
        while True:
            for at in open_:
                values[at] = change[at] * _mean_gradient(score, baseline, change[at], steps)
            residual[open_] = unexplained(values[open_], goal[open_])
            open_ = np.flatnonzero(~(residual <= self.tolerance))
            if not len(open_) or steps * 2 > self.most_steps:
                break
            steps *= 2
        return self.answer(values, residual, steps)


def _mean_gradient(
    score: Score, baseline: np.ndarray, change: np.ndarray, steps: int
) -> np.ndarray:
    """Mean gradient at the midpoints of ``steps`` equal parts of the way, (time, …, band)."""
    share = (np.arange(steps, dtype=baseline.dtype) + 0.5) / steps
    share = share.reshape(-1, *(1 for _ in change.shape))
    path = baseline + share * change  # (step, time, …, band)
    return score.gradient(path.astype(change.dtype)).mean(axis=0)


__all__ = ["IntegratedGradients"]
