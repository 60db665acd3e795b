"""What is on the screen: the region, whether it is real, and how good the run is."""

from __future__ import annotations

import streamlit as st

from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.opened import OpenRegion
from dashboard.widgets.text import plain


def show_heading(region: RegionEntry, place: OpenRegion, run: RunEntry | None) -> None:
    """Title, facts, and a badge on whatever no satellite saw."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(region.title), anchor=False, width="content")
        if region.simulated:
            st.badge(t("simulated"), color="orange", help=t("simulated.help"))
    days = sorted(day for dates in place.folder.dates.values() for day in dates)
    grid = place.folder.grid
    km2 = float(grid.row_hectares().sum()) * grid.width / 100
    facts = [f"{days[0]} – {days[-1]}", f"{km2:,.1f} km²", f"{grid.width} × {grid.height} px"]
    if run and run.record and run.record.data and run.scores:
        low, high = run.scores.interval
        origin = run.record.data.label_origin.replace(" ", "_")
        facts.append(
            t(
                f"run.scores.{origin}",
                run=plain(run.id),
                f1=f"{run.scores.macro_f1:.2f}",
                low=f"{low:.2f}",
                high=f"{high:.2f}",
                n=f"{run.scores.samples:,}",
            )
        )
    st.caption(" · ".join(facts))


__all__ = ["show_heading"]
