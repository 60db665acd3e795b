"""The run that was chosen: where it stands, what can be done with it, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from cropcore.training.ensembles.seeds import plan_of
from cropcore.training.launching import status
from cropcore.training.queueing import tend
from cropcore.training.run import Run
from cropcore.workspace import workspace
from dashboard import cache
from dashboard.catalog import Catalog, RunEntry
from dashboard.i18n import t
from dashboard.state import current, reject, settle
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.text import plain
from dashboard.widgets.training.actions import Pages, offer_home_map, open_mapped, show_actions
from dashboard.widgets.training.arrival import explain_arrival
from dashboard.widgets.training.beside import show_beside
from dashboard.widgets.training.choice import show_notes
from dashboard.widgets.training.citing import show_citing
from dashboard.widgets.training.progress import (
    ACTIVE,
    await_others,
    choose_member,
    show_curves,
    show_log,
    show_progress,
)
from dashboard.widgets.training.queue import places, show_queue
from dashboard.widgets.training.repeats import show_repeats
from dashboard.widgets.training.results import (
    show_facts,
    show_figures,
    show_settings,
    show_suitability,
)
from dashboard.widgets.training.runs_table import (
    home_of,
    learnt_from,
    reason_of,
    show_runs,
    state_name,
    title_of,
)

_COLORS: Mapping[str, Literal["gray", "blue", "green", "orange", "red", "violet"]] = {
    "queued": "gray",
    "running": "blue",
    "done": "green",
    "cancelled": "orange",
    "failed": "red",
    "lost": "violet",
    "damaged": "red",
}


def choose_run() -> RunEntry | None:
    """The run of the address, else one that is being trained, else the newest."""
    catalog = cache.catalog()
    chosen = catalog.run(current().run)
    if chosen is None and current().run is not None:
        reject("run", str(current().run))
    if chosen is None and catalog.runs:
        chosen = max(catalog.runs, key=_interest)
    settle(run=chosen.id if chosen else None)
    return chosen


def show_all(chosen: RunEntry | None, pages: Pages) -> None:
    """The table of runs."""
    catalog = cache.catalog()
    open_mapped(catalog, pages)
    show_notes()
    st.subheader(t("training.runs"), anchor=False)
    if not catalog.runs:
        folder = plain(str(workspace() / "runs"))
        if show_empty(t("training.runs.none", folder=folder), t("empty.again"), "look"):
            st.rerun()
        return
    tend(workspace() / "runs")
    line = places()
    show_runs(catalog, chosen, line)
    if line:
        show_queue(line)
    others = [run for run in catalog.runs if run.state in ACTIVE and run != chosen]
    await_others({run.folder: run.state for run in others})
    show_beside(catalog, chosen)


def show_run(run: RunEntry, pages: Pages) -> None:
    """One run."""
    catalog = cache.catalog()
    home = home_of(run, catalog)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(run.id), anchor=False, width="content")
        place = places().get(run.id) if run.state == "queued" else None
        st.badge(state_name(run.state, place), color=_COLORS.get(run.state, "gray"))
        if run.bundled:
            st.badge(t("bundled"), color="gray")
        if home is not None and home.simulated:
            st.badge(t("simulated"), color="orange", help=t("simulated.help"))
    if run.record is not None:
        source = plain(learnt_from(run, catalog))
        st.caption(f"{plain(title_of(run.architecture))} · {source}")
    plan = plan_of(Run(run.folder))
    if plan is not None and not (run.folder.parent / plan.name).exists():
        count = len(plan.members)
        st.caption(t("training.members.one", count=count, name=plain(plan.name)))
    if run.state in ACTIVE:
        show_progress(run.folder, run.state)
        return
    new = explain_arrival(run.id, home is not None)
    _explain_state(run)
    show_actions(run, catalog, pages)
    with telling("run"):
        if run.usable:
            _show_results(run, catalog, new=new)
        elif run.record is not None:
            show_curves(Run(run.folder), run.record, choose_member(run.record))
    if not run.usable:
        show_citing(run)
        show_log(Run(run.folder))


def _show_results(run: RunEntry, catalog: Catalog, *, new: bool) -> None:
    found, record = Run(run.folder), run.record
    if record is None or record.data is None:
        return
    with telling("map"):
        offer_home_map(run, catalog)
    if run.scores is not None:
        show_figures(found, record.data)
    else:
        st.info(t("training.unmeasured"), icon=":material/help:")
    show_curves(found, record, choose_member(record))
    with telling("repeats"):
        show_repeats(run, catalog)
    show_facts(record, record.data, learnt_from(run, catalog))
    show_suitability(run, catalog, at_once=new)
    show_settings(record)
    show_citing(run)
    if (run.folder / "log.txt").is_file():
        show_log(found)


def _explain_state(run: RunEntry) -> None:
    """Why there is no model, or not the whole of one."""
    if run.state == "lost":
        st.warning(t("training.lost"), icon=":material/help:")
    elif run.state == "cancelled":
        why = t("training.cancelled.usable") if run.usable else reason_of(run)
        st.warning(why, icon=":material/stop_circle:")
    elif run.state == "failed":
        reason = run.problem
        with telling("state"):
            reason = reason or status(Run(run.folder)).message
        st.error(plain(reason), icon=":material/error:")
    elif run.state == "done" and run.usable:
        _warn_of_its_end(run)
    elif reason_of(run):
        st.error(plain(reason_of(run)), icon=":material/error:")


def _warn_of_its_end(run: RunEntry) -> None:
    """What did not come about though the run itself is done."""
    with telling("state"):
        message = status(Run(run.folder)).message
        if message:
            st.warning(plain(message), icon=":material/warning:")


def _interest(run: RunEntry) -> tuple[bool, bool, float]:
    created = run.record.created.timestamp() if run.record else 0.0
    return run.state == "running", run.state in ACTIVE, created


__all__ = ["choose_run", "show_all", "show_run"]
