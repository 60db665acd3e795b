"""The same training with several seeds, which becomes an ensemble as soon as all are done.

Each member remembers what it is for, so that nobody has to wait: whichever is done last puts all
together, in its own process.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cropcore.archives import is_plain
from cropcore.errors import CropcoreError
from cropcore.prediction import MOST_MEMBERS
from cropcore.training.record import TrainingRequest
from cropcore.training.run import FINAL, Run, create_run, must_be_free, open_run

_PLAN = "together.json"


@dataclass(frozen=True)
class Plan:
    """An ensemble to be."""

    name: str
    members: tuple[str, ...]
    """What its members are called; they lie beside it."""


def seeded(request: TrainingRequest, count: int) -> list[TrainingRequest]:
    """The same request with so many seeds, all on the split of the first.

    Raises:
        SettingError: A seed grows too large.
    """
    split = request.sampling_seed
    same = request.model_dump() | {"split_seed": split}
    return [
        TrainingRequest.parse(same | {"seed": request.seed + number}, "training request")
        for number in range(count)
    ]


def place_of(out: Path, request: TrainingRequest) -> Path:
    """Where a member of the ensemble at ``out`` lies."""
    return out.with_name(f"{out.name}-seed{request.seed}")


def places_beside(out: Path, request: TrainingRequest, count: int) -> list[Path]:
    """Where the members of an ensemble at ``out`` go.

    Raises:
        RunError: There is something at one of these places, or at ``out``.
    """
    places = [place_of(out, one) for one in seeded(request, count)]
    for place in (out, *places):
        must_be_free(place)
    return places


def create_members(out: Path, request: TrainingRequest, count: int) -> list[Run]:
    """Make the run folders of an ensemble that comes about at ``out`` when all are trained.

    Raises:
        RunError: There is something at one of their places, or at ``out``.
        StorageError: The disk refused.
    """
    places = places_beside(out, request, count)
    plan = {"name": out.name, "members": [place.name for place in places]}
    runs = []
    for place, one in zip(places, seeded(request, count), strict=True):
        run = create_run(place, one)
        run.write_json(_PLAN, plan)
        runs.append(run)
    return runs


def plan_of(run: Run) -> Plan | None:
    """The ensemble that a run is meant for; ``None`` for a run of its own, or a damaged plan."""
    with suppress(CropcoreError):
        content = run.read_json(_PLAN)
        name, members = content.get("name"), content.get("members")
        if not isinstance(members, list) or not 2 <= len(members) <= MOST_MEMBERS:
            return None
        if all(isinstance(item, str) and is_plain(item) for item in (name, *members)):
            return Plan(str(name), tuple(members))
    return None


def tell_members(run: Run, before: str) -> None:
    """Let the other members of an ensemble to be know that a run has got another name.

    Raises:
        StorageError: The disk refused.
    """
    plan = plan_of(run)
    if plan is None:
        return
    members = [run.folder.name if name == before else name for name in plan.members]
    for name in members:
        other = Run(run.folder.with_name(name))
        if plan_of(other) == plan:
            other.write_json(_PLAN, {"name": plan.name, "members": members})


def put_together(run: Run, begin: Callable[[], object]) -> Run | None:
    """Build the ensemble that a run is meant for, where this was the last member to be done.

    Args:
        run: A run that has just been trained.
        begin: Called before the work begins.

    Returns:
        The ensemble; ``None`` where there is none to be, others are still to come, or it is there.

    Raises:
        RunError: A member is gone or the members do not fit together.
        StorageError: The disk refused.
    """
    plan = plan_of(run)
    if plan is None:
        return None
    out = run.folder.with_name(plan.name)
    members = [open_run(run.folder.with_name(name)) for name in plan.members]
    if out.exists() or not all(is_over(member) for member in members):
        return None
    from cropcore.training.ensembles.building import build_ensemble

    begin()
    try:
        return build_ensemble(members, out)
    except CropcoreError:
        if out.exists():  # another member was done in the same moment
            return None
        raise


def is_over(run: Run) -> bool:
    """Whether a run was trained to its end and measured: nothing is written to it any more."""
    model = run.record.models.get(FINAL)
    return model is not None and model.complete and (run.folder / "metrics.json").is_file()


__all__ = [
    "Plan",
    "create_members",
    "is_over",
    "place_of",
    "places_beside",
    "plan_of",
    "put_together",
    "seeded",
    "tell_members",
]
