"""Two runs side by side, on the labelled samples that neither of them ever saw.

References:
    McNemar (1947), Psychometrika 12, 153–157, doi:10.1007/BF02295996; Efron and Tibshirani (1993),
    An Introduction to the Bootstrap, ISBN 978-0-412-04231-7 (paired, groups drawn whole).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cropcore.accuracy import McNemar, assess, bootstrap_difference, mcnemar
from cropcore.confidence import expected_calibration_error
from cropcore.errors import RunError
from cropcore.training.figures import MEASURES
from cropcore.training.locating import region_name
from cropcore.training.run import Run
from cropcore.training.tested import Tested

STATISTICS = ("overall_accuracy", "macro_f1")


@dataclass(frozen=True, eq=False)
class Pair:
    """What two runs answered for the samples that neither ever saw, in the same order."""

    a: Tested
    b: Tested
    groups: np.ndarray
    """The finest groups that tear apart no group of either run, int (sample,)."""

    def __len__(self) -> int:
        return len(self.a)

    @property
    def reference(self) -> np.ndarray:
        """Position of the true class in the legend, int (sample,)."""
        return self.a.reference


def pair_runs(run_a: Run, run_b: Run) -> Pair:
    """The samples that two runs both kept for testing; with folds these are all samples.

    Raises:
        RunError: A run is unfinished or was never measured, or the two cannot be compared: other
            regions, legends or labels, or too few common test samples.
    """
    names = [region_name(run.finished.request.region) for run in (run_a, run_b)]
    if names[0] != names[1]:
        raise _unlike(run_a, run_b, "the same region", f"{names[0]} and {names[1]}")
    _check_legends(run_a, run_b)
    a, b = run_a.tested(), run_b.tested()
    _, at_a, at_b = np.intersect1d(a.ids, b.ids, return_indices=True)
    if not len(at_a):
        raise _unlike(
            run_a,
            run_b,
            "samples that neither has ever seen",
            "none in common",
            "train both with the same --seed and test_share, or with --folds",
        )
    a, b = a.take(at_a), b.take(at_b)
    differing = a.ids[a.reference != b.reference]
    if len(differing):
        got = f"another for sample {str(differing[0])!r}"
        raise _unlike(run_a, run_b, "the same label for every sample", got)
    groups = join_groups(a.groups, b.groups)
    n_groups = len(np.unique(groups))
    if n_groups < 2:
        raise _unlike(
            run_a, run_b, "at least two groups of common test samples", f"{n_groups} group"
        )
    return Pair(a, b, groups)


def compare_runs(run_a: Run, run_b: Run) -> dict[str, Any]:
    """Measure two runs on the samples both kept for testing.

    Args:
        run_a: The baseline.
        run_b: The other one.

    Returns:
        ``a`` and ``b`` (figures of each, on the common samples), ``delta`` (b minus a), ``ci95``
        (its 95 % intervals, by a paired bootstrap over groups), ``mcnemar`` (one vote a group, see
        :func:`vote_by_group`), ``agreement`` (share of samples given the same class by both),
        ``n`` and ``groups``.

    Raises:
        RunError: As :func:`pair_runs`.
    """
    pair = pair_runs(run_a, run_b)
    reference, n_classes = pair.reference, len(run_a.described.legend)
    predicted = pair.a.predicted, pair.b.predicted
    figures = _figures(run_a, pair.a), _figures(run_b, pair.b)
    votes = vote_by_group(reference, *predicted, pair.groups)
    return {
        "a": figures[0],
        "b": figures[1],
        "delta": {name: figures[1][name] - figures[0][name] for name in STATISTICS},
        "ci95": {
            name: bootstrap_difference(
                reference, predicted[1], predicted[0], pair.groups, name, n_classes
            )
            for name in STATISTICS
        },
        "mcnemar": {"statistic": votes.statistic, "p": votes.p},
        "agreement": float((predicted[0] == predicted[1]).mean()),
        "n": len(pair),
        "groups": len(np.unique(pair.groups)),
    }


def vote_by_group(
    reference: np.ndarray, predicted_a: np.ndarray, predicted_b: np.ndarray, groups: np.ndarray
) -> McNemar:
    """McNemar's test with one vote a group, for samples of a group are no independent witnesses.

    A group votes for the model that gets more of its samples right, and abstains where both get
    equally many. Where every sample is a group of its own this is the usual test.

    Args:
        reference: True class of each sample.
        predicted_a: Class the first model gave.
        predicted_b: Class the second model gave.
        groups: Group of each sample.
    """
    group = np.unique(groups, return_inverse=True)[1]
    ahead = (predicted_a == reference).astype(np.int64) - (predicted_b == reference)
    vote = np.sign(np.bincount(group, weights=ahead))  # 1 for a, -1 for b
    return mcnemar(np.zeros(len(vote)), vote < 0, vote > 0)


def _figures(run: Run, tested: Tested) -> dict[str, Any]:
    """How well a run does on these samples."""
    record, data = run.record, run.described
    right = tested.predicted == tested.reference
    return {
        "run": str(run.folder),
        "name": record.name,
        "architecture": record.request.architecture,
        "measures": MEASURES[data.label_origin],
        **assess(tested.reference, tested.predicted, data.legend),
        "ece": expected_calibration_error(tested.probabilities.max(axis=1), right),
    }


def join_groups(groups_a: np.ndarray, groups_b: np.ndarray) -> np.ndarray:
    """The finest groups that tear apart no group of either run, int (sample,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    a, b = (np.unique(groups, return_inverse=True)[1] for groups in (groups_a, groups_b))
    n_a, size = int(a.max()) + 1, int(a.max() + b.max()) + 2
    links = coo_array((np.ones(len(a)), (a, n_a + b)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][a])


def _check_legends(run_a: Run, run_b: Run) -> None:
    a, b = ({item.name: item.code for item in run.described.legend} for run in (run_a, run_b))
    if a != b:
        odd = sorted(set(a) ^ set(b)) or sorted(name for name in a if a[name] != b[name])
        raise _unlike(run_a, run_b, "the same legend", f"others, see {', '.join(odd)}")


def _unlike(
    run_a: Run, run_b: Run, expected: str, got: str, advice: str = "compare runs of one region"
) -> RunError:
    where = f"{run_a.folder} and {run_b.folder}"
    return RunError(where, expected=expected, got=got, advice=advice)


__all__ = ["STATISTICS", "Pair", "compare_runs", "join_groups", "pair_runs", "vote_by_group"]
