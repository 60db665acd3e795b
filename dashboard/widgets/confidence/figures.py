"""Numbers and tables as this page writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from dashboard.catalog import RunEntry
from dashboard.csv_text import csv_text
from dashboard.i18n import t

NOTHING = "–"
_QUIET = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}


def show_chart(figure: go.Figure, key: str) -> None:
    """A chart with no more buttons than are needed."""
    st.plotly_chart(figure, key=key, config=_QUIET)


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{share:.1%}" if np.isfinite(share) else NOTHING


def interval(low: float, high: float) -> str:
    """The 95 % interval of a share, or why there is none."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return t("confidence.interval.none")
    if low == high:
        return t("confidence.interval.flat")
    return t("confidence.interval", low=percent(low), high=percent(high))


def points(gap: float) -> str:
    """A difference of two shares in percentage points, with its sign."""
    if not np.isfinite(gap):
        return NOTHING
    text = f"{gap * 100:+.1f}"
    return "0.0" if text[1:] == "0.0" else text.replace("-", "−")


def verdict(low: float, high: float) -> str:
    """What the interval of a gap says: ``over``- or ``under``-confident, or ``fair``."""
    if low > 0:
        return "over"
    return "under" if high < 0 else "fair"


def worded(key: str, run: RunEntry, **values: object) -> str:
    """A text that depends on whether labels are reference data or a map product themselves."""
    if run.record is None or run.record.data is None:
        raise TypeError("a usable run has data")
    origin = run.record.data.label_origin
    return t(f"{key}.{origin.replace(' ', '_')}", **values)


def offer_csv(
    label: str, name: str, header: Sequence[str], rows: Callable[[], Iterable[Sequence[object]]]
) -> None:
    """A button that hands out a table, which is written when somebody wants it."""
    st.download_button(
        label,
        lambda: csv_text(header, rows()),
        name,
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


__all__ = [
    "NOTHING",
    "interval",
    "offer_csv",
    "percent",
    "points",
    "show_chart",
    "verdict",
    "worded",
]
