"""What a run goes by for its classes: over dates, band by band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.explain.by_class import ByClass, ClassAttribution, SourceByClass
from dashboard.charts.words import Translate, literal

_ACROSS = 4
"""Panels in a row."""
_PANEL = 150
"""Height of a panel, points."""
_ROW = 22
"""Height of a band, points."""
_BETWEEN = 34
_FAINT, _BAND = 0.55, 0.2
"""Opacity of the other classes' lines, and of ± one standard deviation."""
_EDGE = "rgba(128,128,128,0.45)"
"""Under the chosen line, so that pale colours are seen on white."""


@dataclass(frozen=True)
class ClassLook:
    """How a class is called and drawn."""

    name: str
    color: str
    """``#rrggbb``."""


def lines_chart(
    source: SourceByClass, looks: dict[int, ClassLook], chosen: int, unit: str, t: Translate
) -> go.Figure:
    """A panel for each band, a line for each class over the dates, all on one scale.

    The chosen class is drawn on top, with a band of one standard deviation to either side.

    Args:
        source: What one encoder reads.
        looks: Of all classes, by legend code.
        chosen: Legend code.
        unit: What a value of 1 means.
        t: Words.
    """
    n_bands = len(source.bands)
    across = min(n_bands, _ACROSS)
    down = -(-n_bands // across)
    figure = make_subplots(
        rows=down,
        cols=across,
        shared_xaxes=True,
        shared_yaxes="all",
        horizontal_spacing=0.02,
        vertical_spacing=0.16 / down,
        subplot_titles=[literal(band) for band in source.bands],
    )
    days = [day.isoformat() for day in source.dates]
    order = sorted(source.classes, key=lambda one: one.item.code == chosen)  # the chosen one last
    for at in range(n_bands):
        place = {"row": at // across + 1, "col": at % across + 1}
        for one in order:
            look, on_top = looks[one.item.code], one.item.code == chosen
            if on_top:
                _add_spread(figure, one, at, days, look, place)
            figure.add_scatter(
                x=days,
                y=one.mean[:, at],
                mode="lines",
                name=f"{literal(look.name)} ({one.n})",
                legendgroup=str(one.item.code),
                showlegend=at == 0,
                opacity=1 if on_top else _FAINT,
                line={"color": look.color, "width": 2.5 if on_top else 1.2},
                customdata=one.sd[:, at],
                hovertemplate="%{x|%Y-%m-%d}: %{y:+.3g} ± %{customdata:.2g}",
                **place,
            )
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False, nticks=4)
    figure.update_yaxes(zeroline=True, zerolinecolor="#888888", nticks=5)
    figure.update_yaxes(title=literal(unit).replace("\n", "<br>"), col=1)
    figure.update_annotations(font_size=12)
    return figure.update_layout(
        height=120 + _PANEL * down,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "yanchor": "top", "y": -0.35 / down, "traceorder": "reversed"},
    )


def _add_spread(
    figure: go.Figure,
    one: ClassAttribution,
    at: int,
    days: Sequence[str],
    look: ClassLook,
    place: dict[str, int],
) -> None:
    sd = np.nan_to_num(one.sd[:, at])
    figure.add_scatter(
        x=[*days, *days[::-1]],
        y=np.concatenate([one.mean[:, at] + sd, (one.mean[:, at] - sd)[::-1]]),
        fill="toself",
        fillcolor=_faint(look.color),
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=str(one.item.code),
        **place,
    )
    figure.add_scatter(
        x=days,
        y=one.mean[:, at],
        mode="lines",
        line={"color": _EDGE, "width": 5},
        hoverinfo="skip",
        showlegend=False,
        legendgroup=str(one.item.code),
        **place,
    )


def mean_chart(found: ByClass, chosen: int, unit: str, t: Translate) -> go.Figure:
    """Signed means of one class: bands down and dates across, a panel for each source.

    White at zero and as far to either side; the quartiles are told where one points.

    Args:
        found: A run's classes.
        chosen: Legend code.
        unit: What a value of 1 means.
        t: Words.
    """
    parts = [(source, _of(source, chosen)) for source in found.sources]
    largest = max(float(np.abs(one.mean).max(initial=0)) for _, one in parts) or 1.0
    several = len(parts) > 1
    rows = [max(len(source.bands), 3) for source, _ in parts]
    inner = _ROW * sum(rows) + _BETWEEN * (len(parts) - 1)
    figure = make_subplots(
        rows=len(parts),
        cols=1,
        shared_xaxes=True,
        row_heights=rows,
        vertical_spacing=_BETWEEN / inner if several else 0,
        subplot_titles=[literal(source.name) for source, _ in parts] if several else None,
    )
    template = t("classes.hover", mean="%{z:+.3g}", low="%{customdata[0]:+.3g}",
                 high="%{customdata[1]:+.3g}")  # fmt: skip
    for row, (source, one) in enumerate(parts, start=1):
        figure.add_heatmap(
            z=one.mean.T,
            x=[day.isoformat() for day in source.dates],
            y=[literal(band) for band in source.bands],
            customdata=np.stack([one.low.T, one.high.T], axis=-1),
            hovertemplate=f"%{{y}}, %{{x|%Y-%m-%d}}: {template}<extra></extra>",
            coloraxis="coloraxis",
            xgap=0.5,
            ygap=0.5,
            row=row,
            col=1,
        )
    figure.update_xaxes(type="date", tickformat="%Y-%m", showgrid=False)
    figure.update_xaxes(title=t("chart.date"), row=len(parts), col=1)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False, dtick=1)
    figure.update_annotations(x=0, xanchor="left", font_size=13)
    title = {"text": literal(unit).replace("\n", "<br>"), "side": "top"}
    return figure.update_layout(
        height=110 + inner,
        margin={"l": 8, "r": 8, "t": 28 if several else 8, "b": 8},
        coloraxis={
            "cmin": -largest,
            "cmid": 0,
            "cmax": largest,
            "colorscale": "PuOr",
            "colorbar": {"title": title, "thickness": 12},
        },
    )


def _of(source: SourceByClass, code: int) -> ClassAttribution:
    return next(one for one in source.classes if one.item.code == code)


def _faint(color: str) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{_BAND})"


__all__ = ["ClassLook", "lines_chart", "mean_chart"]
