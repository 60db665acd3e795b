"""Gradient × input: the gradient times how far each value is from the ordinary."""

from typing import ClassVar

import numpy as np

from cropcore.explain.attribution.base import (
    Attribution,
    AttributionMethod,
    Background,
    Quantity,
    Score,
    unexplained,
)


class GradientInput(AttributionMethod):
    """The gradient at the series, times its distance from the mean series of the dates.

    What the values did if the score were linear; its residual says how far it is from that.

    References:
        Shrikumar et al. (2016), Not just a black box, arXiv:1605.01713.
    """

    quantity: ClassVar[Quantity] = "contribution"
    unit: ClassVar[str] = "logits"

    def __call__(self, score: Score, series: np.ndarray, background: Background) -> Attribution:
        """Both multiplied."""
        baseline = background.baseline(series)
        change = series - baseline  # (sample, time, …, band)
        values = score.gradient(series) * change
        goal = score(series) - score(baseline[None])
        return self.answer(values, unexplained(values, goal))


__all__ = ["GradientInput"]
