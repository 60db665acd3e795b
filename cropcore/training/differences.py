"""Two runs figure by figure: by how much the second differs from the first, and how surely.

References:
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ISBN 978-0-412-04231-7 (paired,
    groups drawn whole).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cropcore.accuracy import (
    McNemar,
    bootstrap_difference,
    bootstrap_f1_differences,
    confusion_matrix,
)
from cropcore.accuracy.bootstrap import DRAWS, LEVEL
from cropcore.confidence.calibration import N_BINS, bin_of
from cropcore.confidence.grouped import sums_by_group
from cropcore.legend import Legend
from cropcore.training.comparing import Pair, compare_runs, pair_runs, vote_by_group
from cropcore.training.run import Run
from cropcore.training.tested import Tested

SINGLE = ("overall_accuracy", "macro_f1", "kappa", "ece")


@dataclass(frozen=True)
class Difference:
    """One figure of two runs."""

    name: str
    """One of :data:`SINGLE`, or ``f1`` of a class."""
    a: float
    b: float
    ci95: tuple[float, float]
    """95 % interval of b minus a."""
    code: int = 0
    """Legend code of the class; 0 where the figure is of all classes."""
    support: int = 0
    """Test samples behind it."""

    @property
    def delta(self) -> float:
        """By how much the second run differs from the first."""
        return self.b - self.a

    @property
    def certain(self) -> bool:
        """Whether its interval excludes no difference at all."""
        low, high = self.ci95
        return low > 0 or high < 0


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two runs on the samples that neither ever saw."""

    pair: Pair
    legend: Legend
    measures: str
    """Accuracy against reference data, or agreement with a map product."""
    differences: tuple[Difference, ...]
    confusion: tuple[np.ndarray, np.ndarray]
    """Of each run, int64 (true class, given class)."""
    votes: McNemar
    """One vote a group."""
    agreement: float
    """Share of samples given the same class by both."""
    groups: int


def compare_closely(run_a: Run, run_b: Run) -> Comparison:
    """Everything that :func:`compare_runs` tells, and kappa, calibration error and every class.

    Raises:
        RunError: As :func:`cropcore.training.comparing.pair_runs`.
    """
    found, pair, legend = (
        compare_runs(run_a, run_b),
        pair_runs(run_a, run_b),
        run_a.described.legend,
    )
    reference, n_classes = pair.reference, len(legend)
    predicted = pair.a.predicted, pair.b.predicted
    matrices = [confusion_matrix(reference, given, range(n_classes)) for given in predicted]
    second_less_first = (reference, predicted[1], predicted[0], pair.groups)
    intervals = {
        **found["ci95"],
        "kappa": bootstrap_difference(*second_less_first, "kappa", n_classes),
        "ece": _ece_interval(pair),
    }
    single = [
        Difference(name, found["a"][name], found["b"][name], intervals[name], support=len(pair))
        for name in SINGLE
    ]
    ends = bootstrap_f1_differences(*second_less_first, n_classes).tolist()
    by_class = [
        Difference("f1", a["f1"], b["f1"], (low, high), a["code"], a["support"])
        for a, b, (low, high) in zip(
            found["a"]["per_class"], found["b"]["per_class"], ends, strict=True
        )
    ]
    return Comparison(
        pair,
        legend,
        found["a"]["measures"],
        (*single, *by_class),
        (matrices[0], matrices[1]),
        vote_by_group(reference, *predicted, pair.groups),
        found["agreement"],
        found["groups"],
    )


def _ece_interval(pair: Pair) -> tuple[float, float]:
    """95 % interval of the calibration error of b minus that of a, over draws of whole groups."""
    size = np.unique(pair.groups, return_counts=True)[1]
    chances = np.full(len(size), 1 / len(size))
    times = np.random.default_rng(0).multinomial(len(size), chances, size=DRAWS)  # (draw, group)
    errors = [
        np.abs(times @ _gaps(tested, pair.groups)).sum(axis=1) / (times @ size)
        for tested in (pair.a, pair.b)
    ]
    outside = (1 - LEVEL) / 2
    low, high = np.quantile(errors[1] - errors[0], [outside, 1 - outside])
    return float(low), float(high)


def _gaps(tested: Tested, groups: np.ndarray) -> np.ndarray:
    """Confidence less accuracy, summed over the samples of each group and bin, (group, bin)."""
    confidence = tested.probabilities.max(axis=1).astype(np.float64)
    gap = confidence - (tested.predicted == tested.reference)
    return sums_by_group(gap, groups, bin_of(confidence), N_BINS)


__all__ = ["SINGLE", "Comparison", "Difference", "compare_closely"]
