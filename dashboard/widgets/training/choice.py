"""Which run is shown, and short notes on what was done to one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.state import State, change

_NOTES = "training.notes"
_OF_A_RUN = ("member", "epoch", "classes", "hidden", "target", "contrast", "cell")


def choose(run: str | None, **others: Any) -> None:
    """Show a run; what was chosen about the one before makes no sense any more.

    Args:
        run: Its id; ``None`` for the one that is shown unless somebody chooses.
        others: Further fields of the state.
    """
    usual = State()
    change(**{name: getattr(usual, name) for name in _OF_A_RUN}, run=run, **others)


def note(text: str) -> None:
    """Tell something when the page is shown again; what a callback shows itself may get lost."""
    st.session_state[_NOTES] = (*st.session_state.get(_NOTES, ()), text)


def show_notes() -> None:
    """Show what was noted, once."""
    for text in st.session_state.pop(_NOTES, ()):
        st.toast(text, icon=":material/check:")


__all__ = ["choose", "note", "show_notes"]
