"""What a model believes about one pixel."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts.words import literal

_ROW = 28


def probabilities_chart(rows: Sequence[tuple[str, str, float, float]]) -> go.Figure:
    """A bar per class, the most probable on top.

    Args:
        rows: Name, colour, softmax score and calibrated probability, most probable first.
    """
    places = list(range(len(rows)))
    names = [literal(name) for name, _, _, _ in rows]
    calibrated = [value for _, _, _, value in rows]
    figure = go.Figure()
    figure.add_bar(
        x=calibrated,
        y=places,
        orientation="h",
        marker={"color": [color for _, color, _, _ in rows], "line": {"color": "#888", "width": 1}},
        customdata=names,
        hovertemplate="%{customdata}: %{x:.3f}<extra></extra>",
    )
    figure.add_scatter(
        x=[raw for _, _, raw, _ in rows],
        y=places,
        mode="markers",
        marker={"symbol": "diamond-open", "size": 9, "color": "#888", "line": {"width": 2}},
        customdata=names,
        hovertemplate="%{customdata}, softmax: %{x:.3f}<extra></extra>",
    )
    figure.update_layout(
        height=34 + _ROW * len(rows),
        margin={"l": 8, "r": 12, "t": 4, "b": 8},
        showlegend=False,
        bargap=0.35,
    )
    figure.update_xaxes(range=[-0.015, 1.03], tickformat=".1f", dtick=0.2)
    labels = [f"{name}  {value:.2f}" for name, value in zip(names, calibrated, strict=True)]
    figure.update_yaxes(
        tickvals=places, ticktext=labels, autorange="reversed", automargin=True, showgrid=False
    )
    return figure


__all__ = ["probabilities_chart"]
