"""Which labels of a run's test samples are likely wrong, by what its models answered.

Pixels of a parcel share one label, which was given once: they are asked together, by the mean of
their probabilities. Where groups are no parcels (spatial blocks, farms), or samples are no pixels,
each sample is asked by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from cropcore.legend import LegendClass
from cropcore.samples import find_suspects
from cropcore.training.run import Run
from cropcore.training.tested import Tested

_PIXEL = re.compile(r"\d{1,7}_\d{1,7}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Suspect:
    """A label that models which never saw its parcel or sample hardly believe."""

    id: str
    """Name of the parcel, or of the sample where it stands alone."""
    group: str
    label: LegendClass
    suggested: LegendClass
    p_label: float
    """Mean calibrated probability of the label."""
    p_suggested: float
    samples: tuple[str, ...]
    """Names of the test samples that share the label: pixels as ``row_col``."""

    @property
    def pixels(self) -> np.ndarray | None:
        """Row and column of each pixel, int64 (sample, 2); ``None`` for samples of a table."""
        if not all(_PIXEL.fullmatch(name) for name in self.samples):
            return None
        return np.array([name.split("_") for name in self.samples], dtype=np.int64)

    def to_json(self) -> dict[str, Any]:
        """An element of the command line's ``suspects``."""
        return {
            "id": self.id,
            "group": self.group,
            "label": self.label.name,
            "suggested": self.suggested.name,
            "p_label": self.p_label,
            "p_suggested": self.p_suggested,
            "samples": len(self.samples),
        }


@dataclass(frozen=True, eq=False)
class Doubts:
    """The suspects among what a run was tested on, the least credible label first."""

    suspects: tuple[Suspect, ...]
    of: int
    """Parcels or samples that were tested."""
    parcels: bool
    """Whether they are parcels, each with all its tested pixels."""
    complete: bool
    """Whether every labelled one was tested, as with folds; else only those kept for testing."""


def doubt_labels(run: Run) -> Doubts:
    """The labels that models which never saw them hardly believe.

    Args:
        run: A run that was measured.

    Raises:
        RunError: The run was never measured, or its answers are damaged.
    """
    tested, legend = run.tested(), run.described.legend.classes
    parcels = _are_parcels(tested)
    asked = tested.groups if parcels else tested.ids
    names, first, unit = np.unique(asked, return_index=True, return_inverse=True)
    size = np.bincount(unit)
    total = [np.bincount(unit, weights=column) for column in tested.probabilities.T]
    probabilities = np.stack(total, axis=1) / size[:, None]  # (unit, class)
    labels = tested.reference[first]
    members = np.split(np.argsort(unit, kind="stable"), np.cumsum(size)[:-1])
    suspects = []
    for at in find_suspects(probabilities, labels):
        label, suggested = labels[at], int(probabilities[at].argmax())
        suspects.append(
            Suspect(
                id=str(names[at]),
                group=str(tested.groups[first[at]]),
                label=legend[label],
                suggested=legend[suggested],
                p_label=float(probabilities[at, label]),
                p_suggested=float(probabilities[at, suggested]),
                samples=tuple(tested.ids[members[at]].tolist()),
            )
        )
    request = run.record.request
    complete = request.folds is not None or request.leave_one_out
    return Doubts(tuple(suspects), len(names), parcels, complete)


def _are_parcels(tested: Tested) -> bool:
    """Whether samples are pixels, and each of several groups of them bears one label."""
    if not all(_PIXEL.fullmatch(name) for name in tested.ids.tolist()):
        return False
    groups, group = np.unique(tested.groups, return_inverse=True)
    pairs = np.unique(np.stack([group, tested.reference]), axis=1)
    return pairs.shape[1] == len(groups) < len(tested)


__all__ = ["Doubts", "Suspect", "doubt_labels"]
