"""Where a network looked at the samples of a class, told as that and as no reason."""

from __future__ import annotations

import streamlit as st

from cropcore.explain.by_class import ByClass
from cropcore.legend import LegendClass
from dashboard import cache
from dashboard.catalog import RunEntry
from dashboard.charts.by_class_profiles import attention_boxes_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.widgets.figure import download, draw
from dashboard.widgets.text import plain

_COLUMNS = (
    "code", "class", "member", "layer", "date", "p5", "lower_quartile", "median",
    "upper_quartile", "p95", "samples",
)  # fmt: skip


def show_class_attention(run: RunEntry, found: ByClass, item: LegendClass) -> None:
    """Boxes over the dates for every attention layer, when they are asked for.

    Args:
        run: Whose attention.
        found: Its classes, explained.
        item: The class.
    """
    if not cache.asked(run).attentive:
        return
    told = st.expander(t("classes.attention"), key="classes.attention", on_change="rerun")
    if not told.open:
        return
    with told:
        st.info(t("attention.help"), icon=":material/visibility:")
        with st.spinner(t("loading.explain"), show_time=True):
            views = cache.class_attention(run, found, item.code)
        for number, view in enumerate(views):
            layer = plain(f"{view.member} · {view.layer}" if view.member else view.layer)
            names = {"layer": layer, "n": view.n, "name": plain(class_name(item))}
            alt = t("classes.attention.alt", **names)
            figure = attention_boxes_chart(view, t)
            draw(figure, f"classes.attention.{number}", f"class_attention_{number + 1}", alt)
            st.caption(alt)
        rows = [
            (item.code, item.name, view.member or "", view.layer, day.isoformat(), *box, view.n)
            for view in views
            for day, box in zip(view.dates, view.boxes.T, strict=True)
        ]
        download("classes.attention.csv", "class_attention", lambda: csv_text(_COLUMNS, rows))


__all__ = ["show_class_attention"]
