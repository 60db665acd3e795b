"""Does confidence come true: the reliability diagram, and below it how many samples it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.confidence import ReliabilityDiagram
from cropcore.legend import SAFE
from dashboard.charts.words import Translate, literal

_COLOURS = (SAFE[0], SAFE[1])
_SYMBOLS = ("circle", "diamond")
_HEIGHT = 430
_GREY = "#888888"


@dataclass(frozen=True)
class Stated:
    """One set of confidences in a diagram."""

    name: str
    """What the legend calls it."""
    diagram: ReliabilityDiagram


def reliability_chart(stated: Sequence[Stated], few: int, right: str, t: Translate) -> go.Figure:
    """Share right against mean confidence, bin by bin, with intervals; on the diagonal it is true.

    Args:
        stated: One or two sets of confidences, in the same bins.
        few: Bins with samples of fewer groups are drawn hollow.
        right: What the share is called.
        t: Words.
    """
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.05
    )
    diagonal = {"color": _GREY, "width": 1.5, "dash": "dash"}
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line=diagonal,
        name=t("confidence.diagonal"),
        hoverinfo="skip",
        row=1,
        col=1,
    )
    for number, item in enumerate(stated):
        color, symbol = _COLOURS[number], _SYMBOLS[number]
        for trace in _dots(item, few, color, symbol, t):
            figure.add_trace(trace, row=1, col=1)
        figure.add_trace(_bars(item, color, alone=len(stated) == 1), row=2, col=1)
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        barmode="group",
        bargap=0.08,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0},
    )
    share = {"tickformat": ".0%", "dtick": 0.2}
    figure.update_xaxes(range=[0, 1.02], showgrid=False, **share)
    figure.update_xaxes(title=t("confidence.stated"), row=2, col=1)
    figure.update_yaxes(title=right, range=[-0.03, 1.05], row=1, col=1, **share)
    most = max((int(item.diagram.curve.count.max()) for item in stated), default=0)
    figure.update_yaxes(
        title=t("confidence.samples"), range=[0, most * 1.3], nticks=3, row=2, col=1
    )
    return figure


def _dots(item: Stated, few: int, color: str, symbol: str, t: Translate) -> list[go.Scatter]:
    """The bins that can be relied on, and hollow those that cannot."""
    groups = item.diagram.groups
    solid, hollow = np.flatnonzero(groups >= few), np.flatnonzero((groups > 0) & (groups < few))
    name, doubtful = literal(item.name), f"{literal(item.name)}, {t('confidence.few', few=few)}"
    traces = [_bins(item, solid, name, color, symbol, t)]
    if len(hollow):
        traces.append(_bins(item, hollow, doubtful, color, f"{symbol}-open", t))
    return traces


def _bins(
    item: Stated, seen: np.ndarray, name: str, color: str, symbol: str, t: Translate
) -> go.Scatter:
    diagram, curve = item.diagram, item.diagram.curve
    up, down = (
        np.nan_to_num(np.maximum(reach[seen], 0))
        for reach in (diagram.high - curve.accuracy, curve.accuracy - diagram.low)
    )
    told = [
        t(
            "confidence.bin",
            low=f"{curve.edges[at]:.0%}",
            high=f"{curve.edges[at + 1]:.0%}",
            n=f"{curve.count[at]:,}",
            groups=f"{diagram.groups[at]:,}",
        )
        for at in seen
    ]
    return go.Scatter(
        x=curve.confidence[seen],
        y=curve.accuracy[seen],
        mode="markers",
        name=name,
        marker={
            "color": color,
            "size": 10,
            "symbol": symbol,
            "line": {"width": 2, "color": color},
        },
        error_y={
            "array": up,
            "arrayminus": down,
            "color": color,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=told,
        hovertemplate="%{customdata}<br>%{x:.1%} → %{y:.1%}<extra></extra>",
    )


def _bars(item: Stated, color: str, *, alone: bool) -> go.Bar:
    curve = item.diagram.curve
    return go.Bar(
        x=(curve.edges[:-1] + curve.edges[1:]) / 2,
        y=curve.count,
        marker={"color": color, "opacity": 0.75},
        name=literal(item.name),
        showlegend=False,
        text=[f"{count:,}" if count and alone else "" for count in curve.count],
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        hovertemplate="n = %{y:,}<extra></extra>",
    )


__all__ = ["Stated", "reliability_chart"]
