"""How sure an accuracy is: confidence intervals by drawing whole groups anew.

Samples of one group are no independent witnesses; drawing them singly would give intervals that
are far too narrow.

References:
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ISBN 978-0-412-04231-7;
    Field and Welsh (2007), Journal of the Royal Statistical Society B 69(3), 369–390,
    doi:10.1111/j.1467-9868.2007.00593.x (groups drawn whole).
"""

import numpy as np

from cropcore.accuracy.statistics import STATISTICS, Statistic, f1
from cropcore.errors import LabelError, UnknownNameError

DRAWS = 1000
LEVEL = 0.95
_CELLS_AT_ONCE = 4_000_000


def bootstrap_interval(
    reference: np.ndarray,
    predicted: np.ndarray,
    groups: np.ndarray,
    statistic: str,
    n_classes: int,
    *,
    n: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
) -> tuple[float, float]:
    """The percentile interval of one model's statistic.

    Args:
        reference: Position of each sample's true class, int (sample,).
        predicted: Position of the class each sample was given, int (sample,).
        groups: Group of each sample; drawn whole, with replacement.
        statistic: A name in :data:`STATISTICS`.
        n_classes: Number of classes.
        n: Number of draws.
        seed: Same seed, same draws.
        level: Share of the draws inside the interval.

    Returns:
        Its low and high end.

    Raises:
        LabelError: There are no samples, or the arrays do not fit.
        UnknownNameError: The statistic is unknown.
    """
    _check(reference, (predicted,), groups, n_classes)
    measure = _named(statistic)
    values = _measure(reference, predicted, groups, measure, n_classes, n, seed)
    low, high = _interval(values, level)
    return float(low), float(high)


def bootstrap_difference(
    reference: np.ndarray,
    predicted_a: np.ndarray,
    predicted_b: np.ndarray,
    groups: np.ndarray,
    statistic: str,
    n_classes: int,
    *,
    n: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
) -> tuple[float, float]:
    """The percentile interval of "a minus b" for two models on the same samples and draws.

    Arguments and errors are those of :func:`bootstrap_interval`.
    """
    _check(reference, (predicted_a, predicted_b), groups, n_classes)
    measure = _named(statistic)
    values_a = _measure(reference, predicted_a, groups, measure, n_classes, n, seed)
    values_b = _measure(reference, predicted_b, groups, measure, n_classes, n, seed)
    low, high = _interval(values_a - values_b, level)
    return float(low), float(high)


def bootstrap_f1_differences(
    reference: np.ndarray,
    predicted_a: np.ndarray,
    predicted_b: np.ndarray,
    groups: np.ndarray,
    n_classes: int,
    *,
    n: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
) -> np.ndarray:
    """The percentile intervals of "a minus b" for the F1 of every class, on the same draws.

    Arguments and errors are those of :func:`bootstrap_interval`.

    Returns:
        Low and high ends, float64 (class, 2); 0 for a class that nobody has or is given.
    """
    _check(reference, (predicted_a, predicted_b), groups, n_classes)
    values_a = _measure(reference, predicted_a, groups, f1, n_classes, n, seed)
    values_b = _measure(reference, predicted_b, groups, f1, n_classes, n, seed)
    return _interval(values_a - values_b, level).T


def _measure(
    reference: np.ndarray,
    predicted: np.ndarray,
    groups: np.ndarray,
    measure: Statistic,
    n_classes: int,
    n: int,
    seed: int,
) -> np.ndarray:
    """The statistic of each draw, float64 (draw, …); the same draws for the same seed."""
    group = np.unique(groups, return_inverse=True)[1]
    n_groups = int(group.max()) + 1
    chances = np.full(n_groups, 1 / n_groups)
    random = np.random.default_rng(seed)
    cells = n_classes**2
    cell = np.asarray(reference, dtype=np.int64) * n_classes + predicted
    pairs, count = np.unique(np.stack([group, cell]), axis=1, return_counts=True)
    step = max(_CELLS_AT_ONCE // max(cells, n_groups), 1)
    values = []
    for at in range(0, n, step):
        times = random.multinomial(n_groups, chances, size=min(step, n - at))  # (draw, group)
        matrices = np.stack(
            [
                np.bincount(pairs[1], weights=often[pairs[0]] * count, minlength=cells)
                for often in times
            ]
        )  # (draw, cell)
        values.append(measure(matrices.reshape(-1, n_classes, n_classes)))
    return np.concatenate(values)


def _named(statistic: str) -> Statistic:
    measure = STATISTICS.get(statistic)
    if measure is None:
        raise UnknownNameError(
            "statistic",
            expected=f"one of {', '.join(STATISTICS)}",
            got=repr(statistic),
            advice="choose a name from the list",
        )
    return measure


def _interval(values: np.ndarray, level: float) -> np.ndarray:
    """Low and high ends over the draws, float64 (2, …)."""
    outside = (1 - level) / 2
    return np.asarray(np.quantile(values, [outside, 1 - outside], axis=0))


def _check(
    reference: np.ndarray, predictions: tuple[np.ndarray, ...], groups: np.ndarray, n_classes: int
) -> None:
    lengths = [len(array) for array in (reference, groups, *predictions)]
    fits = len(set(lengths)) == 1 and lengths[0] > 0
    if fits:
        classes = np.stack([reference, *predictions])
        fits = bool((classes >= 0).all() and (classes < n_classes).all())
    if not fits:
        raise LabelError(
            "bootstrap",
            expected=f"groups and class positions below {n_classes} of the same samples, "
            "at least one",
            got=f"lengths {', '.join(map(str, lengths))}",
            advice="pass the test samples of runs that share a legend",
        )


__all__ = [
    "DRAWS",
    "LEVEL",
    "bootstrap_difference",
    "bootstrap_f1_differences",
    "bootstrap_interval",
]
