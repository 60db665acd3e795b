"""What trainings say of themselves, in the language of the session: known texts, durations."""

from __future__ import annotations

import re

from cropcore.training.record import ModelRecord
from dashboard.i18n import t
from dashboard.widgets.text import plain

_STAGES = {
    "starting": "training.stage.queued",
    "reading the data": "training.stage.reading",
    "fitting": "training.stage.fitting",
    "measuring": "training.stage.measuring",
    "fitting a random forest to compare with": "training.stage.baseline",
    "putting the ensemble together": "training.stage.together",
    "groups kept for testing": "training.split.test",
}
_NUMBERED = {
    re.compile(r"fitting model (\d{1,3}) of (\d{1,3})"): "training.stage.member",
    re.compile(r"(\d{1,3}) folds by group, pooled"): "training.split.folds",
    re.compile(r"each of (\d{1,3}) groups left out in turn, pooled"): "training.split.each",
}


def told(text: str) -> str:
    """A stage or split in words; what is not known stays as it is, made harmless."""
    if text in _STAGES:
        return t(_STAGES[text])
    for pattern, key in _NUMBERED.items():
        if match := pattern.fullmatch(text):
            first, *last = match.groups()
            return t(key, number=first, count=last[0] if last else first)
    return plain(text)


def lasting(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 9.95:
        return t("training.seconds", seconds=f"{seconds:.1f}")
    if seconds < 90:
        return t("training.seconds", seconds=f"{seconds:.0f}")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return t("training.minutes", minutes=minutes, seconds=rest)
    return t("training.hours", hours=minutes // 60, minutes=minutes % 60)


def member_name(member: str) -> str:
    """What a model of a run is called."""
    number = member.removeprefix("fold_")
    return (
        t("training.member.final") if number == member else t("training.member.fold", number=number)
    )


def sets_of(model: ModelRecord) -> str:
    """How many samples a model learnt from, was watched on and was tested on."""
    return t(
        "training.sets",
        **{name: f"{model.samples.get(name, 0):,}" for name in ("train", "validation", "test")},
    )


__all__ = ["lasting", "member_name", "sets_of", "told"]
