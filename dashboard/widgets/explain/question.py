"""What is asked about a pixel: which class, against which other one, by which method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from cropcore.explain import Explanation
from cropcore.legend import LegendClass
from dashboard.i18n import class_name, t
from dashboard.pixel import Judged
from dashboard.state import current, reject, settle
from dashboard.widgets.controls import pick
from dashboard.widgets.text import plain

_UNITS = (("share", "share"), ("lost", "lost"), ("deviation", "deviation"))
"""Words in a unit of the library, and which of our words stand for it."""


@dataclass(frozen=True)
class Question:
    """Why this class, and not that one."""

    target: LegendClass
    contrast: LegendClass | None

    @property
    def aim(self) -> tuple[int, ...]:
        """Legend codes."""
        return (self.target.code, *([self.contrast.code] if self.contrast else []))

    @property
    def words(self) -> str:
        """The question; markdown."""
        names = {"target": plain(class_name(self.target))}
        if self.contrast is None:
            return t("why", **names)
        return t("why.against", **names, contrast=plain(class_name(self.contrast)))


def question_of(found: Judged) -> Question:
    """What is asked: about the predicted class where nobody chose one that the run knows."""
    classes = {item.code: item for item, _, _ in found.ranking}
    for name in ("target", "contrast"):
        code = getattr(current(), name)
        if code is not None and code not in classes:
            reject(name, str(code))
            settle(**{name: None})
    target = classes.get(current().target or 0, found.winner)
    contrast = classes.get(current().contrast or 0)
    return Question(target, None if contrast == target else contrast)


def choose_classes(found: Judged, question: Question) -> None:
    """Fields for the class and the one it is held against."""
    classes = {item.code: item for item, _, _ in found.ranking}

    def name(code: int) -> str:
        if code == 0:
            return t("why.contrast.none")
        text = class_name(classes[code])
        return t("why.predicted", name=text) if code == found.winner.code else text

    left, right = st.columns(2)
    with left:
        pick(t("why.target"), "target", list(classes), name, value=question.target.code)
    with right:
        others = [0, *(code for code in classes if code != question.target.code)]
        value = question.contrast.code if question.contrast else 0
        pick(t("why.contrast"), "contrast", others, name, value=value)


def choose_method(field: str, methods: Sequence[str], usual: str) -> str:
    """A field for the method.

    Args:
        field: Of the state.
        methods: What there is to choose from.
        usual: What is taken where none of them is chosen.
    """
    chosen = getattr(current(), field)
    method = chosen if chosen in methods else usual
    pick(t("why.method"), field, methods, lambda name: t(f"method.{name}"), value=method)
    return method


def unit_words(unit: str) -> str:
    """What a value of 1 means, in short.

    Args:
        unit: The library's own words.
    """
    return t(f"why.unit.{next((ours for word, ours in _UNITS if word in unit), 'logits')}")


def reasons_in_words(told: Explanation) -> str:
    """The strongest reasons, and of whom they are; markdown."""
    items = [
        t("why.alt.item", band=plain(cell.band), date=cell.day.isoformat(), value=cell.told(2))
        for cell in told.strongest(3)
    ]
    text = t("why.alt", first=", ".join(items), target=plain(class_name(told.target)))
    if told.explained:
        names = plain(", ".join(told.explained))
        text += " " + t("why.members", count=len(told.explained), names=names)
    if told.has_spread:
        text += " " + t(f"why.spread.{told.spread_over}")
    if told.silent:
        text += " " + t("why.silent", names=plain(", ".join(told.silent)))
    residual = told.attribution.residual
    if residual is None:
        return text
    return f"{text} {t('why.residual', share=f'{abs(float(residual[0])):.1%}')}"


__all__ = [
    "Question",
    "choose_classes",
    "choose_method",
    "question_of",
    "reasons_in_words",
    "unit_words",
]
