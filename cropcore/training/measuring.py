"""How well a run does on samples its models never saw, and beside a random forest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cropcore.accuracy import assess, bootstrap_difference, bootstrap_interval
from cropcore.confidence import expected_calibration_error, softmax
from cropcore.legend import Legend
from cropcore.models.random_forest import RandomForest
from cropcore.prediction import PatchPredictor, Predictor, answers
from cropcore.samples import Samples, Split
from cropcore.training.ensembles.testing import test_together
from cropcore.training.figures import MEASURES
from cropcore.training.fitting import Stop, Task, class_indices, fit
from cropcore.training.gathering import FEW, read_again
from cropcore.training.record import DataRecord
from cropcore.training.run import FINAL, Run
from cropcore.training.tested import Tested

_STATISTICS = ("overall_accuracy", "macro_f1")


def evaluate_run(run: Run, folder: Path | None = None) -> dict[str, Any]:
    """Measure a finished run again from its data and its stored models.

    Args:
        run: A finished run.
        folder: The workspace in which its data may lie, if not the usual one.

    Raises:
        RunError: The run is unfinished, or its data are not those it learnt from.
        InputError: The data cannot be read any more.
    """
    return report(retest(run, folder), run.described)


def retest(run: Run, folder: Path | None = None) -> Tested:
    """Let the stored models of a run answer again; those of an ensemble's members together.

    Args:
        run: A finished run.
        folder: The workspace in which its data may lie, if not the usual one.

    Raises:
        RunError: The run is unfinished, or its data are not those it learnt from.
        InputError: The data cannot be read any more.
    """
    record = run.finished
    if record.ensemble is None:
        samples, data, splits = read_again(run, folder)
        return test_members(run, samples, splits, data)
    found = test_together([retest(member, folder) for member in run.members], run.members)
    return found.combined(record.ensemble, record.models[FINAL].temperature)


def test_members(
    run: Run, samples: Samples, splits: Mapping[str, Split], data: DataRecord
) -> Tested:
    """Let each stored model of a run predict the samples it never saw."""
    stored = {name: run.predictor(name) for name in _with_tests(splits)}
    return _test(stored, samples, splits, data.legend)


def test_baseline(
    run: Run, samples: Samples, splits: Mapping[str, Split], data: DataRecord, stop: Stop
) -> Tested:
    """Fit a random forest on each of the same splits and let it predict the same samples.

    Raises:
        CancelledError: It was stopped.
    """
    request = run.record.request
    forests = {}
    for name, split in _with_tests(splits).items():
        forest = RandomForest.parse(RandomForest.presets.get(request.preset, {}), "baseline")
        task = Task(forest, request.training, data, samples, split, request.seed, run.folder)
        forests[name] = fit(task, lambda row: None, stop).predictor
    return _test(forests, samples, splits, data.legend)


def report(tested: Tested, data: DataRecord) -> dict[str, Any]:
    """Everything that belongs to an accuracy: the figures, split, counts, intervals and spread.

    Returns:
        The keys of :func:`cropcore.accuracy.assess`, and ``ece``, ``split``, ``grouped_by`` (what
        keeps samples together, in words), ``test_groups``, ``ci95``, ``notes`` (cautions in words),
        ``measures`` (accuracy, or agreement where labels come from a map) and, with folds,
        ``folds`` (figures of each) and ``spread`` (their deviation).
    """
    legend = data.legend
    names = np.unique(tested.fold)
    pooled = _figures(tested, legend, slice(None))
    n_groups = len(np.unique(tested.groups))
    pooled["split"] = _split(len(names), n_groups)
    pooled["grouped_by"] = data.grouped_by
    pooled["measures"] = MEASURES[data.label_origin]
    pooled["notes"] = _cautions(tested, legend)
    pooled["test_groups"] = n_groups
    pooled["ci95"] = {
        name: bootstrap_interval(
            tested.reference, tested.predicted, tested.groups, name, len(legend)
        )
        for name in _STATISTICS
    }
    if len(names) > 1:
        rows = [_figures(tested, legend, tested.fold == name) for name in names]
        pooled["folds"] = rows
        pooled["spread"] = {
            name: float(np.std([row[name] for row in rows], ddof=1)) for name in _STATISTICS
        }
    return pooled


def _split(n_folds: int, n_groups: int) -> str:
    if n_folds == 1:
        return "groups kept for testing"
    if n_folds == n_groups:
        return f"each of {n_groups} groups left out in turn, pooled"
    return f"{n_folds} folds by group, pooled"


def _cautions(tested: Tested, legend: Legend) -> list[str]:
    """What makes the figures say less than they seem to."""
    notes = []
    missing = [item.name for at, item in enumerate(legend) if not (tested.reference == at).any()]
    if missing:
        notes.append(f"No test sample of {', '.join(missing)}: macro F1 is over the other classes.")
    n_groups = len(np.unique(tested.groups))
    if n_groups < FEW:
        notes.append(
            f"Only {n_groups} groups were tested: what spreads between so few, and intervals over "
            "them, say little."
        )
    largest = int(np.unique(tested.groups, return_counts=True)[1].max())
    if largest * 2 > len(tested.groups):
        notes.append(f"One group holds {largest} of {len(tested.groups)} test samples.")
    return notes


def report_beside(tested: Tested, baseline: Tested, data: DataRecord) -> dict[str, Any]:
    """A baseline's report, and by how much the run is above it, with the interval."""
    mine, theirs = report(tested, data), report(baseline, data)
    above = {
        name: {
            "difference": mine[name] - theirs[name],
            "ci95": bootstrap_difference(
                tested.reference,
                tested.predicted,
                baseline.predicted,
                tested.groups,
                name,
                len(data.legend),
            ),
        }
        for name in _STATISTICS
    }
    return {"architecture": "random_forest", **theirs, "run_above": above}


def _figures(tested: Tested, legend: Legend, part: slice | np.ndarray) -> dict[str, Any]:
    probabilities, reference = tested.probabilities[part], tested.reference[part]
    predicted = tested.predicted[part]
    ece = expected_calibration_error(probabilities.max(axis=1), predicted == reference)
    return {**assess(reference, predicted, legend), "ece": ece}


def _with_tests(splits: Mapping[str, Split]) -> dict[str, Split]:
    return {name: split for name, split in splits.items() if len(split.test)}


def _test(
    predictors: Mapping[str, Predictor | PatchPredictor],
    samples: Samples,
    splits: Mapping[str, Split],
    legend: Legend,
) -> Tested:
    chosen = [splits[name].test for name in predictors]
    sizes = [len(part) for part in chosen]
    test = np.concatenate(chosen)
    temperatures = np.array([item.temperature for item in predictors.values()], np.float32)
    return Tested(
        ids=samples.ids[test].astype(str),
        groups=samples.groups[test].astype(str),
        fold=np.repeat(np.arange(len(chosen)), sizes),
        reference=class_indices(samples.codes[test], legend.codes),
        probabilities=np.concatenate(
            [
                softmax(answers(predictor, samples, part) / predictor.temperature)
                for predictor, part in zip(predictors.values(), chosen, strict=True)
            ]
        ).astype(np.float32),
        temperature=np.repeat(temperatures, sizes),
    )


__all__ = [
    "evaluate_run",
    "report",
    "report_beside",
    "retest",
    "test_baseline",
    "test_members",
]
