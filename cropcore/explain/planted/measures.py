"""How well attributions find what was planted, and how well they stand the other checks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import average_precision_score

from cropcore.explain.attribution import ATTRIBUTION_METHODS, Background, Target
from cropcore.explain.planted.generator import CROPS, Planted
from cropcore.explain.planted.goals import TOGETHER
from cropcore.explain.planted.learner import STRIP, Learner, in_double
from cropcore.explain.trust.agreement import spearman
from cropcore.explain.trust.faithfulness import changed
from cropcore.explain.trust.randomisation import redraw

TOP = 5
"""Values that are deleted or inserted."""
REDRAWN = 3
"""Copies of a network that have forgotten what it learnt."""
_RANDOM_ORDERS = 20
_STEPS = (1e-5, 1e-6, 1e-7)
"""Distances of differences, standard deviations."""
_EXACT = 1e-6
"""Error below which no nearer difference is tried."""


def right(learner: Learner, planted: Planted, most: int) -> Planted:
    """Crops' series that are told rightly, the first so many of each."""
    told = learner.logits(planted.series).argmax(axis=1) == planted.labels
    chosen = [np.flatnonzero(told & (planted.labels == crop))[:most] for crop in range(CROPS)]
    return planted[np.concatenate(chosen)]


def accuracy(learner: Learner, planted: Planted) -> float:
    """Share of new series that are told rightly."""
    return float((learner.logits(planted.series).argmax(axis=1) == planted.labels).mean())


def attributions(
    learner: Learner, method: str, planted: Planted, against: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Attribution of each series to its own class, summed over the pixels around.

    Args:
        learner: The model.
        method: Name in the table.
        planted: The series.
        against: Class of each that it is contrasted with; its mean series is the baseline then.

    Returns:
        (sample, time, band), and the residuals of methods that have some, (sample,).
    """
    values = np.zeros(planted.series.shape)
    residuals = np.full(len(values), np.nan)
    others = np.full(len(values), -1) if against is None else against
    for pair in np.unique(np.stack([planted.labels, others], axis=1), axis=0).tolist():
        here = np.flatnonzero((planted.labels == pair[0]) & (others == pair[1]))
        target, background = Target(pair[0]), learner.background
        if against is not None:
            target, background = Target(*pair), learner.against(pair[1])
        values[here], residuals[here] = _asked(
            learner, method, planted.series[here], target, background
        )
    return values, None if np.isnan(residuals).any() else residuals


def _asked(
    learner: Learner, method: str, series: np.ndarray, target: Target, background: Background
) -> tuple[np.ndarray, np.ndarray | float]:
    kind = ATTRIBUTION_METHODS[method]
    found = kind()(learner.score(target), learner.given(series), background)
    values = found.values.sum(axis=(2, 3)) if learner.side else found.values
    return values, np.nan if found.residual is None else found.residual


def runner_up(learner: Learner, planted: Planted) -> np.ndarray:
    """The class that comes second for each series after its own, (sample,)."""
    logits = learner.logits(planted.series).copy()
    logits[np.arange(len(logits)), planted.labels] = -np.inf
    return np.asarray(logits.argmax(axis=1))


def found(values: np.ndarray, truth: np.ndarray) -> float:
    """Mean average precision of absolute attributions against what was planted.

    Args:
        values: (sample, time, band).
        truth: Whether a value carries the class, bool, the same shape.
    """
    pairs = zip(truth.reshape(len(truth), -1), np.abs(values).reshape(len(values), -1), strict=True)
    return float(np.mean([average_precision_score(mask, value) for mask, value in pairs]))


def by_chance(truth: np.ndarray) -> float:
    """The same of attributions drawn by chance, by as many draws as there are series."""
    return found(np.random.default_rng(0).random(truth.shape), truth)


def along(method: str, values: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Attribution and truth at what a method tells apart, (sample, 1, unit).

    Methods that hide several values together share the loss evenly among them: they can be asked
    for the dates, bands or groups, not for the values. A unit carries a class where any of its
    values does; windows are asked for their dates.
    """
    if method not in TOGETHER:
        return values, truth
    sizes, carries = _profile(method, np.abs(values)), _profile(method, truth.astype(int))
    return sizes[:, None], carries[:, None] > 0


def _profile(method: str, array: np.ndarray) -> np.ndarray:
    """Sums over what a method hides together, (sample, unit), of (sample, time, band)."""
    if method in ("occlusion_date", "occlusion_window"):
        return np.asarray(array.sum(axis=2))
    bands = array.sum(axis=1)  # (sample, band)
    if method == "occlusion_band":
        return np.asarray(bands)
    return np.stack([bands[:, list(columns)].sum(axis=1) for columns in STRIP.groups], axis=1)


def above_chance(value: float, chance: float) -> float:
    """Where a precision stands between chance (0) and perfection (1)."""
    return (value - chance) / (1 - chance)


def of_classes(values: np.ndarray, planted: Planted) -> float:
    """Average precision of each crop's signed mean attribution, its size taken after the mean."""
    crops = [crop for crop in range(CROPS) if (planted.labels == crop).any()]
    means = np.stack([values[planted.labels == crop].mean(axis=0) for crop in crops])
    return found(means, planted.masks[crops])


def top_changed(learner: Learner, planted: Planted, values: np.ndarray) -> dict[str, float]:
    """Mean probability of the own class when the strongest values are deleted or inserted.

    The same for values drawn by chance.

    Args:
        learner: The model.
        planted: The series.
        values: Their attribution, signed, (sample, time, band).
    """
    shape = planted.series.shape[1:]
    cells = np.stack(np.unravel_index(np.arange(np.prod(shape)), shape), axis=1)
    mean = learner.background.mean.reshape(shape)
    random = np.random.default_rng(0)
    strongest = np.argsort(-values.reshape(len(values), -1), axis=1, kind="stable")
    orders = np.stack([random.permutation(len(cells)) for _ in range(_RANDOM_ORDERS)])
    top, count = changed(shape, cells, strongest, np.array([TOP]))[:, 0], len(planted.labels)
    chance = changed(shape, cells, orders, np.array([TOP]))[np.arange(count) % len(orders), 0]

    def own(series: np.ndarray) -> float:
        said = learner.probabilities(series.astype(np.float32))
        return float(said[np.arange(count), planted.labels].mean())

    x = planted.series
    return {
        "nothing changed": own(x),
        f"strongest {TOP} deleted": own(np.where(top, mean, x)),
        f"strongest {TOP} inserted": own(np.where(top, x, mean)),
        f"any {TOP} deleted": own(np.where(chance, mean, x)),
        f"any {TOP} inserted": own(np.where(chance, x, mean)),
    }


def forgotten(learner: Learner, seed: int) -> list[Learner]:
    """Copies of a network that have forgotten what it learnt.

    Raises:
        TypeError: It is no network.
        RuntimeError: The weights did not change.
    """
    if learner.model is None:
        raise TypeError("only networks have weights to redraw")
    models = [redraw(learner.model, seed * REDRAWN + at).model for at in range(REDRAWN)]
    return [learner.of_network(model) for model in models]


def alike(values: np.ndarray, others: Sequence[np.ndarray], *, signed: bool) -> float:
    """Mean size of the rank correlation with what redrawn networks give, series by series.

    Args:
        values: (sample, time, band).
        others: Of each redrawn network, the same shape.
        signed: Whether signs count.
    """
    sign = (lambda array: array) if signed else np.abs
    pairs = [(one, two) for other in others for one, two in zip(values, other, strict=True)]
    return float(np.nanmean([abs(spearman(sign(one), sign(two))) for one, two in pairs]))


def difference_error(learner: Learner, series: np.ndarray, n_values: int = 40) -> float:
    """Largest error of gradients against central differences, in double precision.

    Relative to the difference where that is above 1. A network may bend sharply between the two
    points of a difference, which then is wrong; so points ever nearer are tried, and the best
    difference counts. No difference agrees with a wrong gradient.

    Args:
        learner: A network.
        series: (sample, time, band).
        n_values: Values drawn by chance that are compared.
    """
    double, random = in_double(learner), np.random.default_rng(0)
    score, x = double.score(Target(0, 1)), series.astype(np.float64)
    gradient, errors = score.gradient(double.given(x)), []
    if learner.side:
        gradient = gradient.sum(axis=(2, 3))
    for _ in range(n_values):
        at = tuple(random.integers(x.shape))
        tried = []
        for far in _STEPS:
            step = np.zeros_like(x)
            step[at] = far * learner.background.sd[at[2]]
            both = [score(double.given(x + sign * step))[at[0]] for sign in (1, -1)]
            difference = (both[0] - both[1]) / (2 * step[at])
            tried.append(abs(difference - gradient[at]) / max(1, abs(difference)))
            if tried[-1] < _EXACT:
                break
        errors.append(min(tried))
    return float(max(errors))


def batch_error(learner: Learner, series: np.ndarray) -> float:
    """Largest difference between gradients of many series at once and of each alone."""
    score, x = learner.score(Target(0)), learner.given(series)
    together = score.gradient(x) * learner.background.sd
    alone = np.concatenate([score.gradient(one[None]) for one in x]) * learner.background.sd
    return float(np.abs(together - alone).max())


__all__ = [
    "REDRAWN",
    "TOP",
    "above_chance",
    "accuracy",
    "alike",
    "along",
    "attributions",
    "batch_error",
    "by_chance",
    "difference_error",
    "forgotten",
    "found",
    "of_classes",
    "right",
    "runner_up",
    "top_changed",
]
