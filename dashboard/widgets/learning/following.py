"""The whole of a network's learning, followed while it is still being trained."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cropcore.training.record import RunRecord
from cropcore.training.watching import member_now
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.state import change, current
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.learning.choosing import (
    RUNNING,
    choose_member,
    is_ensemble,
    member_name,
    network_beside,
)
from dashboard.widgets.learning.classes import class_rows, show_classes, show_lead, show_learnt
from dashboard.widgets.learning.curves import show_curves, show_figures
from dashboard.widgets.learning.inside import show_inside
from dashboard.widgets.text import plain

_EVERY = 2.0
"""Seconds between two looks at a training."""


def show_trees(region: RegionEntry, run: RunEntry) -> None:
    """Trees and ensembles have no epochs; a network of the same region has."""
    key = "learning.ensemble" if is_ensemble(run) else "learning.trees"
    text, other = t(key, run=plain(run.id)), network_beside(region)
    if other is None:
        st.info(text)
    elif show_empty(text, t("learning.trees.action", run=plain(other.id)), "network"):
        change(run=other.id)
        st.rerun()


def show_nobody() -> None:
    """There is no run at all."""
    if show_empty(t("learning.no_run"), t("empty.again"), "look"):
        cache.catalog.clear()
        st.rerun()


def follow_learning(region: RegionEntry, run: RunEntry, record: RunRecord, training: Path) -> None:
    """How one of a run's networks learnt, or is learning.

    Args:
        region: The region that was chosen.
        run: Whose network.
        record: Of the run.
        training: Script of the page on which it can be trained again.
    """
    with st.sidebar:
        member = choose_member(run, record)
    if not run.learnt_from(region):
        origin = plain(record.request.region.rstrip("/").rsplit("/", 1)[-1])
        st.info(t("learning.elsewhere", run=plain(run.id), origin=origin))
    live = run.state in RUNNING
    st.fragment(_show, run_every=_EVERY if live else None)(run, record, member, live, training)


def _show(run: RunEntry, record: RunRecord, member: str, live: bool, training: Path) -> None:
    if live:
        _look_up(run, member)
    with telling("learning"):
        history = cache.history(run, member)
        if history is None and live:
            st.info(t("learning.soon", run=plain(run.id)), icon=":material/hourglass_top:")
            return
        if history is None or record.data is None:
            if show_empty(t("learning.none", run=plain(run.id)), t("empty.again"), "look"):
                st.rerun()
            return
        behind, legend = cache.watched(run, member), record.data.legend
        counts = behind.by_class if behind else {}
        rows = class_rows(history, legend)
        with st.container(horizontal=True, vertical_alignment="center"):
            if live:
                st.badge(t("learning.live"), color="blue", help=t("learning.live.help"))
            st.caption(_about(run, record, member), width="stretch")
        if rows:
            show_lead(rows)
        show_figures(history, behind)
        left, right = st.columns(2, gap="medium")
        with left:
            show_curves(history)
        with right:
            if rows:
                show_learnt(rows, history, legend, counts)
            else:
                st.info(t("learning.no_classes"))
        if rows:
            show_classes(rows, history, legend, counts)
        show_inside(run, record, member, live, training)


def _about(run: RunEntry, record: RunRecord, member: str) -> str:
    """Which samples the figures stand on."""
    behind = cache.watched(run, member)
    names = {"run": plain(run.id), "member": member_name(member)}
    text = f"{names['run']} · {names['member']}"
    if behind is not None:
        text = t(
            "learning.about",
            **names,
            train=f"{behind.train:,}",
            train_groups=f"{behind.train_groups:,}",
            validation=f"{behind.validation:,}",
            validation_groups=f"{behind.validation_groups:,}",
        )
    if record.data is not None and record.data.label_origin == "map product":
        text += " " + t("learning.agreement")
    return text


def _look_up(run: RunEntry, member: str) -> None:
    """Begin the page anew where a training has ended, or gone on to another model."""
    now = cache.catalog().run(run.id)
    moved = (
        now is not None
        and now.record is not None
        and current().member is None
        and member_now(now.record) != member
    )
    begun = now is not None and now.record != run.record
    if now is None or now.state != run.state or moved or begun:
        st.rerun()


__all__ = ["follow_learning", "show_nobody", "show_trees"]
