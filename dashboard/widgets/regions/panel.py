"""One region or samples table closely, part by part; what is quick comes first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dashboard.catalog import RegionEntry
from dashboard.i18n import t
from dashboard.widgets.failure import telling
from dashboard.widgets.regions.classes import show_balance
from dashboard.widgets.regions.gallery import facts_or_problem
from dashboard.widgets.regions.pictures import show_pictures
from dashboard.widgets.regions.quality import show_quality
from dashboard.widgets.regions.signatures import show_signatures
from dashboard.widgets.regions.timeline import show_dates, show_timeline
from dashboard.widgets.text import plain


def show_region(entry: RegionEntry, pages: Mapping[str, Path]) -> None:
    """All about one region.

    Args:
        entry: The region or table.
        pages: Scripts of the pages that lead on.
    """
    facts, problem = facts_or_problem(entry)
    st.subheader(plain(entry.title), anchor=False)
    if facts is None:
        st.error(plain(problem), icon=":material/error:")
        st.caption(t("regions.folder", path=plain(str(entry.path))))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        if entry.kind == "region":
            with telling("pictures"):
                show_pictures(entry)
        else:
            show_dates(facts)
    with right:
        if entry.kind == "region":
            with telling("timeline"):
                show_timeline(entry)
        with telling("balance"):
            show_balance(entry)
    with telling("signatures"):
        show_signatures(entry)
    with telling("quality"):
        show_quality(entry, pages["crop_map"])
    if facts.came_from:
        st.caption(t("regions.came_from", origin=plain(facts.came_from)))
    st.caption(t("regions.folder", path=plain(str(entry.path))))


__all__ = ["show_region"]
