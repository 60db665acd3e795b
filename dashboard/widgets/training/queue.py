"""The line of trainings that wait: who is next, taken out or moved to the front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from cropcore.errors import CropcoreError
from cropcore.training.queueing import (
    at_once,
    most_at_once,
    move_first,
    set_at_once,
    waiting,
    withdraw,
)
from cropcore.training.run import Run
from cropcore.workspace import workspace
from dashboard import cache
from dashboard.i18n import t
from dashboard.widgets.failure import show_failure
from dashboard.widgets.text import plain
from dashboard.widgets.training.choice import choose

_EVERY = 2.0
"""Seconds between two looks at the line."""
_FAILED, _ROOM = "training.queue.failed", "training.queue.room"


def places() -> Mapping[str, int]:
    """Place of each run that waits, by its name; 1 is next."""
    return {run.folder.name: place for place, run in enumerate(waiting(_runs()), start=1)}


def show_queue(known: Mapping[str, int]) -> None:
    """The line, as it moves; the page begins anew when it does.

    Args:
        known: What the rest of the page shows of it.
    """
    st.fragment(_show, run_every=_EVERY)(known)


def show_place(run: Run) -> None:
    """Where a run that waits stands in line, and what can be done about it."""
    line = waiting(_runs())
    if run not in line:
        return
    place = line.index(run) + 1
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        text = t("training.queue.place", place=place, count=len(line))
        st.markdown(f":material/hourglass_top: **{text}**")
        _offer(run, place, "one")
    _show_failed()


def offer_room() -> None:
    """How many trainings may run side by side."""
    if most_at_once() < 2:
        return
    st.session_state[_ROOM] = at_once(_runs())
    st.number_input(
        t("training.queue.room"),
        1,
        most_at_once(),
        step=1,
        key=_ROOM,
        help=t("training.queue.room.help", most=most_at_once()),
        on_change=_choose_room,
    )


def _show(known: Mapping[str, int]) -> None:
    if places() != known:
        cache.catalog.clear()
        st.rerun()
    with st.container(border=True):
        st.markdown(f"**{t('training.queue', count=len(known))}**")
        for run in waiting(_runs()):
            name = run.folder.name
            place = known.get(name, 0)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    plain(f"{place}. {name}"),
                    key=f"training.queue.open.{name}",
                    type="tertiary",
                    on_click=choose,
                    args=(name,),
                )
                _offer(run, place, "all")
        st.caption(t("training.queue.about"))
        _show_failed()


def _offer(run: Run, place: int, where: str) -> None:
    name = run.folder.name
    for key, icon, act, possible in (
        ("training.queue.first", ":material/vertical_align_top:", move_first, place > 1),
        ("training.queue.out", ":material/close:", withdraw, True),
    ):
        st.button(
            t(key),
            key=f"{key}.{where}.{name}",
            icon=icon,
            disabled=not possible,
            on_click=_do,
            args=(act, run),
        )


def _do(act: Callable[[Run], None], run: Run) -> None:
    try:
        act(run)
    except CropcoreError as error:
        st.session_state[_FAILED] = error
    cache.catalog.clear()


def _choose_room() -> None:
    try:
        set_at_once(_runs(), int(st.session_state[_ROOM]))
    except CropcoreError as error:
        st.session_state[_FAILED] = error
    cache.catalog.clear()


def _show_failed() -> None:
    failed = st.session_state.pop(_FAILED, None)
    if failed is not None:
        show_failure(failed, "queue")


def _runs() -> Path:
    return (workspace() / "runs").resolve()


__all__ = ["offer_room", "places", "show_place", "show_queue"]
