"""How much land is sure enough, and what a chosen pixel has to do with it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from cropcore.mapping import ConfidentAreas
from dashboard import cache
from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.compared import legend_of, word_on
from dashboard.i18n import class_name, t
from dashboard.opened import OpenRegion
from dashboard.state import address_of, current
from dashboard.widgets.confidence.figures import NOTHING, offer_csv, percent
from dashboard.widgets.place import place_fields
from dashboard.widgets.text import plain

_ROW = 35
"""Height of a row of a table, points."""


def show_land(run: RunEntry, found: MapEntry) -> None:
    """Hectares that are at or above the threshold, in all and of each class."""
    with st.spinner(t("confidence.counting"), show_time=True):
        areas = cache.confident_areas(found, legend_of(run))
    least = current().threshold
    kept, total = areas.kept(least), areas.total
    share = kept.sum() / total.sum() if total.sum() else float("nan")
    st.metric(t("confidence.land"), t("confidence.ha", area=f"{kept.sum():,.1f}"))
    st.caption(
        t(
            "confidence.land.of",
            share=percent(share),
            area=f"{total.sum():,.1f}",
            blank=f"{total.sum() - kept.sum():,.1f}",
        )
    )
    _show_table(areas, least)


def show_pixel(
    region: RegionEntry,
    place: OpenRegion,
    run: RunEntry,
    pixel: tuple[int, int] | None,
    page: Path,
) -> None:
    """What the map says of the chosen pixel, and the way to where it is explained.

    Args:
        region: What is mapped.
        place: The same, opened.
        run: Whose map is shown.
        pixel: Row and column.
        page: The page of the crop map.
    """
    if pixel is None:
        st.caption(t("confidence.pixel.none"))
    else:
        told = word_on(run, region, *pixel)
        with st.container(horizontal=True, vertical_alignment="center"):
            if told is None:
                st.markdown(t("confidence.pixel.blank"), width="content")
            else:
                side = "kept" if told.percent >= current().threshold else "left"
                values = {"name": plain(class_name(told.item)), "percent": told.percent}
                st.markdown(t(f"confidence.pixel.{side}", **values), width="content")
            if st.button(t("confidence.pixel.why"), icon=":material/map:", type="tertiary"):
                st.switch_page(page, query_params=address_of(current()))
    place_fields(place)


def _show_table(areas: ConfidentAreas, least: int) -> None:
    kept, total = areas.kept(least), areas.total
    rows = [
        (item, float(whole), float(part), float(part / whole) if whole else float("nan"))
        for item, whole, part in zip(areas.legend, total, kept, strict=True)
    ]
    rows.sort(key=lambda row: -row[1])
    names = ("class", "all", "kept", "share")
    titles = {name: t(f"confidence.table.{name}") for name in names}
    table = pd.DataFrame(
        [(class_name(item), whole, part, share * 100) for item, whole, part, share in rows],
        columns=list(titles.values()),
    )
    st.dataframe(
        table,
        hide_index=True,
        height=_ROW * (min(len(table), 11) + 1) + 3,
        placeholder=NOTHING,
        column_config={
            titles["class"]: st.column_config.TextColumn(width=115),
            titles["all"]: st.column_config.NumberColumn(format="%.1f", width=70),
            titles["kept"]: st.column_config.NumberColumn(format="%.1f", width=70),
            titles["share"]: st.column_config.ProgressColumn(
                format="%.1f", min_value=0, max_value=100, width=110
            ),
        },
    )
    header = ("code", "class", "least_confidence_percent", "ha_in_all", "ha_kept", "kept_percent")
    offer_csv(
        t("confidence.land.csv"),
        f"confident_areas_{least}.csv",
        header,
        lambda: (
            (item.code, item.name, least, whole, part, share * 100)
            for item, whole, part, share in rows
        ),
    )


__all__ = ["show_land", "show_pixel"]
