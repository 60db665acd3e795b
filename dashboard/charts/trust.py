"""Whether the values said to matter are those a prediction hangs on."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.explain.trust import Curve
from dashboard.charts.words import Translate

_OWN, _CHANCE, _FILL = "#5e3c99", "#888888", "rgba(136,136,136,0.25)"


def faithfulness_chart(deletion: Curve, insertion: Curve, t: Translate) -> go.Figure:
    """The explained class's probability while values go, and while they come.

    Args:
        deletion: Values replaced by the mean series, the most important first.
        insertion: Values put into the mean series, likewise.
        t: Words.
    """
    titles = [t("trust.deletion"), t("trust.insertion")]
    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.05, subplot_titles=titles
    )
    for col, curve in enumerate((deletion, insertion), start=1):
        mean, low, high = curve.band
        named, x = {"showlegend": col == 1}, curve.shares * 100
        quiet = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
        figure.add_scatter(x=x, y=high, **quiet, row=1, col=col)
        figure.add_scatter(x=x, y=low, fill="tonexty", fillcolor=_FILL, **quiet, row=1, col=col)
        for values, color, word, dash in (
            (mean, _CHANCE, "chance", "dash"),
            (curve.values, _OWN, "order", "solid"),
        ):
            figure.add_scatter(
                x=x,
                y=values,
                mode="lines+markers" if word == "order" else "lines",
                line={"color": color, "width": 2, "dash": dash},
                marker={"size": 5},
                name=t(f"trust.{word}"),
                legendgroup=word,
                hovertemplate="%{x:.0f} %: %{y:.2f}<extra></extra>",
                **named,
                row=1,
                col=col,
            )
    figure.update_annotations(font_size=12)
    figure.update_xaxes(title=t("trust.share"), range=[-2, 102], dtick=25)
    figure.update_yaxes(range=[-0.03, 1.05], dtick=0.25)
    figure.update_yaxes(title=t("trust.probability"), row=1, col=1)
    figure.update_layout(
        height=250,
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.12},
    )
    return figure


__all__ = ["faithfulness_chart"]
