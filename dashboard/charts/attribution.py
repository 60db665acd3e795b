"""How much each band at each date has to do with a score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.words import Translate, literal

_ROW = 22
"""Height of a band, points."""


def attribution_chart(
    values: np.ndarray, dates: Sequence[date], bands: Sequence[str], unit: str, t: Translate
) -> go.Figure:
    """A heat map, bands down and dates across, white at zero and as far to either side.

    Args:
        values: Attribution, (time, band).
        dates: Dates of the model, (time,).
        bands: (band,).
        unit: What a value of 1 means.
        t: Words.
    """
    largest = float(np.abs(values).max(initial=0.0))
    figure = go.Figure()
    figure.update_layout(
        height=110 + _ROW * max(len(bands), 4),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"title": t("chart.date"), "tickformat": "%Y-%m"},
    )
    if not largest > 0:
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        figure.add_annotation(text=t("why.zero"), showarrow=False)
        return figure
    figure.add_heatmap(
        z=values.T,
        x=[day.isoformat() for day in dates],
        y=[literal(band) for band in bands],
        zmin=-largest,
        zmid=0,
        zmax=largest,
        colorscale="PuOr",
        colorbar={"title": {"text": literal(unit), "side": "top"}, "thickness": 12},
        hovertemplate="%{y}, %{x}: %{z:+.3g}<extra></extra>",
        xgap=0.5,
        ygap=0.5,
    )
    figure.update_xaxes(type="date", showgrid=False)
    figure.update_yaxes(
        type="category", autorange="reversed", showgrid=False, dtick=1, automargin=True
    )
    return figure


__all__ = ["attribution_chart"]
