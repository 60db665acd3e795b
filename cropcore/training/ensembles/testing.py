"""What all members of an ensemble answered for the samples that none of them ever saw."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from cropcore.confidence import softmax
from cropcore.errors import RunError
from cropcore.prediction import Combination
from cropcore.training.comparing import join_groups
from cropcore.training.run import Run
from cropcore.training.tested import Tested

_ADVICE = (
    "train the members with one --split-seed and equal shares of test and validation samples, or "
    "with --folds"
)
FEWEST = 10
"""Samples, of two groups or more, that a rule is fitted or measured on."""


@dataclass(frozen=True, eq=False)
class Together:
    """Answers of several models for the same samples."""

    first: Tested
    """The samples, as the first member knows them, in groups that no member tears apart."""
    probabilities: np.ndarray
    """Calibrated, float32 (member, sample, class)."""

    def combined(self, combination: Combination, temperature: float) -> Tested:
        """What the ensemble answers, as its predictor would."""
        logits = combination(self.probabilities).astype(np.float32)
        return replace(
            self.first,
            probabilities=softmax(logits / temperature).astype(np.float32),
            temperature=np.full(len(self.first), temperature, np.float32),
        )


def line_up(answers: Sequence[Tested], runs: Sequence[Run], what: str) -> Together:
    """The samples that all members answered for, in one order.

    Raises:
        RunError: They are too few, or are labelled differently.
    """
    ids = reduce(np.intersect1d, (item.ids for item in answers))
    lined = [item.take(_positions(item.ids, ids)) for item in answers]
    first = lined[0]
    for other, run in zip(lined[1:], runs[1:], strict=True):
        differing = ids[other.reference != first.reference]
        if len(differing):
            raise RunError(
                run.folder,
                expected="the same label for every sample as in the other members",
                got=f"another for sample {str(differing[0])!r}",
                advice="put runs together that learnt from the same labels",
            )
    groups = first.groups
    if any((item.groups != groups).any() for item in lined[1:]):
        groups = reduce(join_groups, (item.groups for item in lined)).astype(str)
    fold = np.unique(first.fold, return_inverse=True)[1]
    if any((np.unique(item.fold, return_inverse=True)[1] != fold).any() for item in lined[1:]):
        fold = np.zeros_like(fold)
    first = replace(first, groups=groups, fold=fold)
    check_enough(first, runs, what)
    return Together(first, np.stack([item.probabilities for item in lined]))


def check_enough(first: Tested, runs: Sequence[Run], what: str) -> None:
    """Refuse figures and weights that would rest on next to nothing.

    Raises:
        RunError: They would.
    """
    n_groups = len(np.unique(first.groups))
    if len(first) < FEWEST or n_groups < 2:
        raise RunError(
            ", ".join(run.folder.name for run in runs),
            expected=f"at least {FEWEST} samples of 2 groups that {what}",
            got=f"{len(first)} of {n_groups}",
            advice=_ADVICE,
        )


def test_together(answers: Sequence[Tested], runs: Sequence[Run]) -> Together:
    """What members answered for samples that each of them kept for testing.

    Groups in which the rule was fitted are left out; with folds there are such.

    Args:
        answers: Of each member, for samples its models never saw.
        runs: The members.

    Raises:
        RunError: These samples are too few.
    """
    found = line_up(answers, runs, "every member kept for testing")
    fitted = np.isin(found.first.ids, validation_ids(runs))
    kept = ~np.isin(found.first.groups, found.first.groups[fitted])
    found = Together(found.first.take(kept), found.probabilities[:, kept])
    check_enough(found.first, runs, "every member kept for testing")
    return found


def validation_ids(runs: Sequence[Run]) -> np.ndarray:
    """Samples that every member kept for validation, and so none learnt from, str (sample,)."""
    found = [
        np.array([row["id"] for row in read_split(run) if row["set"] == "validation"], dtype=str)
        for run in runs
    ]
    return reduce(np.intersect1d, found)


def read_split(run: Run) -> list[dict[str, str]]:
    """The rows of a run's ``split.csv``.

    Raises:
        RunError: It is missing or no text.
    """
    return list(csv.DictReader(io.StringIO(run.read_text("split.csv"))))


def _positions(ids: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    order = np.argsort(ids)
    return np.asarray(order[np.searchsorted(ids, wanted, sorter=order)])


__all__ = [
    "FEWEST",
    "Together",
    "check_enough",
    "line_up",
    "read_split",
    "test_together",
    "validation_ids",
]
