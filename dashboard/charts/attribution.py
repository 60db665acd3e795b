"""How much each band at each date has to do with a score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from cropcore.explain import Part
from dashboard.charts.stripes import stripes, title_above
from dashboard.charts.words import Translate, literal

_ROW = 22
"""Height of a band, points."""
_BETWEEN = 34
"""Height between two sources, points."""
_ABOVE, _GAP = 56, 6
"""Height of the profile over dates and what is left free below it, points."""
_ACROSS, _RIGHT = (0, 0.847), (0.862, 1)
"""Where heat maps and the profiles over bands lie, shares of the width."""
_BARS = ("#777777", "#bbbbbb", "#444444", "#999999")
_DAY = 86_400_000
"""Milliseconds."""
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
    heights = [_ROW * (len(part.bands) if several else max(len(part.bands), 4)) for part in parts]
    if profiles:
        heights.insert(0, _ABOVE)
    gaps = [_BETWEEN if several else _GAP] * (len(heights) - 1)
    inner = sum(heights) + sum(gaps)
    margin = {"l": 8, "r": 8, "t": 28 if several else 8, "b": 8}
    layout: dict[str, Any] = {"height": 110 + inner, "margin": margin}
    if not largest > 0:
        return _nothing(t("why.zero"), layout)
    places = stripes(heights, gaps)
    traces, titles, marks = [], [], []
    for number, (part, stripe) in enumerate(
        zip(parts, places[profiles:], strict=True), start=1 + profiles
    ):
        axis = "y" if number == 1 else f"y{number}"
        traces.append(_heat(part, axis, hover=not profiles))
        if profiles:
            traces.append(_cells(part, axis, number - 2))
            traces += _profiles(part, axis, number - 2, _bar(parts, number - 2), t)
        if several:
            titles.append(title_above(part.name, stripe[1], 13))
        if looked_at is not None:
            marks += _marks(part, *looked_at, axis)
        layout[f"yaxis{number}"] = _bands(part, stripe)
    bottom = axis
    dates = {"type": "date", "tickformat": "%Y-%m", "showgrid": False, "anchor": bottom}
    layout["xaxis"] = {**dates, "domain": _ACROSS if profiles else (0, 1), "range": _ends(parts)}
    layout["xaxis"]["title"] = {"text": t("chart.date")}
    if profiles:
        title = {"text": t("why.sum")}
        layout["yaxis"] = {"domain": places[0], "nticks": 3, "title": title, "showgrid": False}
        layout["xaxis2"] = {"domain": _RIGHT, "anchor": bottom, "nticks": 3, "tickangle": 0}
        layout["xaxis2"] |= {"title": title, "showgrid": False}
    scale = {"cmin": -largest, "cmid": 0, "cmax": largest, "colorscale": "PuOr"}
    bar = {"title": {"text": literal(unit).replace("\n", "<br>"), "side": "top"}, "thickness": 12}
    layout |= {"coloraxis": {**scale, "colorbar": bar}, "annotations": titles, "shapes": marks}
    layout |= {"showlegend": False, "barmode": "overlay", "bargap": 0.1}
    return go.Figure({"data": traces, "layout": layout})


def _nothing(text: str, layout: dict[str, Any]) -> go.Figure:
    figure = go.Figure(layout=layout)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=text, showarrow=False)
    return figure


def _bands(part: Part, stripe: tuple[float, float]) -> dict[str, Any]:
    """The axis of a part's bands, the first on top."""
    return {
        "domain": stripe,
        "type": "category",
        "range": (len(part.bands) - 0.5, -0.5),
        "dtick": 1,
        "showgrid": False,
        "automargin": True,
    }


def _days(part: Part) -> list[str]:
    return [day.isoformat() for day in part.dates]


def _heat(part: Part, axis: str, *, hover: bool) -> dict[str, Any]:
    """The values; of an ensemble's mean it is told also how far its members lie apart."""
    told: dict[str, Any] = {"hoverinfo": "skip"}
    if hover:
        told = {"hovertemplate": f"{_VALUE}<extra></extra>"}
    if hover and part.spread is not None:
        template = f"{_VALUE} ± %{{customdata:.2g}}<extra></extra>"
        told = {"hovertemplate": template, "customdata": part.spread.T}
    return {
        "type": "heatmap",
        "z": part.values.T,
        "x": _days(part) if len(part.dates) > 1 else list(_span(part, 0)),
        "y": [literal(band) for band in part.bands],
        "yaxis": axis,
        "coloraxis": "coloraxis",
        "xgap": 0.5,
        "ygap": 0.5,
        **told,
    }


def _cells(part: Part, axis: str, number: int) -> dict[str, Any]:
    """Unseen squares on the cells: a heat map tells nobody which of its cells was chosen."""
    days, spread = _days(part), part.spread
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
    return {
        "type": "scatter",
        "x": days * len(part.bands),
        "y": [literal(band) for band in part.bands for _ in days],
        "yaxis": axis,
        "mode": "markers",
        "marker": {"symbol": "square", "size": _ROW - 2, "opacity": 0},
        "selected": unseen,
        "unselected": unseen,
        "customdata": data,
        "hovertemplate": f"{_CELL}{more}<extra></extra>",
    }


def _profiles(
    part: Part, axis: str, number: int, bar: dict[str, float], t: Translate
) -> list[dict[str, Any]]:
    """The sums of a part's sizes, over its bands and over its dates."""
    sizes = np.abs(part.values)  # (time, band)
    own = {"type": "bar", "marker": {"color": _BARS[number % len(_BARS)]}}
    name = t("why.sum")
    return [
        {
            **own,
            "x": _days(part),
            "y": sizes.sum(axis=1),
            **bar,
            "hovertemplate": f"{name} %{{x|%Y-%m-%d}}: %{{y:.3g}}<extra></extra>",
        },
        {
            **own,
            "x": sizes.sum(axis=0),
            "y": [literal(band) for band in part.bands],
            "xaxis": "x2",
            "yaxis": axis,
            "orientation": "h",
            "hovertemplate": f"{name} %{{y}}: %{{x:.3g}}<extra></extra>",
        },
    ]


def _marks(part: Part, day: date, band: str | None, axis: str) -> list[dict[str, Any]]:
    """Outlines a cell, or the dates nearest to a day where no band of the part is chosen."""
    if band is not None and band not in part.bands:
        return []
    away = [abs((other - day).days) for other in part.dates]
    begin, end = _span(part, away.index(min(away)))
    first, last = (0, len(part.bands) - 1) if band is None else (part.bands.index(band),) * 2
    place = {"x0": begin, "x1": end, "y0": first - 0.5, "y1": last + 0.5}
    return [
        {"type": "rect", "xref": "x", "yref": axis, **place, "line": {"color": color, "width": w}}
        for color, w in (("#000000", 3.5), ("#ffffff", 1.5))
    ]


def _bar(parts: Sequence[Part], number: int) -> dict[str, float]:
    """Width and place of a part's bars on its dates, beside those of the others, milliseconds."""
    width = 0.9 * min(_width(part) for part in parts) / len(parts)
    return {"width": width, "offset": (number - len(parts) / 2) * width}


def _ends(parts: Sequence[Part]) -> tuple[str, str]:
    """Where the first cell of all parts begins and the last one ends."""
    spans = [_span(part, at) for part in parts for at in (0, len(part.dates) - 1)]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _span(part: Part, at: int) -> tuple[str, str]:
    """Where a date's cells begin and end; as text, for numbers would mean the reader's time."""
    middle = datetime.combine(part.dates[at], time())
    half = timedelta(milliseconds=_width(part) / 2)
    return (middle - half).isoformat(), (middle + half).isoformat()


def _width(part: Part) -> float:
    """Of a date's cells, milliseconds."""
    days = [day.toordinal() for day in part.dates]
    return min((later - day for day, later in pairwise(days)), default=1) * _DAY


__all__ = ["attribution_chart"]
