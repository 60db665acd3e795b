"""Runs that ask for the same and differ in their seed alone: how much chance has a say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cropcore.training.record import RunRecord, TrainingRequest


@dataclass(frozen=True)
class Family:
    """Runs that differ only in their seeds, in the order of these."""

    names: tuple[str, ...]
    """Of the runs, as they were given."""
    same_split: bool
    """Whether all were trained and tested on the same samples, so that training alone differs."""


def families(name: str, records: Iterable[tuple[str, RunRecord]]) -> tuple[Family, ...]:
    """The families of a run: those of its own split, and those each of a split of its own.

    Args:
        name: The run.
        records: Name and record of finished runs, itself among them.

    Returns:
        Those with two runs or more; of several runs on another split the first counts.
    """
    known = dict(records)
    own = known[name]
    same = [
        (record.request.seed, other)
        for other, record in known.items()
        if _seedless(record.request) == _seedless(own.request) and _legend(record) == _legend(own)
    ]
    ordered = [other for _, other in sorted(same)]
    mine = own.request.sampling_seed
    alike = [other for other in ordered if known[other].request.sampling_seed == mine]
    alike = list({known[other].request.seed: other for other in [*alike, name]}.values())
    by_split = {mine: name}
    for other in ordered:
        by_split.setdefault(known[other].request.sampling_seed, other)
    apart = sorted(by_split.values(), key=ordered.index)
    found = (Family(tuple(alike), same_split=True), Family(tuple(apart), same_split=False))
    return tuple(family for family in found if len(family.names) > 1)


def _seedless(request: TrainingRequest) -> TrainingRequest:
    return request.model_copy(update={"seed": 0, "split_seed": None})


def _legend(record: RunRecord) -> tuple[int, ...] | None:
    return record.data.legend.codes if record.data else None


__all__ = ["Family", "families"]
