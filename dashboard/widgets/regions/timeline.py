"""When each source saw a region, and how much of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cropcore.bands import Unit
from dashboard import cache
from dashboard.catalog import RegionEntry
from dashboard.charts.acquisitions import acquisitions_chart
from dashboard.i18n import t
from dashboard.region_view import Facts
from dashboard.widgets.confidence.figures import offer_csv, percent, show_chart
from dashboard.widgets.text import plain


def show_timeline(entry: RegionEntry) -> None:
    """A bar per acquisition, its share of clear pixels, and the same as a table.

    Raises:
        RegionError: A file is damaged.
    """
    st.markdown(f"#### {t('regions.timeline')}")
    with st.spinner(t("regions.timeline.reading"), show_time=True):
        views = cache.clear(entry)
    show_chart(acquisitions_chart(views, t), "timeline")
    units = {item.source: item.units for item in cache.region(entry).folder.imagery}
    told = [
        t(
            f"regions.timeline.{_kind(item.masked, units[item.source])}",
            source=plain(item.source),
            count=len(item.dates),
            first=item.dates[0],
            last=item.dates[-1],
            clear=percent(float(np.mean(item.clear))),
            never=percent(item.never),
        )
        for item in views
    ]
    text = t("regions.timeline.alt", sources="; ".join(told))
    grid = cache.region(entry).folder.grid
    if views[0].looked_at < grid.width * grid.height:
        text += " " + t("regions.timeline.looked", pixels=f"{views[0].looked_at:,}")
    st.caption(text)
    offer_csv(
        t("regions.timeline.csv"),
        "acquisitions.csv",
        ("source", "date", "clear_share"),
        lambda: (
            (item.source, day.isoformat(), float(share))
            for item in views
            for day, share in zip(item.dates, item.clear, strict=True)
        ),
    )


def _kind(masked: bool, units: tuple[Unit, ...]) -> str:
    """What a source's acquisitions are said to be: seen through clouds, or with a mask or not."""
    if masked:
        return "source"
    return "radar" if set(units) <= {"dB", "linear"} else "unmasked"


def show_dates(facts: Facts) -> None:
    """The dates of a table."""
    st.markdown(f"#### {t('regions.timeline')}")
    days = facts.days
    st.caption(t("regions.timeline.dates", count=f"{len(days):,}", first=days[0], last=days[-1]))


__all__ = ["show_dates", "show_timeline"]
