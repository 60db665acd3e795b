"""Two runs side by side, on the labelled samples that neither of them ever saw.

References:
    McNemar (1947), Psychometrika 12, 153–157, doi:10.1007/BF02295996; Efron and Tibshirani (1993),
    An Introduction to the Bootstrap, ISBN 978-0-412-04231-7 (paired, groups drawn whole).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cropcore.accuracy import McNemar, assess, bootstrap_difference, mcnemar
from cropcore.confidence import expected_calibration_error
from cropcore.errors import RunError
from cropcore.training.figures import MEASURES
from cropcore.training.gathering import plan_splits, read_samples, split_table
from cropcore.training.locating import locate
from cropcore.training.measuring import Tested, test_members
from cropcore.training.record import DataRecord, TrainingRequest
from cropcore.training.run import Run

STATISTICS = ("overall_accuracy", "macro_f1")


@dataclass(frozen=True, eq=False)
class _Side:
    """One run's predictions for the samples its models never saw."""

    run: Run
    data: DataRecord
    ids: np.ndarray
    """Name of each sample, str (sample,)."""
    tested: Tested

    def take(self, at: np.ndarray) -> _Side:
        """The samples at these positions."""
        tested = self.tested
        part = Tested(
            tested.reference[at], tested.groups[at], tested.fold[at], tested.probabilities[at]
        )
        return _Side(self.run, self.data, self.ids[at], part)

    def figures(self) -> dict[str, Any]:
        """How well this run does on these samples."""
        record, tested = self.run.record, self.tested
        right = tested.predicted == tested.reference
        return {
            "run": str(self.run.folder),
            "name": record.name,
            "architecture": record.request.architecture,
            "measures": MEASURES[self.data.label_origin],
            **assess(tested.reference, tested.predicted, self.data.legend),
            "ece": expected_calibration_error(tested.probabilities.max(axis=1), right),
        }


def compare_runs(run_a: Run, run_b: Run, folder: Path) -> dict[str, Any]:
    """Measure two runs on the samples both keep for testing; with folds these are all samples.

    Args:
        run_a: The baseline.
        run_b: The other one.
        folder: The workspace, where imported runs find their data by name.

    Returns:
        ``a`` and ``b`` (figures of each, on the common samples), ``delta`` (b minus a), ``ci95``
        (its 95 % intervals, by a paired bootstrap over groups), ``mcnemar`` (one vote a group, see
        :func:`vote_by_group`), ``agreement`` (share of samples given the same class by both),
        ``n`` and ``groups``.

    Raises:
        RunError: A run is unfinished or has changed data, or the two cannot be compared: other
            regions, legends or labels, or too few common test samples.
        InputError: The data cannot be read any more.
    """
    records = (run_a.finished, run_b.finished)
    first, second = (locate(record.request, folder) for record in records)
    if Path(first.region) != Path(second.region):
        raise _unlike(run_a, run_b, "the same region", f"{first.region} and {second.region}")
    _check_legends(run_a, run_b)
    a, b = _common(_side(run_a, first), _side(run_b, second))
    groups = _joined(a.tested.groups, b.tested.groups)
    n_groups = len(np.unique(groups))
    if n_groups < 2:
        raise _unlike(
            run_a, run_b, "at least two groups of common test samples", f"{n_groups} group"
        )
    reference, n_classes = a.tested.reference, len(a.data.legend)
    predicted = a.tested.predicted, b.tested.predicted
    figures = a.figures(), b.figures()
    votes = vote_by_group(reference, *predicted, groups)
    return {
        "a": figures[0],
        "b": figures[1],
        "delta": {name: figures[1][name] - figures[0][name] for name in STATISTICS},
        "ci95": {
            name: bootstrap_difference(
                reference, predicted[1], predicted[0], groups, name, n_classes
            )
            for name in STATISTICS
        },
        "mcnemar": {"statistic": votes.statistic, "p": votes.p},
        "agreement": float((predicted[0] == predicted[1]).mean()),
        "n": len(reference),
        "groups": n_groups,
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


def _side(run: Run, request: TrainingRequest) -> _Side:
    """Let a run predict the samples it kept for testing.

    Raises:
        RunError: Its data are not those it learnt from, or fold models are missing.
    """
    before = run.described
    samples, data = read_samples(request, before.preparation)
    splits = plan_splits(request, samples)
    same = split_table(samples, splits) == run.read_text("split.csv")
    if not (same and data.legend == before.legend):
        raise RunError(
            request.region,
            expected=f"the samples that {run.record.name} learnt from, as its split.csv lists them",
            got="other samples, labels or groups",
            advice="restore the data or train a new run on them",
        )
    kept = {name: split for name, split in splits.items() if len(split.test)}
    model = "model.skops" if request.described().kind == "trees" else "model.keras"
    missing = [name for name in kept if not (run.member_folder(name) / model).is_file()]
    if missing:
        raise RunError(
            run.folder,
            expected="the models of all its folds, for each is tested on samples it never saw",
            got=f"none of {missing[0].replace('_', ' ')}",
            advice="export it again with --folds-too, or train it here",
        )
    tested = test_members(run, samples, splits, data)
    positions = np.concatenate([split.test for split in kept.values()])
    return _Side(run, data, samples.ids[positions], tested)


def _common(a: _Side, b: _Side) -> tuple[_Side, _Side]:
    """Both sides on the samples that both were tested on, in the same order."""
    _, at_a, at_b = np.intersect1d(a.ids, b.ids, return_indices=True)
    if not len(at_a):
        raise _unlike(
            a.run,
            b.run,
            "samples that neither has ever seen",
            "none in common",
            "train both with the same --seed and test_share, or with --folds",
        )
    a, b = a.take(at_a), b.take(at_b)
    differing = a.ids[a.tested.reference != b.tested.reference]
    if len(differing):
        got = f"another for sample {str(differing[0])!r}"
        raise _unlike(a.run, b.run, "the same label for every sample", got)
    return a, b


def _joined(groups_a: np.ndarray, groups_b: np.ndarray) -> np.ndarray:
    """The finest groups that tear apart no group of either run, int (sample,)."""
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


__all__ = ["STATISTICS", "compare_runs", "vote_by_group"]
