"""A training followed from outside: which model it is at, how long it may take, what it said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cropcore.training.history import History
from cropcore.training.record import RunRecord
from cropcore.training.run import FINAL

_TAIL = 2**18
"""Bytes at the end of a log that are looked at."""
_RECENT = 10
"""Epochs whose usual duration stands for the next."""
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Outlook:
    """How much fitting is left; measuring and the random forest come after it."""

    seconds_per_epoch: float
    at_least: float
    """Seconds if nothing improves any more."""
    at_most: float
    """Seconds if no model stops early."""


def members_of(record: RunRecord) -> tuple[str, ...]:
    """The models a run fits, in their order."""
    folds = record.request.folds or 0
    return (*(f"fold_{number}" for number in range(1, folds + 1)), FINAL)


def member_now(record: RunRecord) -> str:
    """The model that is being fitted, or the last one where all are."""
    for member in members_of(record):
        found = record.models.get(member)
        if found is None or not found.complete:
            return member
    return FINAL


def outlook(record: RunRecord, member: str, history: History) -> Outlook | None:
    """How much fitting is left, judged by the epochs so far.

    Args:
        record: Of a run that is being trained.
        member: The model it is at.
        history: That model's.

    Returns:
        ``None`` after a single epoch: it holds the start of TensorFlow and tells nothing.
    """
    spent = np.diff(history.columns["seconds"])
    if not len(spent):
        return None
    settings, done, order = record.request.training, len(history.epochs), members_of(record)
    each = max(float(np.median(spent[-_RECENT:])), 0.0)
    after = len(order) - 1 - order.index(member)
    shortest = min(settings.patience + 1, settings.epochs)
    stops = min(history.best_epoch + settings.patience, settings.epochs)
    return Outlook(
        each,
        each * (max(stops - done, 0) + after * shortest),
        each * (max(settings.epochs - done, 0) + after * settings.epochs),
    )


def read_log(folder: Path, lines: int = 200) -> str:
    """The last lines of a training's log, without whatever steers a terminal."""
    try:
        with (folder / "log.txt").open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - _TAIL, 0))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(_CONTROL.sub("", line) for line in text.split("\n")[-lines - 1 :]).strip("\n")


__all__ = ["Outlook", "member_now", "members_of", "outlook", "read_log"]
