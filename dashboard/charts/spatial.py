"""Where around a pixel lies what has to do with its score."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.words import Translate, literal

_SIDE = 320
"""Height of the chart, points."""


def spatial_chart(around: np.ndarray, pixel: tuple[int, int], unit: str, t: Translate) -> go.Figure:
    """A heat map of what a model sees around a pixel, north up, white at zero.

    Args:
        around: Attribution summed over dates and bands, (y, x).
        pixel: Row and column of the pixel explained, within it.
        unit: What a value of 1 means.
        t: Words.
    """
    largest = float(np.abs(around).max(initial=0.0)) or 1.0
    row, col = pixel
    words = literal(unit).replace("\n", "<br>")
    height, width = around.shape
    figure = go.Figure(
        go.Heatmap(
            z=around,
            x=[at - col for at in range(width)],
            y=[at - row for at in range(height)],
            zmin=-largest,
            zmid=0,
            zmax=largest,
            colorscale="PuOr",
            colorbar={
                "title": {"text": words, "side": "top"},
                "thickness": 12,
            },
            hovertemplate="%{y:+d}, %{x:+d}: %{z:+.3g}<extra></extra>",
        )
    )
    for color, line in (("#000000", 3.5), ("#ffffff", 1.5)):
        figure.add_shape(
            type="rect", x0=-0.5, x1=0.5, y0=-0.5, y1=0.5, line={"color": color, "width": line}
        )
    figure.update_layout(height=_SIDE, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    figure.update_xaxes(title=t("explain.spatial.x"), showgrid=False, constrain="domain")
    figure.update_yaxes(
        title=t("explain.spatial.y"),
        autorange="reversed",
        showgrid=False,
        scaleanchor="x",
        constrain="domain",
    )
    return figure


__all__ = ["spatial_chart"]
