"""Where a network looked, in colours that no attribution has."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.explain.attention import AttentionView
from dashboard.charts.words import Translate

_MAP, _ROW = 250, 26
"""Height of a head's map and of a head's row, points."""
_ACROSS = 4
"""Maps in a row."""


def attention_chart(view: AttentionView, t: Translate) -> go.Figure:
    """Heads down and dates across; of maps one for each head, the dates that ask down.

    Args:
        view: The weights of one layer.
        t: Words.
    """
    days = [day.isoformat() for day in view.dates]
    scale = {
        "cmin": 0,
        "cmax": float(view.weights.max()) or 1.0,
        "colorscale": "Cividis",
        "colorbar": {"title": {"text": t("attention.weight"), "side": "right"}, "thickness": 12},
    }
    layout = {"margin": {"l": 8, "r": 8, "t": 28, "b": 8}, "coloraxis": scale}
    if view.kind != "maps":
        rows = view.weights.reshape(-1, len(days))  # (head, time)
        names = [t("attention.head", number=at) for at in range(1, len(rows) + 1)]
        figure = go.Figure(
            go.Heatmap(
                z=rows,
                x=days,
                y=names if len(rows) > 1 else [""],
                coloraxis="coloraxis",
                hovertemplate="%{x|%Y-%m-%d} %{y}: %{z:.3f}<extra></extra>",
            )
        )
        figure.update_layout(height=110 + _ROW * max(len(rows), 2), **layout)
        figure.update_yaxes(autorange="reversed", showgrid=False)
    else:
        heads = len(view.weights)
        across = min(heads, _ACROSS)
        down = -(-heads // across)
        figure = make_subplots(
            rows=down,
            cols=across,
            shared_xaxes=True,
            shared_yaxes=True,
            horizontal_spacing=0.02,
            vertical_spacing=0.12 / down,
            subplot_titles=[t("attention.head", number=at) for at in range(1, heads + 1)],
        )
        template = t("attention.map", asks="%{y|%Y-%m-%d}", gives="%{x|%Y-%m-%d}")
        for at, weights in enumerate(view.weights):
            figure.add_heatmap(
                z=weights,
                x=days,
                y=days,
                coloraxis="coloraxis",
                hovertemplate=f"{template}: %{{z:.3f}}<extra></extra>",
                row=at // across + 1,
                col=at % across + 1,
            )
        figure.update_layout(height=70 + _MAP * down, **layout)
        figure.update_yaxes(type="date", tickformat="%Y-%m", autorange="reversed", showgrid=False)
        figure.update_annotations(font_size=12)
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False)
    return figure


__all__ = ["attention_chart"]
