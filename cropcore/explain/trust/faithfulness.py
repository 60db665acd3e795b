"""Deletion and insertion: whether the values said to matter are those the prediction hangs on.

Values are replaced by the baseline, or put into it, in the order of their attribution, and the
probability of the explained class is watched; orders drawn by chance are watched beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cropcore.explain.trust.grades import LEAST_CHANGE, Grade

Ask = Callable[[np.ndarray], np.ndarray]
"""Series, (sample, time, …, band), to the probability of the explained class, (sample,)."""
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Shares of all values after which the model is asked."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A probability while values are changed one after the other."""

    shares: np.ndarray
    """Share of values that are changed, (step,), from 0 to 1."""
    values: np.ndarray
    """Probability of the explained class, (step,), in the order of the attribution."""
    random: np.ndarray
    """The same in orders by chance, (order, step)."""
    falling: bool
    """Whether a faithful order takes the probability down soon (deletion) or up (insertion)."""

    @property
    def area(self) -> float:
        """Mean probability along the curve, trapezoids between steps."""
        return float(np.trapezoid(self.values, self.shares))

    @property
    def random_areas(self) -> np.ndarray:
        """The same of each order by chance, (order,)."""
        return np.asarray(np.trapezoid(self.random, self.shares, axis=-1))

    @property
    def band(self) -> np.ndarray:
        """Mean, 5 % and 95 % point over the orders by chance, (3, step)."""
        low, high = np.quantile(self.random, (0.05, 0.95), axis=0)
        return np.stack([self.random.mean(axis=0), low, high])

    @property
    def gain(self) -> float:
        """Probability, on average along the curve, by which the order beats chance."""
        gain = float(self.random_areas.mean()) - self.area
        return gain if self.falling else -gain

    @property
    def grade(self) -> Grade:
        """Good beyond 95 % of orders by chance, doubtful beyond their mean, else bad.

        Not applicable where hardly any probability is at stake.
        """
        first, last = self.values[0], self.values[-1]
        if (first - last if self.falling else last - first) < LEAST_CHANGE:
            return Grade.NOT_APPLICABLE
        if self.gain <= 0:
            return Grade.BAD
        low, high = np.quantile(self.random_areas, (0.05, 0.95))
        beyond = self.area < low if self.falling else self.area > high
        return Grade.GOOD if beyond else Grade.DOUBTFUL

    def to_json(self) -> dict[str, Any]:
        """What a chart of it needs, and its grade."""
        mean, low, high = self.band
        return {
            "shares": self.shares.tolist(),
            "values": self.values.tolist(),
            "random": {"mean": mean.tolist(), "p5": low.tolist(), "p95": high.tolist()},
            "area": self.area,
            "random_area": float(self.random_areas.mean()),
            "grade": self.grade.value,
        }


def curves(
    ask: Ask,
    series: np.ndarray,
    baseline: np.ndarray,
    cells: np.ndarray,
    attribution: np.ndarray,
    *,
    signed: bool,
    n_random: int = 20,
    seed: int = 0,
    shares: Sequence[float] = SHARES,
) -> tuple[Curve, Curve]:
    """Deletion and insertion curve of one prediction; the model is asked once, about all.

    Of patches a value is a band at a date over all pixels around.

    Args:
        ask: The model.
        series: (time, …, band).
        baseline: What takes the place of values, shaped like the series.
        cells: Date and column of each value that has an attribution, (cell, 2).
        attribution: (cell,).
        signed: Whether it is a contribution: those that support the class come first, those that
            speak against it last. Else the largest without regard to sign come first.
        n_random: Orders by chance.
        seed: Of these.
        shares: Shares of values after which the model is asked; the first is 0, the last 1.
    """
    order = np.argsort(-(attribution if signed else np.abs(attribution)), kind="stable")
    random = np.random.default_rng(seed)
    orders = np.stack([order, *(random.permutation(len(cells)) for _ in range(n_random))])
    counts = np.unique(np.ceil(np.array(shares) * len(cells) - 1e-9).astype(int))
    masks = changed(series.shape, cells, orders, counts)  # (order, step, time, band)
    masks = masks.reshape(-1, len(series), *(1 for _ in series.shape[1:-1]), series.shape[-1])
    hidden = np.where(masks[-1], baseline, series)  # what has no attribution stays as it is
    asked = np.concatenate([np.where(masks, baseline, series), np.where(masks, series, hidden)])
    answers = ask(asked).reshape(2, len(orders), len(counts))
    at = counts / len(cells)
    return (
        Curve(at, answers[0, 0], answers[0, 1:], falling=True),
        Curve(at, answers[1, 0], answers[1, 1:], falling=False),
    )


def mean_curves(pairs: Sequence[tuple[Curve, Curve]]) -> tuple[Curve, Curve]:
    """Deletion and insertion of several predictions together: means over their probabilities.

    Args:
        pairs: Curves of each, whose values were changed in the same orders.
    """
    deletion, insertion = zip(*pairs, strict=True)
    return _mean(deletion), _mean(insertion)


def _mean(several: Sequence[Curve]) -> Curve:
    return replace(
        several[0],
        values=np.mean([curve.values for curve in several], axis=0),
        random=np.mean([curve.random for curve in several], axis=0),
    )


def changed(
    shape: tuple[int, ...], cells: np.ndarray, orders: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Which values are changed at each step of each order, bool (order, step, time, band).

    Args:
        shape: Of the series, (time, …, band).
        cells: Date and column of each value, (cell, 2).
        orders: Positions in ``cells``, (order, cell).
        counts: Values changed at each step, (step,).
    """
    rank = np.full((len(orders), shape[0], shape[-1]), np.iinfo(np.int64).max)
    for row, order in zip(rank, orders, strict=True):
        row[cells[order, 0], cells[order, 1]] = np.arange(len(order))
    return np.asarray(rank[:, None] < counts[:, None, None])


__all__ = ["SHARES", "Ask", "Curve", "changed", "curves", "mean_curves"]
