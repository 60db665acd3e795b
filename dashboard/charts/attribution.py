"""How much each band at each date has to do with a score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
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
_PROFILE = 56
"""Height of the profile over dates, points."""
_BARS = ("#777777", "#bbbbbb", "#444444", "#999999")
_DAY = 86_400_000
"""Milliseconds."""
_EPOCH = date(1970, 1, 1).toordinal()
_VALUE = "%{y}, %{x|%Y-%m-%d}: %{z:+.3g}"
_CELL = "%{customdata[0]}, %{x|%Y-%m-%d}: %{customdata[1]:+.3g}"


def attribution_chart(
    parts: Sequence[Part],
    unit: str,
    t: Translate,
    *,
    profiles: bool = False,
    looked_at: tuple[date, str | None] | None = None,
) -> go.Figure:
    """A heat map per part, bands down and dates across, white at zero and as far to either side.

    All share one scale of colours and one of dates.

    Args:
        parts: What each encoder of the model read; named where there are several.
        unit: What a value of 1 means.
        t: Words.
        profiles: Whether the sums of sizes are drawn, over bands above and over dates to the
            right, and cells can be chosen.
        looked_at: Date and, where one is chosen, band to mark.
    """
    largest = max(float(np.abs(part.values).max(initial=0.0)) for part in parts)
    several = len(parts) > 1
    rows = [len(part.bands) if several else max(len(part.bands), 4) for part in parts]
    above = [_PROFILE / _ROW] if profiles else []
    inner = _ROW * sum([*above, *rows]) + _BETWEEN * (len(parts) - 1)
    between = _BETWEEN if several else 6
    layout = {
        "height": 110 + inner,
        "margin": {"l": 8, "r": 8, "t": 28 if several else 8, "b": 8},
    }
    if not largest > 0:
        return _nothing(t("why.zero"), layout)
    titles = [title for part in parts for title in (literal(part.name), "")[: 1 + profiles]]
    figure = make_subplots(
        rows=len(parts) + profiles,
        cols=1 + profiles,
        shared_xaxes="columns",
        shared_yaxes="rows",
        row_heights=[*above, *rows],
        column_widths=[0.86, 0.14] if profiles else None,
        horizontal_spacing=0.015,
        vertical_spacing=between / inner if several or profiles else 0,
        subplot_titles=["", ""][: 2 * profiles] + titles if several else None,
    )
    for row, part in enumerate(parts, start=1 + profiles):
        figure.add_heatmap(
            z=part.values.T,
            x=[day.isoformat() for day in part.dates],
            y=[literal(band) for band in part.bands],
            coloraxis="coloraxis",
            **({"hoverinfo": "skip"} if profiles else _hover(part)),
            xgap=0.5,
            ygap=0.5,
            row=row,
            col=1,
        )
        if profiles:
            figure.add_trace(_cells(part, row - 2), row=row, col=1)
            _add_profiles(figure, part, row, t)
            figure.update_yaxes(range=[len(part.bands) - 0.5, -0.5], row=row, col=1)
        if looked_at is not None:
            _mark(figure, part, *looked_at, row)
    figure.update_layout(
        coloraxis={
            "cmin": -largest,
            "cmid": 0,
            "cmax": largest,
            "colorscale": "PuOr",
            "colorbar": {
                "title": {"text": literal(unit).replace("\n", "<br>"), "side": "top"},
                "thickness": 12,
            },
        },
        showlegend=False,
        barmode="stack",
        bargap=0.1,
        **layout,
    )
    figure.update_annotations(x=0, xanchor="left", font_size=13)
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False, col=1)
    figure.update_xaxes(title=t("chart.date"), row=len(parts) + profiles, col=1)
    figure.update_yaxes(type="category", showgrid=False, dtick=1, automargin=True)
    if profiles:
        _scale_profiles(figure, parts, t)
    else:
        figure.update_yaxes(autorange="reversed")
    return figure


def _nothing(text: str, layout: dict[str, Any]) -> go.Figure:
    figure = go.Figure(layout=layout)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=text, showarrow=False)
    return figure


def _hover(part: Part) -> dict[str, Any]:
    """What is said of a value; of an ensemble's mean also how far its members lie apart."""
    if part.spread is None:
        return {"hovertemplate": f"{_VALUE}<extra></extra>"}
    template = f"{_VALUE} ± %{{customdata:.2g}}<extra></extra>"
    return {"hovertemplate": template, "customdata": part.spread.T}


def _cells(part: Part, number: int) -> go.Scatter:
    """Unseen squares on the cells: a heat map tells nobody which of its cells was chosen."""
    days = [day.isoformat() for day in part.dates]
    spread = part.spread
    data = [
        [
            literal(band),
            float(part.values[row, at]),
            *([] if spread is None else [float(spread[row, at])]),
            days[row],
            at,
            number,
        ]
        for at, band in enumerate(part.bands)
        for row in range(len(days))
    ]
    more = "" if spread is None else " ± %{customdata[2]:.2g}"
    unseen = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=days * len(part.bands),
        y=[literal(band) for band in part.bands for _ in days],
        mode="markers",
        marker={"symbol": "square", "size": _ROW - 2, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        customdata=data,
        hovertemplate=f"{_CELL}{more}<extra></extra>",
    )


def _add_profiles(figure: go.Figure, part: Part, row: int, t: Translate) -> None:
    """The sums of a part's sizes, over its bands and over its dates."""
    sizes = np.abs(part.values)  # (time, band)
    color, name = _BARS[(row - 2) % len(_BARS)], t("why.sum")
    figure.add_bar(
        x=[day.isoformat() for day in part.dates],
        y=sizes.sum(axis=1),
        marker={"color": color},
        hovertemplate=f"{name} %{{x|%Y-%m-%d}}: %{{y:.3g}}<extra></extra>",
        row=1,
        col=1,
    )
    figure.add_bar(
        x=sizes.sum(axis=0),
        y=[literal(band) for band in part.bands],
        orientation="h",
        marker={"color": color},
        hovertemplate=f"{name} %{{y}}: %{{x:.3g}}<extra></extra>",
        row=row,
        col=2,
    )


def _scale_profiles(figure: go.Figure, parts: Sequence[Part], t: Translate) -> None:
    spans = [_span(part, at) for part in parts for at in (0, len(part.dates) - 1)]
    across = [min(low for low, _ in spans), max(high for _, high in spans)]
    figure.update_xaxes(range=across, col=1)
    figure.update_yaxes(
        type="linear", autorange=True, dtick=None, nticks=3, title=t("why.sum"), row=1, col=1
    )
    figure.update_xaxes(visible=False, row=1, col=2)
    figure.update_yaxes(visible=False, row=1, col=2)
    figure.update_xaxes(nticks=3, showticklabels=False, col=2)
    figure.update_xaxes(
        showticklabels=True, title=t("why.sum"), tickangle=0, row=len(parts) + 1, col=2
    )


def _mark(figure: go.Figure, part: Part, day: date, band: str | None, row: int) -> None:
    """Outlines a cell, or the dates nearest to a day where no band of the part is chosen."""
    if band is not None and band not in part.bands:
        return
    away = [abs((other - day).days) for other in part.dates]
    begin, end = _span(part, away.index(min(away)))
    first, last = (0, len(part.bands) - 1) if band is None else (part.bands.index(band),) * 2
    for color, width in (("#000000", 3.5), ("#ffffff", 1.5)):
        figure.add_shape(
            type="rect",
            x0=begin,
            x1=end,
            y0=first - 0.5,
            y1=last + 0.5,
            line={"color": color, "width": width},
            row=row,
            col=1,
        )


def _span(part: Part, at: int) -> tuple[float, float]:
    """Where a date's cells begin and end, milliseconds since 1970."""
    days = [day.toordinal() - _EPOCH for day in part.dates]
    half = min((later - day for day, later in pairwise(days)), default=1) / 2
    return (days[at] - half) * _DAY, (days[at] + half) * _DAY


__all__ = ["attribution_chart"]
