"""Which samples a training's curves stand on."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from cropcore.training.files import first_line, unreadable
from cropcore.training.run import FINAL, Run

SPLIT = "split.csv"
_PARTS = ("train", "validation")


@dataclass(frozen=True)
class Watched:
    """Samples and groups a network learnt from, and those it was watched on."""

    train: int
    train_groups: int
    validation: int
    validation_groups: int
    by_class: Mapping[int, int] = field(default_factory=dict)
    """Validation samples of each class, by legend code; empty where nothing was written down."""


def watched(run: Run, member: str = FINAL) -> Watched | None:
    """The samples behind the history of one of a run's models.

    Returns:
        ``None`` for a fold that is still being fitted: its split is written down with its model.

    Raises:
        RunError: ``split.csv`` is missing or damaged.
    """
    if member == FINAL:
        return _counted(run)
    model = run.record.models.get(member)
    if model is None:
        return None
    (train, in_train), (validation, in_validation) = (
        (model.samples.get(part, 0), model.groups.get(part, 0)) for part in _PARTS
    )
    return Watched(train, in_train, validation, in_validation)


def _counted(run: Run) -> Watched:
    """What ``split.csv`` says of the final model."""
    text = run.read_text(SPLIT)
    samples: Counter[str] = Counter()
    by_class: Counter[int] = Counter()
    groups: dict[str, set[str]] = {name: set() for name in _PARTS}
    try:
        for row in csv.DictReader(io.StringIO(text), strict=True):
            name = row["set"]
            samples[name] += 1
            if name in groups:
                groups[name].add(row["group"])
            if name == "validation":
                by_class[int(row["code"])] += 1
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise unreadable(run.folder / SPLIT, first_line(error)) from error
    in_train, in_validation = (len(groups[part]) for part in _PARTS)
    return Watched(samples["train"], in_train, samples["validation"], in_validation, by_class)


__all__ = ["Watched", "watched"]
