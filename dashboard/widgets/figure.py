"""Charts with a picture to take away, and tables to take away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboard.i18n import t


def draw(figure: go.Figure, key: str, name: str, alt: str = "", **others: Any) -> None:
    """A chart, whose camera saves it as PNG.

    Args:
        figure: The chart.
        key: Of the chart on its page.
        name: Of the file, without its ending.
        alt: What it shows, for those who hear the page.
        others: Further arguments of the widget.
    """
    config = {
        "displaylogo": False,
        "modeBarButtons": [["toImage", "resetScale2d"]],
        "toImageButtonOptions": {"filename": name, "scale": 2},
    }
    st.plotly_chart(figure, key=key, config=config, alt=alt or None, **others)


def download(key: str, name: str, content: Callable[[], str]) -> None:
    """A table to take away, made when it is asked for.

    Args:
        key: Of the words on its button.
        name: Of the file, without its ending; no other button of the page has it.
        content: Gives the table as CSV.
    """
    icon = ":material/download:"
    st.download_button(
        t(key), content, f"{name}.csv", "text/csv", key=f"csv.{name}", icon=icon, on_click="ignore"
    )


__all__ = ["download", "draw"]
