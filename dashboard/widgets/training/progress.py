"""A training while it runs: where it stands, how long it may take, its curves and its log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from cropcore.errors import CropcoreError
from cropcore.training.history import HISTORY, History, read_history
from cropcore.training.launching import Status, status
from cropcore.training.record import RunRecord
from cropcore.training.run import FINAL, Run
from cropcore.training.watching import member_now, members_of, outlook, read_log
from dashboard import cache
from dashboard.charts.history import loss_chart, score_chart
from dashboard.i18n import t
from dashboard.state import current
from dashboard.widgets.controls import pick
from dashboard.widgets.failure import telling
from dashboard.widgets.training.classes import show_classes
from dashboard.widgets.training.queue import show_place
from dashboard.widgets.training.words import lasting, member_name, told

ACTIVE = ("queued", "running")
_EVERY, _OTHERS_EVERY = 1.0, 3.0
"""Seconds between two looks at the chosen training, and at the others."""
_QUIET = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}


def show_progress(folder: Path, state: str) -> None:
    """Follow a training that is under way; the page begins anew when its state changes."""
    st.fragment(_show, run_every=_EVERY)(folder, state)


def await_others(states: Mapping[Path, str]) -> None:
    """Begin the page anew when one of some trainings that are not shown changes its state."""
    if states:
        st.fragment(_compare, run_every=_OTHERS_EVERY)(states)


def show_curves(run: Run, record: RunRecord, member: str) -> None:
    """Loss and macro F1 of one of a run's models, in words too, and as CSV."""
    folder = run.member_folder(member)
    history = read_history(folder)
    if history is None:
        return
    left, right = st.columns(2, gap="medium")
    alt = _in_words(history)
    with left:
        st.plotly_chart(loss_chart(history, t), key="training.loss", config=_QUIET, alt=alt)
    with right:
        st.plotly_chart(score_chart(history, t), key="training.score", config=_QUIET, alt=alt)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(alt)
        st.download_button(
            t("training.history.csv"),
            lambda: (folder / HISTORY).read_bytes(),
            HISTORY,
            "text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )
    if record.data is not None:
        show_classes(history, record.data.legend)


def choose_member(record: RunRecord) -> str:
    """Which of a run's models to look at; the one that maps, where there are no folds."""
    members = [name for name in (FINAL, *members_of(record)[:-1]) if name in record.models]
    if len(members) < 2:
        return members[0] if members else member_now(record)
    chosen = str(current().member) if current().member in members else members[0]
    label = t("training.member")
    pick(label, "member", members, member_name, value=chosen, kind=st.pills)
    return chosen


def show_log(run: Run) -> None:
    """The end of what the training's process printed."""
    with st.expander(t("training.log"), icon=":material/notes:", key="training.log"):
        text = read_log(run.folder)
        if text:
            with st.container(height=340, autoscroll=True):
                st.code(text, language=None, wrap_lines=True)
        else:
            st.caption(t("training.log.none"))


def _show(folder: Path, state: str) -> None:
    run = Run(folder)
    _begin_anew_unless(folder, state)
    with telling("progress"):
        now, record = status(run), run.record
        if now.turn is not None:
            show_place(run)
            return
        member = member_now(record)
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container():
                _show_stage(run, record, now, member)
            _offer_cancel(run)
        show_curves(run, record, member)
    show_log(run)


def _show_stage(run: Run, record: RunRecord, now: Status, member: str) -> None:
    text = told(now.stage) if now.stage else t("training.stage.queued")
    history = read_history(run.member_folder(member))
    final = record.models.get(FINAL)
    fitting = now.stage.startswith("fitting") and not (final and final.complete)
    if not fitting or record.request.described().kind in ("trees", "ensemble"):
        st.progress(0.0 if not record.models else 1.0, f"**{text}** …")
        return
    if history is None:
        st.progress(0.0, f"**{text}** · {t('training.stage.first')}")
        return
    done, most = len(history.epochs), record.request.training.epochs
    parts = [f"**{text}**", t("training.epoch.of", epoch=done, epochs=most)]
    ahead = outlook(record, member, history)
    if ahead is not None:
        most_left, least_left = lasting(ahead.at_most), lasting(ahead.at_least)
        parts.append(t("training.each", time=lasting(ahead.seconds_per_epoch)))
        parts.append(t("training.left", most=most_left))
        if least_left != most_left:
            parts.append(t("training.left.least", least=least_left))
    order = members_of(record)
    share = (order.index(member) + done / most) / len(order)
    st.progress(min(share, 1.0), " · ".join(parts))


def _offer_cancel(run: Run) -> None:
    asked = run.cancel_requested
    st.button(
        t("training.cancelling" if asked else "cancel"),
        key="training.cancel",
        icon=":material/stop_circle:",
        disabled=asked,
        on_click=run.request_cancel,
        help=t("training.cancel.help"),
    )


def _in_words(history: History) -> str:
    best = history.best_epoch
    return t(
        "training.curves.alt",
        epochs=len(history.epochs),
        best=best,
        loss=f"{history.columns['val_loss'][best - 1]:.3f}",
        f1=f"{history.columns['val_macro_f1'][best - 1]:.2f}",
    )


def _compare(states: Mapping[Path, str]) -> None:
    for folder, state in states.items():
        _begin_anew_unless(folder, state)


def _begin_anew_unless(folder: Path, state: str) -> None:
    """Show the whole page again when a training has left a state, or its folder is gone."""
    try:
        same = status(Run(folder)).state == state
    except CropcoreError:
        same = False
    if not same:
        cache.catalog.clear()
        st.rerun()


__all__ = ["ACTIVE", "await_others", "choose_member", "show_curves", "show_log", "show_progress"]
