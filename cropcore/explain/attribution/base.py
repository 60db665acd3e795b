"""What attribution methods share: the score they explain, what it is held against, the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np

from cropcore.settings import Settings

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


class AnyScore(Protocol):
    """The score of a target as a function of the series."""

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """The score, (sample,)."""
        ...


class Score(AnyScore, Protocol):
    """A score that has a gradient: that of a network."""

    def gradient(self, series: np.ndarray) -> np.ndarray:
        """∂score/∂series, shaped like the series."""
        ...


@dataclass(frozen=True)
class Strip:
    """Bands of the input that stand on the same dates: those of one encoder."""

    columns: tuple[int, ...]
    """Where the bands stand among all of the model's."""
    n_dates: int
    """The first so many dates of the input are theirs; what follows is padding."""
    groups: tuple[tuple[int, ...], ...]
    """The columns, bands of one kind together."""


@dataclass(frozen=True, eq=False)
class Background:
    """What a series is held against."""

    mean: np.ndarray
    """Series that stands for "nothing particular", shaped like one sample; of patches
    (time, 1, 1, band) will do."""
    sd: np.ndarray
    """Standard deviation of each band over the training samples, (band,)."""
    strips: tuple[Strip, ...]
    """How dates and bands hang together."""
    samples: np.ndarray | None = None
    """Training series, (training sample, time, band), without missing values; for methods that
    hold a series against many."""

    def baseline(self, series: np.ndarray) -> np.ndarray:
        """The mean, shaped like one of the series, (time, …, band)."""
        return np.array(np.broadcast_to(self.mean, series.shape[1:]), series.dtype)


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


class AttributionMethod(Settings, ABC):
    """Attributes a score to its inputs; its fields are what can be set."""

    quantity: ClassVar[Quantity]
    unit: ClassVar[str]
    needs_gradient: ClassVar[bool] = True
    """Whether it can be asked of networks only."""
    needs_samples: ClassVar[bool] = False
    """Whether it holds the series against training samples."""

    @abstractmethod
    def __call__(self, score: Score, series: np.ndarray, background: Background) -> Attribution:
        """Explain each sample.

        Args:
            score: The score of the target; its gradient is asked for by methods that need it.
            series: float32 (sample, time, band), or (sample, time, y, x, band) of patches, physical
                units, without missing values.
            background: What it is held against.
        """

    def answer(
        self, values: np.ndarray, residual: np.ndarray | None = None, steps: int | None = None
    ) -> Attribution:
        """Values with what they are."""
        return Attribution(values, self.quantity, self.unit, residual, steps)


def unexplained(values: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Share of the score's change that values do not account for.

    Args:
        values: Attribution, (sample, …).
        change: Of the score, from what the series is held against, (sample,).
    """
    missed = np.abs(values.reshape(len(values), -1).sum(axis=1) - change)
    return np.asarray(missed / np.maximum(np.abs(change), 1e-6))


__all__ = [
    "AnyScore",
    "Attribution",
    "AttributionMethod",
    "Background",
    "Quantity",
    "Score",
    "Strip",
    "Target",
    "unexplained",
]
