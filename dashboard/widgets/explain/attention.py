"""Where a network with attention looked, told as that and as no reason."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts import attention_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import t
from dashboard.widgets.failure import telling
from dashboard.widgets.figure import download, draw
from dashboard.widgets.text import plain

Pixel = tuple[int, int]


@st.fragment
def show_attention(region: RegionEntry, run: RunEntry, pixel: Pixel) -> None:
    """The weights of every attention layer, when they are asked for."""
    if not cache.asked(run).attentive:
        return
    told = st.expander(t("attention"), key="attention", on_change="rerun")
    if not told.open:
        return
    with told, telling("attention"):
        st.info(t("attention.help"), icon=":material/visibility:")
        views = cache.attention(region, run, *pixel)
        for number, view in enumerate(views):
            owner = f"{view.member} · " if view.member else ""
            st.markdown(f"**{plain(owner + view.layer)}**")
            name = f"attention_{number + 1}_{pixel[0]}_{pixel[1]}"
            words = t(f"attention.{view.kind}")
            draw(attention_chart(view, t), f"attention.{number}", name, words)
            st.caption(words)
        rows = [
            (
                view.member or "",
                view.layer,
                *_places(view.kind, at),
                str(view.dates[at[-1]]),
                weight,
            )
            for view in views
            for at, weight in np.ndenumerate(view.weights)
        ]
        head = ("member", "layer", "head", "asking_date_number", "date", "weight")
        name = f"attention_{pixel[0]}_{pixel[1]}"
        download("attention.csv", name, lambda: csv_text(head, rows))


def _places(kind: str, at: tuple[int, ...]) -> tuple[int | str, int | str]:
    """Numbers of the head and of the date that asks, where there are any."""
    if kind == "weights":
        return "", ""
    return at[0] + 1, at[1] + 1 if kind == "maps" else ""


__all__ = ["show_attention"]
