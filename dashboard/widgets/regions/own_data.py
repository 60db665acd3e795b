"""Bringing one's own data: uploaded or by path, checked at once, kept on request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from cropcore.sources.receiving import (
    FOLDER_LIMITS,
    UPLOAD_LIMITS,
    Arrival,
    receive_path,
    receive_upload,
)
from cropcore.workspace import workspace
from dashboard import cache
from dashboard.i18n import t
from dashboard.state import change
from dashboard.widgets.failure import telling
from dashboard.widgets.map_view import again
from dashboard.widgets.regions.report import show_report
from dashboard.widgets.text import plain

_OPEN, _HERE, _KEPT = "regions.own.open", "regions.own.here", "regions.own.kept"
_TYPES = ("zip", "csv", "parquet")


def offer_own_data() -> None:
    """The button that opens the dialog, and the dialog where it is open."""
    st.button(
        t("regions.own"),
        icon=":material/upload_file:",
        type="primary",
        width="stretch",
        key="regions.own",
        on_click=open_own_data,
    )
    if st.session_state.get(_OPEN):
        _show_dialog()


def open_own_data() -> None:
    """Open the dialog in the next run of the page."""
    st.session_state[_OPEN] = True


def is_bringing() -> bool:
    """Whether the dialog is open; what lies behind it need not be made anew."""
    return bool(st.session_state.get(_OPEN))


def explain_arrival() -> None:
    """Say once what was kept."""
    name = st.session_state.pop(_KEPT, None)
    if name is not None:
        st.success(t("regions.own.kept", name=plain(str(name))), icon=":material/check_circle:")


def _show_dialog() -> None:
    @st.dialog(t("regions.own"), width="large", on_dismiss=_close)
    def ask() -> None:
        found = st.session_state.get(_HERE)
        if isinstance(found, Arrival):
            _show_arrival(found)
            return
        st.markdown(t("regions.own.about"))
        upload, path = st.tabs([t("regions.own.upload"), t("regions.own.path")])
        with upload:
            _ask_upload()
        with path:
            _ask_path()

    ask()


def _ask_upload() -> None:
    told = t(
        "regions.own.upload.what",
        archive=f"{UPLOAD_LIMITS.archive >> 20:,}",
        unpacked=f"{UPLOAD_LIMITS.unpacked / 1e9:g}",
        entries=f"{UPLOAD_LIMITS.entries:,}",
    )
    given = st.file_uploader(told, type=list(_TYPES), key="regions.upload")
    if given is not None and st.button(
        t("regions.own.check"), type="primary", key="regions.upload.go"
    ):
        with telling("upload"):
            _receive(partial(receive_upload, given, given.name), "unpacking")


def _ask_path() -> None:
    with st.form("regions.path", border=False):
        path = st.text_input(
            t("regions.own.path.what"), placeholder="/data/regions/my_region", max_chars=1000
        )
        limit = f"{FOLDER_LIMITS.unpacked / 1e9:g}"
        st.caption(t("regions.own.path.note", limit=limit))
        wanted = st.form_submit_button(t("regions.own.check"), type="primary")
    if wanted:
        with telling("path"):
            _receive(partial(receive_path, Path(path.strip())), "copying")


def _receive(receive: Callable[..., Arrival], step: str) -> None:
    """Take data in and check them; the report is shown in their place.

    Raises:
        CropcoreError: They are refused unread.
    """
    bar = st.progress(0.0)

    def progress(done: int, total: int) -> None:
        told = {"done": f"{done / 1e6:,.0f}", "total": f"{total / 1e6:,.0f}"}
        bar.progress(done / max(total, 1), t(f"regions.own.{step}", **told))

    with st.spinner(t("regions.own.checking"), show_time=True):
        found = receive(workspace(), progress=progress)
    bar.empty()
    st.session_state[_HERE] = found
    again()


def _show_arrival(found: Arrival) -> None:
    show_report(found.report, found.name, found.seconds)
    if not found.report.ok:
        st.button(t("regions.own.other"), key="regions.other", type="primary", on_click=_let_go)
        return
    with (
        st.form("regions.keep", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(t("regions.own.name"), found.name, max_chars=200)
        kept = st.form_submit_button(t("regions.own.keep"), type="primary")
    st.button(t("regions.own.discard"), key="regions.discard", on_click=_let_go)
    if kept:
        with telling("keep"):
            _keep(found, name.strip())


def _keep(found: Arrival, name: str) -> None:
    """Move the data to their place and choose them.

    Raises:
        CropcoreError: The name cannot be used, or the disk refused.
    """
    place = found.keep(name, workspace())
    del st.session_state[_HERE]
    st.session_state[_OPEN] = False
    st.session_state[_KEPT] = name
    cache.catalog.clear()
    if found.is_table:
        change(data=place.name)
    else:
        change(region=place.name, data=None)
    st.rerun()


def _let_go() -> None:
    found = st.session_state.pop(_HERE, None)
    if isinstance(found, Arrival):
        found.discard()


def _close() -> None:
    _let_go()
    st.session_state[_OPEN] = False


__all__ = ["explain_arrival", "is_bringing", "offer_own_data", "open_own_data"]
