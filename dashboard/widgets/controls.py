"""Inputs that show the state and change it: the state is the truth, not the widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard.state import State, change, current

_PREFIX = "choose."


def follow(field: str, value: Any) -> str:
    """Make a widget show a value of the state.

    The value is set in every run of the page: a widget that comes back while an earlier run is
    being cut short would else begin at its own default, and report that as a choice.

    Returns:
        Its key.
    """
    key = f"{_PREFIX}{field}"
    st.session_state[key] = value
    return key


def pick(
    label: str,
    field: str,
    options: Sequence[Any],
    name: Callable[[Any], str],
    *,
    value: Any,
    resets: Sequence[str] = (),
    kind: Callable[..., Any] = st.selectbox,
    **others: Any,
) -> None:
    """One of several, kept in a field of the state.

    Args:
        label: What is chosen.
        field: Field of the state.
        options: What there is; 0 or an empty text stands for none.
        name: How an option is called; data, not markdown.
        value: The option that is chosen now.
        resets: Fields that make no sense any more once another one is chosen.
        kind: Which widget shows it.
        others: Further arguments of the widget.
    """
    key = follow(field, value)
    kind(
        label,
        options,
        key=key,
        format_func=name,
        on_change=_push,
        args=(field, tuple(resets), options),
        **others,
    )


def slide(label: str, field: str, low: float, high: float, step: float) -> None:
    """A number, kept in a field of the state."""
    key = follow(field, getattr(current(), field))
    st.slider(label, low, high, step=step, key=key, on_change=_slid, args=(field,))


def _slid(field: str) -> None:
    change(**{field: st.session_state[f"{_PREFIX}{field}"]})


def _push(field: str, resets: Sequence[str], options: Sequence[Any]) -> None:
    value = st.session_state[f"{_PREFIX}{field}"]
    if value not in options:
        return  # a segment clicked again stays chosen; a browser may send a label of before
    usual = State()
    change(**{name: getattr(usual, name) for name in resets}, **{field: value or None})


__all__ = ["follow", "pick", "slide"]
