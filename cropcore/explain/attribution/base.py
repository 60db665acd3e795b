"""What attribution methods share: the score they explain, its gradient, and what they return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from cropcore.explain.attribution.gradient import Score

Quantity = Literal["sensitivity", "contribution"]
"""``sensitivity``: what a small change would do. ``contribution``: what the values there did."""


@dataclass(frozen=True)
class Target:
    """The score to explain: one class logit, or the margin between two.

    Never the softmax probability, which saturates and then has no gradient left to show.
    """

    index: int
    """Position of the class in the legend."""
    against: int | None = None
    """Position of the class it is contrasted with: explains f_index − f_against."""

    def weights(self, n_classes: int) -> np.ndarray:
        """The score as a weighted sum of logits, float32 (class,)."""
        weights = np.zeros(n_classes, np.float32)
        weights[self.index] += 1
        if self.against is not None:
            weights[self.against] -= 1
        return weights


@dataclass(frozen=True)
class Attribution:
    """How much each band at each date has to do with the score."""

    values: np.ndarray
    """Like the series, (sample, time, band), of patches (sample, time, y, x, band); signed."""
    quantity: Quantity
    unit: str
    """What a value of 1 means."""
    residual: np.ndarray | None = None
    """Share of the score's change that the values do not account for, (sample,); complete methods
    only."""
    steps: int | None = None
    """Points along the path; path methods only."""


class AttributionMethod(Protocol):
    """Attributes a score to its inputs."""

    def __call__(
        self, score: Score, series: np.ndarray, baseline: np.ndarray, sd: np.ndarray
    ) -> Attribution:
        """Explain each sample.

        Args:
            score: The score of the target, and its gradient.
            series: float32 (sample, time, band), or (sample, time, y, x, band) of patches, physical
                units, without missing values.
            baseline: Series that stands for "nothing particular", shaped like one of them.
            sd: Standard deviation of each band over the training samples, (band,).
        """
        ...


__all__ = ["Attribution", "AttributionMethod", "Quantity", "Target"]
