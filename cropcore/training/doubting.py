"""Which labels of a run's test samples are likely wrong, by what its models answered."""

from __future__ import annotations

from typing import Any

from cropcore.samples import find_suspects
from cropcore.training.run import Run


def doubt_labels(run: Run) -> list[dict[str, Any]]:
    """Test samples whose label a model that never saw them hardly believes, the worst first.

    With folds these are of all samples, else of those kept for testing.

    Args:
        run: A run that was measured.

    Returns:
        For each its ``id``, ``group``, ``label`` and ``suggested`` class, and the calibrated
        probabilities of both, ``p_label`` and ``p_suggested``.

    Raises:
        RunError: The run was never measured, or its answers are damaged.
    """
    tested, names = run.tested(), run.described.legend.names
    rows = []
    for at in find_suspects(tested.probabilities, tested.reference):
        label, suggested = tested.reference[at], tested.predicted[at]
        rows.append(
            {
                "id": str(tested.ids[at]),
                "group": str(tested.groups[at]),
                "label": names[label],
                "suggested": names[suggested],
                "p_label": float(tested.probabilities[at, label]),
                "p_suggested": float(tested.probabilities[at, suggested]),
            }
        )
    return rows


__all__ = ["doubt_labels"]
