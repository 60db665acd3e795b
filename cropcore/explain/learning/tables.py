"""What is known of a network's learning, as CSV to take away."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence

from cropcore.explain.learning.milestones import Milestone
from cropcore.legend import Legend
from cropcore.training.history import COLUMNS, History


def curves_csv(history: History) -> str:
    """A row per epoch: losses, macro F1, learning rate."""
    rows = zip(*(history.columns[name].tolist() for name in COLUMNS), strict=True)
    return as_csv(COLUMNS, ([number(value) for value in row] for row in rows))


def class_f1_csv(history: History, legend: Legend) -> str:
    """A row per class and epoch: F1 on the validation samples."""
    names = {item.code: item.name for item in legend}
    rows = (
        (code, names.get(code, ""), epoch, number(f1))
        for code, column in zip(history.codes, history.class_f1.T.tolist(), strict=True)
        for epoch, f1 in enumerate(column, start=1)
    )
    return as_csv(("code", "name", "epoch", "val_f1"), rows)


def milestones_csv(found: Sequence[Milestone], legend: Legend, counts: Mapping[int, int]) -> str:
    """A row per class: when it was learnt and how far it fell.

    Args:
        found: The classes in their order.
        legend: Their names.
        counts: Validation samples of each class, where known.
    """
    names = {item.code: item.name for item in legend}
    header = (
        "code", "name", "validation_samples", "learnt_epoch", "best_f1", "kept_f1",
        "largest_fall_f1", "fall_from_epoch", "fall_to_epoch",
    )  # fmt: skip
    rows = (
        (
            one.code, names.get(one.code, ""), counts.get(one.code, ""), one.learnt or "",
            number(one.best), number(one.kept), number(one.drop), one.drop_from, one.drop_to,
        )
        for one in found
    )  # fmt: skip
    return as_csv(header, rows)


def number(value: float) -> str:
    """Six digits; empty where there is no number."""
    return "" if math.isnan(value) else f"{value:.6g}"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows below a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


__all__ = ["as_csv", "class_f1_csv", "curves_csv", "milestones_csv", "number"]
