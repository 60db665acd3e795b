"""One input for each setting: it shows the draft and changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.i18n import TABLES, language, t
from dashboard.widgets.text import plain
from dashboard.widgets.training.draft import drafted, redraft
from dashboard.widgets.training.fields import Field


def show_setting(field: Field) -> None:
    """The input of a hyperparameter or training setting."""
    draft = drafted()
    value = field.shown(draft.changes.get(field.name, field.usual))
    key = f"set.{draft.edition}.{draft.architecture}.{draft.preset}.{field.name}"
    label, usual = _label(field), str(field.shown(field.usual))
    others: dict[str, Any] = {
        "key": key,
        "on_change": _set,
        "args": (field, key),
        "help": _help(field),
    }
    match field.kind:
        case "yes_no":
            st.toggle(label, bool(value), **others)
        case "choice":
            at = field.choices.index(value) if value in field.choices else 0
            st.selectbox(label, list(field.choices), at, format_func=str, **others)
        case "integer":
            step = int(field.step)
            st.number_input(label, value=value, step=step, placeholder=usual, **others)
        case "number":
            given = None if value is None else float(value)
            st.number_input(
                label, value=given, step=field.step, format="%g", placeholder=usual, **others
            )
        case "text":
            st.text_input(label, value, placeholder=usual, **others)


def show_option(name: str) -> None:
    """The input of something to say about the data: a column, or bands with commas between."""
    draft = drafted()
    value, key = getattr(draft.options, name), f"option.{draft.edition}.{draft.about}.{name}"
    st.text_input(
        t(f"training.option.{name}"),
        ", ".join(value) if isinstance(value, tuple) else value or "",
        key=key,
        placeholder=t(f"training.option.{name}.usual"),
        on_change=_say,
        args=(name, key),
    )


def bound(name: str) -> dict[str, Any]:
    """What makes a widget change a field of the draft, whose value it is given to begin with.

    Such a widget keeps what people type even while an earlier run of the page still comes in; it
    begins anew with every edition of the draft.
    """
    key = f"draft.{drafted().edition}.{name}"
    return {"key": key, "on_change": _take, "args": (name, key)}


def _set(field: Field, key: str) -> None:
    value = field.typed(st.session_state[key])
    redraft(changes={**drafted().changes, field.name: value})


def _say(name: str, key: str) -> None:
    text = st.session_state[key].strip()
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    said: dict[str, Any] = {name: (parts if name == "bands" else text) or None}
    redraft(options=replace(drafted().options, **said))


def _take(name: str, key: str) -> None:
    value = st.session_state[key]
    if value is None and name == "seed":
        value = 0
    redraft(**{name: value})


def _label(field: Field) -> str:
    """In the language of this session where the setting is known, else as the model says."""
    key = f"training.set.{field.name}"
    return t(key) if key in TABLES[language()] else plain(field.description)


def _help(field: Field) -> str:
    usual = field.shown(field.usual)
    values = {"name": plain(field.name), "usual": plain(f"{usual}")}
    if not field.span:
        return t("training.set.help.plain", **values)
    return t("training.set.help", span=plain(field.span), **values)


__all__ = ["bound", "show_option", "show_setting"]
