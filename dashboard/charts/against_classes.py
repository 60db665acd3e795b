"""A series against what is usual for the classes in question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.charts.series import clear_range
from dashboard.charts.stripes import stripes, title_above
from dashboard.charts.words import Translate, literal
from dashboard.pixel import Track

_PANEL = 150
"""Height of a band's panel, points."""
_OWN = "#1f6feb"
_LIGHTEST = 165
"""Luminance of a line on white, 0–255, at most."""
_DASHES = ("solid", "dash")
_FILL = 0.3
"""Opacity of a class's middle half."""


@dataclass(frozen=True)
class Usual:
    """What is usual for a class in one band."""

    name: str
    color: str
    """``#rrggbb``."""
    mean: np.ndarray
    """(time,), like the quartiles."""
    quartiles: np.ndarray | None = None
    """Lower, median and upper, (3, time); ``None`` while unknown."""


@dataclass(frozen=True)
class BandView:
    """One band as a model sees it, and the classes in it."""

    track: Track
    """What was acquired."""
    dates: tuple[date, ...]
    """Of the model's season; what follows has a value for each."""
    values: np.ndarray
    usual: tuple[Usual, ...]
    """The winner's, then the runner-up's."""


def against_classes(
    views: Sequence[BandView], own: str, t: Translate, day: date | None = None
) -> go.Figure:
    """A panel per band: the classes' middle halves behind, the series and its acquisitions before.

    Args:
        views: The bands to show.
        own: What the series itself is called.
        t: Words.
        day: A date to mark.
    """
    panels = max(len(views), 1)
    share = 0.16 / panels  # of the height, between two panels
    height = (1 - share * (panels - 1)) / panels
    places = stripes([height] * panels, [share] * (panels - 1))
    bottom = "y" if panels == 1 else f"y{panels}"
    title = {"text": t("chart.date")}
    layout: dict[str, Any] = {
        "height": 80 + _PANEL * panels,
        "margin": {"l": 8, "r": 8, "t": 56, "b": 8},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0 + 0.2 / panels},
        "xaxis": {"type": "date", "tickformat": "%Y-%m", "hoverformat": "%Y-%m-%d",
                  "anchor": bottom, "title": title},
    }  # fmt: skip
    traces, titles = [], []
    for number, (view, place) in enumerate(zip(views, places, strict=False), start=1):
        axis = "y" if number == 1 else f"y{number}"
        traces += [{**one, "yaxis": axis} for one in _traces(view, own, number == 1, t)]
        layout[f"yaxis{number}"] = {"domain": place, "range": _range(view), "nticks": 4}
        words = f"{view.track.band} · {t(f'series.{view.track.unit}')}"
        titles.append(title_above(words, place[1], 12))
    layout["annotations"] = titles
    if day is not None and views:
        layout["shapes"] = [_mark(day)]
    return go.Figure({"data": traces, "layout": layout})


def _mark(day: date) -> dict[str, Any]:
    """A line at a date through all panels."""
    place = {"x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": {"color": "#d6336c", "width": 1.5, "dash": "dot"}}


def _traces(view: BandView, own: str, named: bool, t: Translate) -> list[dict[str, Any]]:
    days = [day.isoformat() for day in view.dates]
    traces = []
    for item, dash in zip(view.usual, _DASHES, strict=False):
        color = _ink(item.color)
        group = {"legendgroup": dash, "showlegend": named}
        if item.quartiles is not None:
            traces.append(_half(days, item.quartiles, color, group | {"showlegend": False}))
        name = t("explain.series.mean", name=literal(item.name))
        line = {"color": "rgb({},{},{})".format(*color), "width": 1.5, "dash": dash}
        traces.append(_line(days, item.mean, name, line, group))
    line = {"color": _OWN, "width": 2}
    traces.append(_line(days, view.values, own, line, {"showlegend": named}))
    track = view.track
    for masked in (False, True):
        chosen = (track.masked == masked) & np.isfinite(track.values)
        if not chosen.any():
            continue
        traces.append(
            {
                "type": "scatter",
                "x": [one.isoformat() for one, it in zip(track.dates, chosen, strict=True) if it],
                "y": track.values[chosen],
                "mode": "markers",
                "name": t("explain.series.masked" if masked else "explain.series.clear"),
                "legendgroup": str(masked),
                "showlegend": named,
                "marker": {
                    "color": _OWN,
                    "size": 6,
                    "symbol": "circle-open" if masked else "circle",
                },
                "hovertemplate": "%{x|%Y-%m-%d}: %{y:.3g}<extra></extra>",
            }
        )
    return traces


def _ink(color: str) -> tuple[int, int, int]:
    """A class's colour, dark enough to be seen as a line on white."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    share = min(1.0, _LIGHTEST / max(light, 1.0))
    return int(red * share), int(green * share), int(blue * share)


def _half(
    days: list[str],
    quartiles: np.ndarray,
    color: tuple[int, int, int],
    group: dict[str, object],
) -> dict[str, Any]:
    """The middle half as one closed shape; dates without a value are left out."""
    low, _, high = quartiles
    known = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
    return {
        "type": "scatter",
        "x": [days[at] for at in (*known, *known[::-1])],
        "y": np.concatenate([high[known], low[known][::-1]]),
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": "rgba({},{},{},{})".format(*color, _FILL),
        "hoverinfo": "skip",
        **group,
    }


def _line(
    days: list[str],
    values: np.ndarray,
    name: str,
    line: dict[str, object],
    group: dict[str, object],
) -> dict[str, Any]:
    template = f"{name} %{{x|%Y-%m-%d}}: %{{y:.3g}}<extra></extra>"
    drawn = {"type": "scatter", "mode": "lines", "name": name, "line": line}
    return {**drawn, "x": days, "y": values, "hovertemplate": template, **group}


def _range(view: BandView) -> list[float] | None:
    found = [view.values]
    for item in view.usual:
        found += [item.mean] if item.quartiles is None else [item.quartiles[0], item.quartiles[2]]
    return clear_range([view.track], *found)


__all__ = ["BandView", "Usual", "against_classes"]
