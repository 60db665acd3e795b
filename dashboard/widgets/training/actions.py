"""What can be done with a run: map, compare, resume, train alike, hand on, rename, delete."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from cropcore.errors import CropcoreError
from cropcore.training.exchange import export_run
from cropcore.training.exchange.manifest import MODELS, NEEDED
from cropcore.training.keeping import bytes_of, can_go_on, delete_run, rename_run
from cropcore.training.run import Run
from cropcore.workspace import workspace
from dashboard import cache
from dashboard.catalog import Catalog, RunEntry
from dashboard.i18n import t
from dashboard.state import change, current
from dashboard.widgets.failure import show_failure, telling
from dashboard.widgets.map_maker import offer_map
from dashboard.widgets.text import plain
from dashboard.widgets.training.choice import choose, note
from dashboard.widgets.training.draft import draft_of, replace_draft
from dashboard.widgets.training.new_run import begin
from dashboard.widgets.training.progress import ACTIVE
from dashboard.widgets.training.runs_table import home_of

Pages = Mapping[str, Path]
"""Scripts of the pages that a run can be taken to, by name."""
_FAILED, _DOOMED, _MAPPED = "training.failed", "training.doomed", "training.mapped"
_MOST = 500_000_000
"""Bytes of a run whose maps are packed with it."""


def show_actions(run: RunEntry, catalog: Catalog, pages: Pages) -> None:
    """The buttons of a run that nobody trains just now."""
    found = Run(run.folder)
    with st.container(horizontal=True):
        if run.usable:
            _offer_pages(run, catalog, pages)
        if not run.bundled and can_go_on(found, run.state):
            _offer_resume(found)
        if run.record is not None and run.record.ensemble is None:
            st.button(
                t("training.again"),
                icon=":material/content_copy:",
                help=t("training.again.help"),
                key="training.again",
                on_click=_draft_alike,
                args=(run, catalog),
            )
        if run.usable:
            _offer_zip(run)
        if not run.bundled and run.record is not None:
            _offer_name(run)
        if not run.bundled:
            st.button(
                t("training.delete"),
                icon=":material/delete:",
                key="training.delete",
                on_click=_doom,
                args=(run.id,),
            )
    _show_failed()
    if st.session_state.get(_DOOMED) == run.id and not run.bundled:
        _confirm(run)


def open_mapped(catalog: Catalog, pages: Pages) -> None:
    """Go to the map that was just made, where somebody waited for it."""
    wanted = st.session_state.pop(_MAPPED, None)
    run = catalog.run(wanted)
    home = home_of(run, catalog) if run else None
    if run and home and run.map_of(home):
        _go(run, catalog, pages["crop_map"])


def offer_home_map(run: RunEntry, catalog: Catalog) -> None:
    """Make the map of the region a run learnt from, and then open it."""
    home = home_of(run, catalog)
    if home is None or home.kind != "region" or home.problem or run.map_of(home):
        return
    if st.session_state.get("make_map"):  # its button was pressed; the page begins anew after it
        st.session_state[_MAPPED] = run.id
    offer_map(home, run)


def _offer_resume(run: Run) -> None:
    with telling("resume"):
        if st.button(t("training.resume"), icon=":material/resume:", key="training.resume"):
            begin(run)
            st.rerun()


def _offer_pages(run: RunEntry, catalog: Catalog, pages: Pages) -> None:
    home = home_of(run, catalog)
    mapped = home is not None and run.map_of(home) is not None
    if mapped or home is None or home.kind == "table":
        text = t("training.open" if mapped else "training.open.other")
        if st.button(text, icon=":material/map:", type="primary", key="training.open"):
            _go(run, catalog, pages["crop_map"])
    if st.button(t("training.compare"), icon=":material/compare:", key="training.compare"):
        _go(run, catalog, pages["compare"])


def _go(run: RunEntry, catalog: Catalog, page: Path) -> None:
    home = home_of(run, catalog)
    usual = {} if home is None or home.kind == "table" else {"region": home.id}
    change(run=run.id, **usual)
    st.switch_page(page)


def _draft_alike(run: RunEntry, catalog: Catalog) -> None:
    if run.record is None:
        return
    home = home_of(run, catalog)
    replace_draft(draft_of(run.record.request, str(home.path) if home else ""))
    if home is not None:
        change(data=home.id)
    note(t("training.again.done", run=plain(run.id)))


def _offer_zip(run: RunEntry) -> None:
    there = all((run.folder / name).is_file() for name in NEEDED)
    model = any((run.folder / name).exists() for name in (*MODELS, "members"))
    st.download_button(
        t("training.zip"),
        lambda: _packed(run),
        f"{run.id}.zip",
        "application/zip",
        icon=":material/folder_zip:",
        key="training.zip",
        on_click="ignore",
        disabled=not (there and model),
        help=t("training.zip.help"),
    )


def _packed(run: RunEntry) -> bytes:
    found = Run(run.folder)
    with tempfile.TemporaryDirectory(prefix="cropcore-") as temporary:
        out = Path(temporary) / "run.zip"
        export_run(found, out, folds=True, maps=bytes_of(found) < _MOST)
        return out.read_bytes()


def _offer_name(run: RunEntry) -> None:
    with (
        st.popover(t("training.rename"), icon=":material/edit:", key=f"training.rename.{run.id}"),
        st.form(f"training.name.{run.id}", border=False),
    ):
        key = f"training.wanted.{run.id}"
        st.text_input(t("training.rename.name"), value=run.id, max_chars=200, key=key)
        st.form_submit_button(t("training.rename"), on_click=_rename, args=(run, key))


def _rename(run: RunEntry, key: str) -> None:
    wanted = str(st.session_state[key]).strip()
    try:
        rename_run(run.id, wanted, workspace())
    except CropcoreError as error:
        st.session_state[_FAILED] = error
        return
    cache.catalog.clear()
    state = current()
    second = wanted if state.second == run.id else state.second
    choose(wanted, second=second)
    note(t("training.renamed", run=plain(run.id), name=plain(wanted)))


def _doom(wanted: str | None) -> None:
    st.session_state[_DOOMED] = wanted


def _confirm(run: RunEntry) -> None:
    @st.dialog(t("training.delete.title"), on_dismiss=lambda: _doom(None))
    def ask() -> None:
        maps = len(run.maps)
        size = f"{bytes_of(Run(run.folder)) / 1e6:,.1f}"
        st.markdown(t("training.delete.ask", run=plain(run.id), maps=maps, size=size))
        with st.container(horizontal=True):
            if st.button(
                t("training.delete.yes"),
                type="primary",
                icon=":material/delete:",
                key="training.delete.yes",
                on_click=_delete,
                args=(run.id,),
            ):
                st.rerun()
            if st.button(t("cancel"), key="training.delete.no", on_click=_doom, args=(None,)):
                st.rerun()

    ask()


def _delete(wanted: str) -> None:
    _doom(None)
    try:
        delete_run(wanted, workspace())
    except CropcoreError as error:
        st.session_state[_FAILED] = error
        return
    cache.catalog.clear()
    state = current()
    choose(None, second=None if state.second == wanted else state.second)
    note(t("training.deleted", run=plain(wanted)))


def _show_failed() -> None:
    failed = st.session_state.pop(_FAILED, None)
    if failed is not None:
        show_failure(failed, "action")


__all__ = ["ACTIVE", "Pages", "offer_home_map", "open_mapped", "show_actions"]
