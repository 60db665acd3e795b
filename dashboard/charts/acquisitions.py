"""When each source saw a region, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.legend import SAFE
from cropcore.sources.summary import ClearViews
from dashboard.charts.words import Translate, literal

_PANEL = 105
_DAY = 86_400_000
_WIDEST = 4.0
"""Days that a bar is wide at most."""


def acquisitions_chart(views: Sequence[ClearViews], t: Translate) -> go.Figure:
    """A panel per source, a bar per acquisition: as high as the share of pixels seen clearly.

    Args:
        views: What the acquisitions of each source saw.
        t: Words.
    """
    figure = make_subplots(
        rows=len(views), cols=1, shared_xaxes=True, vertical_spacing=0.3 / (len(views) + 1)
    )
    days = [day.toordinal() for item in views for day in item.dates]
    width = min(max((max(days) - min(days)) / 150, 0.6), _WIDEST)
    for row, item in enumerate(views, start=1):
        figure.add_bar(
            x=[day.isoformat() for day in item.dates],
            y=item.clear,
            width=width * _DAY,
            marker={"color": SAFE[(row - 1) % len(SAFE)], "line": {"width": 0}},
            name=literal(item.source),
            hovertemplate=t("regions.timeline.hover", date="%{x|%Y-%m-%d}", share="%{y:.0%}")
            + "<extra></extra>",
            showlegend=False,
            row=row,
            col=1,
        )
        figure.update_yaxes(
            title=literal(item.source),
            range=[0, 1.04],
            tickvals=[0, 0.5, 1],
            tickformat=".0%",
            row=row,
            col=1,
        )
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False)
    figure.update_xaxes(title=t("chart.date"), row=len(views), col=1)
    return figure.update_layout(
        height=60 + _PANEL * len(views), margin={"l": 8, "r": 8, "t": 8, "b": 8}, barmode="overlay"
    )


__all__ = ["acquisitions_chart"]
