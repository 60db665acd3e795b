"""Taking a run from elsewhere: an uploaded zip or a folder on this machine, checked first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from cropcore.training.adopting import adopt_run, take_upload
from cropcore.training.exchange import Imported
from cropcore.workspace import workspace
from dashboard import cache
from dashboard.i18n import t
from dashboard.widgets.failure import telling
from dashboard.widgets.text import plain
from dashboard.widgets.training.choice import choose

_OPEN, _NEW = "training.arriving", "training.arrived"


def offer_arrival() -> None:
    """The button that opens the dialog, and the dialog where it is open."""
    st.button(
        t("training.load"),
        icon=":material/upload:",
        width="stretch",
        key="training.load",
        on_click=_open,
        args=(True,),
    )
    if st.session_state.get(_OPEN):
        _show_dialog()


def newcomer() -> Imported | None:
    """The run that was loaded last in this session, if that is still to be explained."""
    found = st.session_state.get(_NEW)
    return found if isinstance(found, Imported) else None


def explain_arrival(run: str, region_is_here: bool) -> bool:
    """Say what was loaded, where that is the run being shown.

    Returns:
        Whether it is.
    """
    found = newcomer()
    if found is None or found.run.folder.name != run:
        return False
    text = t("training.loaded", run=plain(run))
    if found.renamed:
        text += " " + t("training.loaded.renamed", name=plain(found.given_name))
    if not region_is_here:
        text += " " + t("training.loaded.away", region=plain(found.region))
    st.success(text, icon=":material/check_circle:")
    return True


def _show_dialog() -> None:
    @st.dialog(t("training.load"), width="medium", on_dismiss=lambda: _open(False))
    def ask() -> None:
        st.markdown(t("training.load.about"))
        upload, folder = st.tabs([t("training.load.zip"), t("training.load.folder")])
        with upload:
            given = st.file_uploader(
                t("training.load.zip"),
                type=["zip"],
                label_visibility="collapsed",
                key="training.upload",
            )
            if given is not None and st.button(
                t("training.load.go"), type="primary", key="training.upload.go"
            ):
                with telling("upload"):
                    _take(partial(take_upload, given, given.name))
        with folder:
            with st.form("training.folder", border=False):
                path = st.text_input(
                    t("training.load.path"), placeholder="/data/runs/my_run", max_chars=1000
                )
                wanted = st.form_submit_button(t("training.load.go"), type="primary")
            if wanted:
                with telling("folder"):
                    _take(partial(adopt_run, Path(path.strip())))

    ask()


def _take(load: Callable[..., Imported]) -> None:
    """Load a run, choose it and close the dialog.

    Raises:
        CropcoreError: It is refused.
    """
    with st.spinner(t("training.load.checking"), show_time=True):
        found = load(workspace())
    cache.catalog.clear()
    st.session_state[_NEW] = found
    _open(False)
    choose(found.run.folder.name)
    st.rerun()


def _open(wanted: bool) -> None:
    st.session_state[_OPEN] = wanted


__all__ = ["explain_arrival", "newcomer", "offer_arrival"]
