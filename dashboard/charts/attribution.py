"""How much each band at each date has to do with a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.explain import Part
from dashboard.charts.words import Translate, literal

_ROW = 22
"""Height of a band, points."""
_BETWEEN = 34
"""Height between two sources, points."""
_VALUE = "%{y}, %{x|%Y-%m-%d}: %{z:+.3g}"


def attribution_chart(parts: Sequence[Part], unit: str, t: Translate) -> go.Figure:
    """A heat map per part, bands down and dates across, white at zero and as far to either side.

    All share one scale of colours and one of dates.

    Args:
        parts: What each encoder of the model read; named where there are several.
        unit: What a value of 1 means.
        t: Words.
    """
    largest = max(float(np.abs(part.values).max(initial=0.0)) for part in parts)
    several = len(parts) > 1
    rows = [len(part.bands) if several else max(len(part.bands), 4) for part in parts]
    inner = _ROW * sum(rows) + _BETWEEN * (len(parts) - 1)
    layout = {
        "height": 110 + inner,
        "margin": {"l": 8, "r": 8, "t": 28 if several else 8, "b": 8},
    }
    if not largest > 0:
        figure = go.Figure(layout=layout)
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        figure.add_annotation(text=t("why.zero"), showarrow=False)
        return figure
    figure = make_subplots(
        rows=len(parts),
        cols=1,
        shared_xaxes=True,
        row_heights=rows,
        vertical_spacing=_BETWEEN / inner,
        subplot_titles=[literal(part.name) for part in parts] if several else None,
    )
    for row, part in enumerate(parts, start=1):
        figure.add_heatmap(
            z=part.values.T,
            x=[day.isoformat() for day in part.dates],
            y=[literal(band) for band in part.bands],
            coloraxis="coloraxis",
            **_hover(part),
            xgap=0.5,
            ygap=0.5,
            row=row,
            col=1,
        )
    figure.update_layout(
        coloraxis={
            "cmin": -largest,
            "cmid": 0,
            "cmax": largest,
            "colorscale": "PuOr",
            "colorbar": {"title": {"text": literal(unit), "side": "top"}, "thickness": 12},
        },
        **layout,
    )
    figure.update_annotations(x=0, xanchor="left", font_size=13)
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False)
    figure.update_xaxes(title=t("chart.date"), row=len(parts), col=1)
    figure.update_yaxes(
        type="category", autorange="reversed", showgrid=False, dtick=1, automargin=True
    )
    return figure


def _hover(part: Part) -> dict[str, Any]:
    """What is said of a value; of an ensemble's mean also how far its members lie apart."""
    if part.spread is None:
        return {"hovertemplate": f"{_VALUE}<extra></extra>"}
    template = f"{_VALUE} ± %{{customdata:.2g}}<extra></extra>"
    return {"hovertemplate": template, "customdata": part.spread.T}


__all__ = ["attribution_chart"]
