"""Saliency: which values the score is most sensitive to, here and now."""

from typing import ClassVar

import numpy as np

from cropcore.explain.attribution.base import (
    Attribution,
    AttributionMethod,
    Background,
    Quantity,
    Score,
)

PER_DEVIATION = "logits per +1 standard deviation of the band"


class Saliency(AttributionMethod):
    """Signed gradient of the score, per standard deviation of each band.

    Divide by the deviation for the change per physical unit.

    References:
        Simonyan, Vedaldi and Zisserman (2014), Deep inside convolutional networks,
        arXiv:1312.6034.
    """

    quantity: ClassVar[Quantity] = "sensitivity"
    unit: ClassVar[str] = PER_DEVIATION

    def __call__(self, score: Score, series: np.ndarray, background: Background) -> Attribution:
        """The gradient at the series itself."""
        return self.answer(score.gradient(series) * background.sd)


__all__ = ["PER_DEVIATION", "Saliency"]
