"""Making a map that is missing, while people watch; whatever they do next stops it."""

from __future__ import annotations

import streamlit as st

from cropcore.training.run import Run
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.widgets.failure import show_empty
from dashboard.widgets.text import plain


def offer_map(region: RegionEntry, run: RunEntry) -> None:
    """Say that a run has not mapped a region, and map it on request."""
    names = {"run": plain(run.id), "region": plain(region.title)}
    if not show_empty(t("empty.map", **names), t("empty.map.action"), "make_map"):
        return
    bar = st.progress(0.0, t("loading.map", **names))
    st.button(t("cancel"))  # any click ends this run of the page at its next sign of progress
    from cropcore.mapping.run_map import map_run

    source = cache.region(region, run).folder

    def progress(done: int, blocks: int) -> None:
        bar.progress(done / blocks, t("loading.map", **names))

    map_run(
        Run(run.folder), source, run.folder / "maps" / source.name, block=128, progress=progress
    )
    cache.catalog.clear()
    st.rerun()


__all__ = ["offer_map"]
