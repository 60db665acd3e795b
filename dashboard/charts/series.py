"""What the satellites saw at one pixel, on real dates, beside what a model made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.legend import SAFE
from dashboard.charts.words import Translate, literal
from dashboard.pixel import Track

_COLOURS = {
    "B02": "#4477aa", "B03": "#228833", "B04": "#cc3311", "B05": "#aa4499", "B06": "#882255",
    "B07": "#999933", "B08": "#ee7733", "B8A": "#ddaa33", "B11": "#44aa99", "B12": "#332288",
    "VV": "#0077bb", "VH": "#ee3377",
}  # fmt: skip
_PANEL = 190
"""Height of the panel of one unit, points."""


@dataclass(frozen=True)
class ModelTrack:
    """One band as a model sees it."""

    band: str
    dates: tuple[date, ...]
    values: np.ndarray
    """(time,)."""
    mean: np.ndarray | None = None
    """Mean of the training samples of one class, (time,)."""


def series_chart(
    tracks: Sequence[Track], model: Sequence[ModelTrack], mean_of: str, t: Translate
) -> go.Figure:
    """A panel per unit, a colour per band: observations as dots, hollow where masked.

    Args:
        tracks: Observations of the bands to show.
        model: What the model sees, in some or all of these bands.
        mean_of: Name of the class whose mean is shown.
        t: Words.
    """
    units = list(dict.fromkeys(track.unit for track in tracks))
    panels = max(len(units), 1)
    figure = make_subplots(rows=panels, cols=1, shared_xaxes=True, vertical_spacing=0.07)
    by_band = {item.band: item for item in model}
    for number, track in enumerate(tracks):
        color = _COLOURS.get(track.band, SAFE[number % len(SAFE)])
        row = units.index(track.unit) + 1
        for trace in _traces(track, by_band.get(track.band), color, mean_of, t):
            figure.add_trace(trace, row=row, col=1)
    for row, unit in enumerate(units, start=1):
        shown = [track for track in tracks if track.unit == unit]
        figure.update_yaxes(title=t(f"series.{unit}"), range=clear_range(shown), row=row, col=1)
    figure.update_xaxes(type="date", tickformat="%Y-%m", hoverformat="%Y-%m-%d")
    figure.update_xaxes(title=t("chart.date"), row=panels, col=1)
    figure.update_layout(
        height=70 + _PANEL * panels,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0},
    )
    return figure


def _traces(
    track: Track, model: ModelTrack | None, color: str, mean_of: str, t: Translate
) -> list[go.Scatter]:
    band = literal(track.band)
    traces = []
    if model is not None:
        days = [day.isoformat() for day in model.dates]
        if model.mean is not None:
            name = t("series.mean", band=band, name=literal(mean_of))
            line = {"color": color, "width": 1.5, "dash": "dot"}
            traces.append(_line(days, model.mean, name, line))
        name = t("series.model", band=band)
        traces.append(_line(days, model.values, name, {"color": color, "width": 2}))
    for masked in (False, True):
        chosen = (track.masked == masked) & np.isfinite(track.values)
        if not chosen.any():
            continue
        traces.append(
            go.Scatter(
                x=[
                    day.isoformat() for day, there in zip(track.dates, chosen, strict=True) if there
                ],
                y=track.values[chosen],
                mode="markers",
                name=t("series.masked" if masked else "series.clear", band=band),
                marker={
                    "color": color,
                    "size": 7,
                    "symbol": "circle-open" if masked else "circle",
                    "line": {"width": 1.5} if masked else {},
                },
                showlegend=not masked,
                hovertemplate="%{y:.3g}",
            )
        )
    return traces


def _line(days: list[str], values: np.ndarray, name: str, line: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=values,
        mode="lines",
        name=name,
        line=line,
        showlegend=False,
        hoverinfo="skip",
    )


def clear_range(tracks: Sequence[Track], *others: np.ndarray) -> list[float] | None:
    """What clear observations and other values span, and some room; clouds may reach beyond."""
    clear = np.concatenate([*(track.values[~track.masked] for track in tracks), *others])
    clear = clear[np.isfinite(clear)]
    if not clear.size:
        return None
    low, high = float(clear.min()), float(clear.max())
    room = max(0.12 * (high - low), 1e-3)
    return [low - room, high + room]


__all__ = ["ModelTrack", "clear_range", "series_chart"]
