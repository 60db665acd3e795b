"""What classes look like over the season."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from cropcore.sources.summary import Signature
from dashboard.charts.words import Translate, literal

_HEIGHT = 380
_BAND = 0.16
"""Opacity of the middle half."""
_EDGE = "rgba(128,128,128,0.45)"
"""Under each line, so that pale colours are seen on white and dark ones on black."""
_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class Line:
    """A class in the chart."""

    name: str
    color: str
    signature: Signature


def signatures_chart(lines: Sequence[Line], title: str, t: Translate) -> go.Figure:
    """Mean by date, and a band from the first to the third quartile behind it.

    Args:
        lines: Classes to draw; they differ by dashes too, for colours may be alike.
        title: Of the vertical axis.
        t: Words.
    """
    figure = go.Figure()
    for number, item in enumerate(lines):
        told = item.signature
        there = np.isfinite(told.mean)
        days = [day.isoformat() for day, seen in zip(told.dates, there, strict=True) if seen]
        if not days:
            continue
        low, high = told.low[there], told.high[there]
        figure.add_scatter(
            x=[*days, *days[::-1]],
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            fillcolor=_faint(item.color),
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=str(told.code),
        )
        figure.add_scatter(
            x=days,
            y=told.mean[there],
            mode="lines",
            line={"color": _EDGE, "width": 4.5},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=str(told.code),
        )
        figure.add_scatter(
            x=days,
            y=told.mean[there],
            mode="lines+markers",
            name=literal(item.name),
            legendgroup=str(told.code),
            line={"color": item.color, "width": 2.5, "dash": _DASHES[number % len(_DASHES)]},
            marker={"size": 5, "line": {"color": "#888888", "width": 0.5}},
            customdata=np.stack([low, high, told.n[there]], axis=1),
            hovertemplate=t(
                "regions.signatures.hover",
                mean="%{y:.3g}",
                low="%{customdata[0]:.3g}",
                high="%{customdata[1]:.3g}",
                n="%{customdata[2]:,.0f}",
            ),
        )
    figure.update_xaxes(type="date", tickformat="%Y-%m", hoverformat="%Y-%m-%d", showgrid=False)
    figure.update_xaxes(title=t("chart.date"))
    figure.update_yaxes(title=title)
    return figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0},
    )


def _faint(color: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{_BAND})"


__all__ = ["Line", "signatures_chart"]
