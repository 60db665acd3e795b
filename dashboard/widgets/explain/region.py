"""Which date decided each parcel of a region: a job beside the page, then a map."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cropcore.errors import CropcoreError
from cropcore.explain import ATTRIBUTION_METHODS
from cropcore.explain.deciding import (
    SUMMARY,
    DecidingRequest,
    DecidingSummary,
    job_of,
    job_status,
    start,
)
from cropcore.training.launching import Status
from cropcore.training.run import Run
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts.by_class_profiles import deciding_chart
from dashboard.i18n import t
from dashboard.maps import Layer, marking, region_map
from dashboard.opened import OpenRegion
from dashboard.tiles.addresses import deciding_tiles
from dashboard.widgets.explain.question import choose_method
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.figure import draw
from dashboard.widgets.map_view import base_path
from dashboard.widgets.map_view import draw as draw_map
from dashboard.widgets.place import chosen_pixel
from dashboard.widgets.text import plain

_ACTIVE = ("queued", "running")
_EVERY = 1.0
"""Seconds between two looks at the job."""
_WITH_GRADIENTS = ("network", "ensemble")


def show_region(region: RegionEntry, place: OpenRegion, run: RunEntry) -> None:
    """The map of deciding dates, or what stands in its way.

    Args:
        region: What is shown.
        place: The same, opened.
        run: Whose decisions.
    """
    st.markdown(f"#### {t('deciding')}")
    st.caption(t("deciding.about"))
    with telling("deciding"):
        name = place.folder.name
        job = job_of(run.folder, name)
        now = job_status(job)
        found = cache.deciding(run, name)
        if now is not None and now.state in _ACTIVE:
            st.fragment(_follow, run_every=_EVERY)(job.folder, now.state)
        else:
            _tell_end(now, job)
            _offer(region, place, run, found)
        if found is not None:
            if now is not None and now.state != "done":
                st.info(t("deciding.before"))
            _show(region, place, run, found)


def _offer(
    region: RegionEntry, place: OpenRegion, run: RunEntry, found: DecidingSummary | None
) -> None:
    """A button that starts the job, and the method it shall use."""
    gradients = run.record is not None and run.record.request.described().kind in _WITH_GRADIENTS
    methods = [
        name for name, kind in ATTRIBUTION_METHODS.items() if gradients or not kind.needs_gradient
    ]
    usual = "integrated_gradients" if gradients else "occlusion_cell"
    method = choose_method("method", methods, usual)
    names = {"run": plain(run.id), "region": plain(region.title)}
    if found is None:
        pressed = show_empty(t("deciding.none", **names), t("deciding.compute"), "deciding.start")
    else:
        icon = ":material/refresh:"
        pressed = st.button(t("deciding.again"), key="deciding.start", icon=icon)
    if pressed:
        options = run.options_for(region)
        asked = DecidingRequest(run=run.folder, region=region.path, options=options, method=method)
        start(asked, place.folder.name)
        st.rerun()


def _tell_end(now: Status | None, job: Run) -> None:
    """How the last job ended, where it did not end well."""
    if now is None or now.state == "done":
        return
    if now.state == "cancelled":
        st.info(t("deciding.cancelled"), icon=":material/stop_circle:")
    elif now.state == "failed":
        text = t("deciding.failed", message=plain(now.message))
        st.error(text, icon=":material/error:")
    else:
        st.error(t("deciding.lost", folder=plain(str(job.folder))), icon=":material/error:")


def _follow(folder: Path, state: str) -> None:
    """Where the job stands, every second; the page begins anew when its state changes."""
    job = Run(folder)
    try:
        now = job_status(job)
    except CropcoreError:
        now = None
    if now is None or now.state != state:
        st.rerun()
        return
    done, of = (float(now.row.get(name, 0)) for name in ("done", "of"))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.progress(done / of if of else 0.0, _stage(now, done, of))
        st.button(
            t("deciding.cancelling" if job.cancel_requested else "cancel"),
            key="deciding.cancel",
            icon=":material/stop_circle:",
            disabled=job.cancel_requested,
            on_click=job.request_cancel,
        )


def _stage(now: Status, done: float, of: float) -> str:
    if now.stage != "explaining":
        known = ("opening", "writing")
        return t(f"deciding.stage.{now.stage if now.stage in known else 'starting'}")
    seconds = float(now.row.get("seconds", 0))
    left = seconds * (of - done) / max(done, 1)
    told = {"done": f"{done:.0f}", "of": f"{of:.0f}", "seconds": f"{seconds:.0f}"}
    return t("deciding.stage.explaining", **told, left=f"{left:.0f}")


def _show(region: RegionEntry, place: OpenRegion, run: RunEntry, found: DecidingSummary) -> None:
    units = t(f"deciding.units.{found.kind}")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        version = (found.folder / SUMMARY).stat().st_mtime_ns
        tiles = deciding_tiles(base_path(), run.id, found.folder.name, version)
        pixel = chosen_pixel(place)
        square = place.square(*pixel) if pixel else None
        made = region_map(place.bounds, f"{base_path()}/assets")
        draw_map(made, marking(place.bounds, [Layer("map", tiles)], square), region, "deciding")
    with right:
        most = max(range(len(found.dates)), key=lambda at: found.areas[at].ha)
        told = {"date": found.dates[most].isoformat(), "ha": f"{found.areas[most].ha:,.1f}"}
        alt = t("deciding.alt", **told, count=f"{found.units[most]:,}", units=units)
        st.markdown(f"**{t('deciding.legend')}**")
        draw(deciding_chart(found, t), "deciding.legend", "deciding_dates", alt)
        st.caption(alt)
        st.info(t("deciding.half", half=f"{found.half:.1f}"))
        about = {"count": f"{sum(found.units):,}", "units": units, "pixels": found.pixels}
        method = plain(t(f"method.{found.method}"))
        st.caption(t("deciding.method", method=method, seconds=f"{found.seconds:.0f}", **about))
        _downloads(found)


def _downloads(found: DecidingSummary) -> None:
    icon = ":material/download:"
    with st.container(horizontal=True):
        for key, path, kind in (
            ("deciding.csv", found.table, "text/csv"),
            ("deciding.tif", found.raster, "image/tiff"),
        ):
            read = path.read_bytes
            st.download_button(t(key), read, path.name, kind, key=key, icon=icon, on_click="ignore")


__all__ = ["show_region"]
