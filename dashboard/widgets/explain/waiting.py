"""What comes later: shown when it is there, and the page says what it waits for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError as Cancelled
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from typing import Any, TypeVar

import streamlit as st

from cropcore.errors import CancelledError
from dashboard.cache.later import give_up
from dashboard.i18n import t

T = TypeVar("T")
PATIENCE = 0.8
"""Seconds that all answers together are waited for before the page is complete without them."""
_POLL, _STEP = 0.5, 0.1
_WAITING, _UNTIL = "explain.waiting", "explain.until"


def begin() -> None:
    """Give up what an earlier question has not come to yet."""
    for future in st.session_state.get(_WAITING, ()):
        give_up(future)
    st.session_state[_WAITING] = []
    st.session_state[_UNTIL] = time.monotonic() + PATIENCE


def come(ask: Callable[[], Future[T]], words: str) -> T | None:
    """An answer, or ``None`` while it is waited for, which is said.

    Args:
        ask: Asks for it.
        words: Key of what is being done.

    Raises:
        CropcoreError: It failed.
    """
    future, place = ask(), st.empty()
    st.session_state.setdefault(_UNTIL, time.monotonic() + PATIENCE)
    if not future.done():
        place.caption(f":material/hourglass_top: {t(words)}")
    while not future.done() and time.monotonic() < st.session_state[_UNTIL]:
        wait_for([future], _STEP)  # and at each look at the state a new click gets its turn
    if future.done():
        try:
            found = future.result()
        except (CancelledError, Cancelled):  # somebody else gave it up
            future = ask()
        else:
            place.empty()
            return found
    st.session_state.setdefault(_WAITING, []).append(future)
    place.caption(f":material/hourglass_top: {t(words)}")
    return None


def wait() -> None:
    """Show the page anew when everything that is waited for is there."""
    waiting: list[Future[Any]] = st.session_state[_WAITING]
    every = _POLL if waiting else None
    st.fragment(_look, run_every=every)(waiting, time.monotonic(), iter([True]))


def _look(waiting: list[Future[Any]], since: float, first: Iterator[bool]) -> None:
    """Say what is waited for; at a later look, show the page anew if there is nothing.

    A look that was asked for before the page was complete comes after it, and the browser takes the
    page for cut short then: what it showed before stays beside it until it is shown anew
    (https://github.com/streamlit/streamlit/issues/16708).
    """
    if not next(first, False) and all(future.done() for future in waiting):
        st.rerun()
    if waiting:
        st.caption(t("explain.waiting", seconds=f"{time.monotonic() - since:.0f}"))


__all__ = ["PATIENCE", "begin", "come", "wait"]
