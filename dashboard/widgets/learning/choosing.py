"""Whose learning is looked at: a run, still being trained or not, and one of its models."""

from __future__ import annotations

from cropcore.models import ARCHITECTURES
from cropcore.training.record import RunRecord
from cropcore.training.run import FINAL
from cropcore.training.watching import member_now, members_of
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.state import current, reject, settle
from dashboard.widgets.controls import pick

RUNNING = ("queued", "running")
_OF_A_RUN = ("member", "epoch", "part", "look", "classes", "hidden", "target", "contrast")


def choose_learner(region: RegionEntry) -> RunEntry | None:
    """The run; also one that is still being trained, or was stopped before it had a model."""
    runs = _learners(region)
    chosen = next((run for run in runs if run.id == current().run), None)
    if chosen is None and current().run is not None:
        reject("run", str(current().run))
    if chosen is None and runs:
        chosen = next((run for run in runs if not is_forest(run)), runs[0])
    settle(run=chosen.id if chosen else None)
    if chosen:
        names = {run.id: _name(run) for run in runs}
        pick(
            t("pick.run"),
            "run",
            list(names),
            names.__getitem__,
            value=chosen.id,
            resets=_OF_A_RUN,
        )
    return chosen


def choose_member(run: RunEntry, record: RunRecord) -> str:
    """One of the models that a run fits; the final one where there are no others."""
    members = members_of(record)
    wanted = current().member
    if wanted is not None and wanted not in members:
        reject("member", wanted)
        settle(member=None)
        wanted = None
    usual = FINAL if run.state not in RUNNING else member_now(record)
    member = wanted or usual
    if len(members) > 1:
        pick(
            t("learning.member"),
            "member",
            (FINAL, *(name for name in members if name != FINAL)),
            member_name,
            value=member,
            resets=("epoch",),
        )
    return member


def member_name(member: str) -> str:
    """What people call one of a run's models."""
    if member == FINAL:
        return t("learning.member.final")
    return t("learning.member.fold", number=member.removeprefix("fold_"))


def is_forest(run: RunEntry) -> bool:
    """Whether it has trees, which learn without epochs, or is made of runs that learnt before."""
    known = run.architecture in ARCHITECTURES
    trees = known and ARCHITECTURES[run.architecture].kind == "trees"
    return trees or is_ensemble(run)


def is_ensemble(run: RunEntry) -> bool:
    """Whether it is made of other runs."""
    return run.record is not None and run.record.ensemble is not None


def network_beside(region: RegionEntry) -> RunEntry | None:
    """The first run of a network, to look at instead of trees."""
    return next((run for run in _learners(region) if not is_forest(run)), None)


def _learners(region: RegionEntry) -> list[RunEntry]:
    """Usable runs, best first, and then the others that learn from this region."""
    catalog = cache.catalog()
    others = [run for run in catalog.runs if not run.usable and run.learnt_from(region)]
    return [*catalog.runs_for(region), *others]


def _name(run: RunEntry) -> str:
    score = f" · F1 {run.scores.macro_f1:.2f}" if run.scores else ""
    state = "" if run.usable else f" · {t('learning.unfinished')}"
    return f"{run.id} · {run.architecture}{score}{state}"


__all__ = [
    "RUNNING",
    "choose_learner",
    "choose_member",
    "is_ensemble",
    "is_forest",
    "member_name",
    "network_beside",
]
