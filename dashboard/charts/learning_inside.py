"""What a network's layers made of the same samples: heat maps over epochs and dates, a scatter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.explain.learning import Paths, Weighed
from cropcore.legend import SAFE
from dashboard.charts.words import Translate, literal

_ALONE = "<extra></extra>"
_ROW = 24
"""Height of a layer or class, points."""
_LEAST = 0.01
"""Ratios below it look alike."""
_TICKS = tuple(base * 10.0**power for power in range(-2, 10) for base in (1, 2, 5))
_BELOW = 0.1
"""Share of the largest activation that may be below 0 where a layer cuts off: what its leading
components miss."""
_ACROSS = 4
"""Maps of classes side by side."""
_LINES = tuple(color for color in SAFE if color != "#bbbbbb")


@dataclass(frozen=True)
class ClassSeen:
    """A class of the probe set."""

    name: str
    color: str
    """Of the legend, ``#rrggbb``."""


@dataclass(frozen=True)
class Scale:
    """How a measure is coloured."""

    title: str
    low: float | None = 0.0
    high: float | None = None
    ratio: bool = False
    """Whether what counts is how many times as much: colours follow the logarithm."""


def layers_chart(
    values: np.ndarray,
    names: Sequence[str],
    epochs: Sequence[int],
    at: int,
    scale: Scale,
    t: Translate,
) -> go.Figure:
    """A measure of every layer at every epoch that was looked at, the input on top.

    Args:
        values: (epoch, layer).
        names: Of the layers; data.
        epochs: That were looked at.
        at: Position of the epoch that is framed.
        scale: Of the colours.
        t: Words.
    """
    labels = [literal(name) for name in names]
    figure = _heat(values.T, labels, epochs, scale, "learning.inside.layers.hover", t)
    return _framed(figure, at, len(labels), max(220, 130 + _ROW * len(labels)))


def dates_chart(
    values: np.ndarray,
    steps: Sequence[str],
    epochs: Sequence[int],
    at: int,
    scale: Scale,
    t: Translate,
) -> go.Figure:
    """A measure of one layer at every date and epoch, the first date on top.

    Args:
        values: (epoch, date).
        steps: How the dates are called.
        epochs: That were looked at.
        at: Position of the epoch that is framed.
        scale: Of the colours.
        t: Words.
    """
    figure = _heat(values.T, steps, epochs, scale, "learning.inside.dates.hover", t)
    every = -(-len(steps) // 14)
    figure.update_yaxes(tickvals=list(range(0, len(steps), every)), ticktext=list(steps)[::every])
    return _framed(figure, at, len(steps), max(340, 130 + 11 * len(steps)))


def scatter_chart(
    paths: Paths,
    at: int,
    codes: np.ndarray,
    classes: dict[int, ClassSeen],
    ids: Sequence[str],
    t: Translate,
) -> go.Figure:
    """The samples at one epoch, on axes that are the same at all.

    Args:
        paths: Where they are at each epoch.
        at: Position of the epoch.
        codes: Legend code of each sample.
        classes: By legend code, in the order of the legend.
        ids: Of the samples; data.
        t: Words.
    """
    figure = go.Figure()
    names = np.array([literal(name) for name in ids], dtype=object)
    for code, seen in classes.items():
        own = codes == code
        if not own.any():
            continue
        x, y = paths.points[at][own].T
        figure.add_scatter(
            x=x, y=y, mode="markers", name=literal(seen.name), customdata=names[own],
            marker={
                "size": 7, "color": seen.color, "opacity": 0.85,
                "line": {"width": 0.6, "color": "#555555"},
            },
            hovertemplate=f"{literal(seen.name)}, %{{customdata}}{_ALONE}",
        )  # fmt: skip
    for axis, limits, share, number in zip(
        "xy", paths.limits, paths.explained, (1, 2), strict=True
    ):
        title = t("learning.inside.component", number=number, share=f"{share:.0%}")
        figure.update_layout(
            {
                f"{axis}axis": {
                    "range": limits,
                    "title": title,
                    "zeroline": False,
                    "fixedrange": True,
                }
            }
        )
    return figure.update_layout(
        height=420,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"itemsizing": "constant", "font": {"size": 11}},
        uirevision="scatter",
        transition={"duration": 300},
    )


def maps_chart(
    maps: np.ndarray,
    order: np.ndarray,
    classes: Sequence[ClassSeen],
    steps: Sequence[str],
    t: Translate,
) -> go.Figure:
    """A heat map per class, units down and dates across, all on one scale of colours.

    Args:
        maps: Mean activation, (class, date, unit).
        order: Units from top to bottom.
        classes: In the order of ``maps``.
        steps: How the dates are called.
        t: Words.
    """
    rows = -(-len(classes) // _ACROSS)
    across = min(_ACROSS, len(classes))
    figure = make_subplots(
        rows=rows, cols=across, shared_xaxes=True, shared_yaxes=True,
        subplot_titles=[literal(seen.name) for seen in classes],
        vertical_spacing=0.28 / max(rows, 2), horizontal_spacing=0.02,
    )  # fmt: skip
    for number, own in enumerate(maps):
        figure.add_heatmap(
            z=own.T[order], x=list(range(len(steps))), y=list(range(len(order))),
            customdata=[[(int(unit) + 1, step) for step in steps] for unit in order],
            coloraxis="coloraxis",
            hovertemplate=t(
                "learning.inside.maps.hover",
                unit="%{customdata[0]}", date="%{customdata[1]}", value="%{z:.2f}",
            ) + _ALONE,
            row=number // _ACROSS + 1, col=number % _ACROSS + 1,
        )  # fmt: skip
    every = -(-len(steps) // 3)
    figure.update_xaxes(
        tickvals=list(range(0, len(steps), every)), ticktext=list(steps)[::every], showgrid=False
    )
    figure.update_yaxes(autorange="reversed", showticklabels=False, showgrid=False)
    figure.update_yaxes(title=t("learning.inside.units"), col=1)
    figure.update_annotations(font_size=12)
    largest = float(np.abs(maps).max(initial=0.0)) or 1.0
    one_sided = float(maps.min(initial=0.0)) >= -_BELOW * largest
    return figure.update_layout(
        height=90 + 190 * rows,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        coloraxis={
            "colorscale": "Viridis" if one_sided else "PuOr",
            "cmin": 0 if one_sided else -largest,
            "cmax": largest,
            "colorbar": {
                "title": {"text": t("learning.inside.activation"), "side": "top"}, "thickness": 12,
            },
        },
    )  # fmt: skip


def attention_chart(
    weighed: Weighed, shown: Sequence[tuple[int, ClassSeen]], steps: Sequence[str], t: Translate
) -> go.Figure:
    """Attention per date: a line per class for the median, a band for the middle half.

    Args:
        weighed: Of all classes.
        shown: Position in ``weighed`` and class, of those that are drawn.
        steps: How the dates are called.
        t: Words.
    """
    figure = go.Figure()
    places = list(range(len(steps)))
    for turn, (at, seen) in enumerate(shown):
        color = _LINES[turn % len(_LINES)]
        name = literal(seen.name)
        bounds = [*weighed.upper[at], *weighed.lower[at][::-1]]
        figure.add_scatter(
            x=[*places, *places[::-1]], y=bounds, fill="toself", fillcolor=color, opacity=0.18,
            mode="none", hoverinfo="skip", showlegend=False, legendgroup=name,
        )  # fmt: skip
        figure.add_scatter(
            x=places, y=weighed.median[at], mode="lines+markers", name=name, legendgroup=name,
            line={"color": color, "width": 2}, marker={"size": 5}, hovertemplate="%{y:.3f}",
        )  # fmt: skip
    equal = 1 / len(steps)
    figure.add_hline(y=equal, line={"color": "#888888", "width": 1, "dash": "dot"})
    every = -(-len(steps) // 14)
    figure.update_xaxes(tickvals=places[::every], ticktext=list(steps)[::every])
    figure.update_yaxes(title=t("learning.inside.attention.axis"), rangemode="tozero")
    return figure.update_layout(
        height=380,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top"},
        hovermode="x unified",
    )


def _heat(
    values: np.ndarray,
    rows: Sequence[str],
    epochs: Sequence[int],
    scale: Scale,
    hover: str,
    t: Translate,
) -> go.Figure:
    """Rows down and epochs across; the columns stand side by side whatever lies between them."""
    shown, bar = values, {"title": {"text": scale.title, "side": "top"}, "thickness": 12}
    limits: dict[str, Any] = {"zmin": scale.low, "zmax": scale.high}
    if scale.ratio:
        shown = np.log10(np.maximum(values, _LEAST))
        low, top = float(shown.min()), max(float(shown.max()), float(shown.min()) + 0.1)
        limits = {"zmin": low, "zmax": top}
        ticks = [tick for tick in _TICKS if low <= np.log10(tick) <= top]
        bar |= {"tickvals": np.log10(ticks).tolist(), "ticktext": [f"{tick:g}" for tick in ticks]}
    told = np.empty((*values.shape, 3), dtype=object)
    told[..., 0], told[..., 1], told[..., 2] = np.array(rows)[:, None], np.array(epochs), values
    places = list(range(len(epochs)))
    figure = go.Figure()
    figure.add_heatmap(
        z=shown, x=places, y=list(range(len(rows))), customdata=told, colorscale="Viridis",
        colorbar=bar, xgap=0.5, ygap=0.5, **limits,
        hovertemplate=t(
            hover, row="%{customdata[0]}", epoch="%{customdata[1]}", value="%{customdata[2]:.3g}"
        ) + _ALONE,
    )  # fmt: skip
    every = -(-len(epochs) // 16)
    figure.update_xaxes(
        title=t("learning.epoch"), tickvals=places[::every], showgrid=False, zeroline=False,
        ticktext=[str(epoch) for epoch in epochs][::every],
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=list(rows), showgrid=False, zeroline=False,
        automargin=True, range=[len(rows) - 0.5, -0.5],
    )  # fmt: skip
    return figure


def _framed(figure: go.Figure, at: int, n_rows: int, height: int) -> go.Figure:
    """Frame one epoch."""
    for color, width in (("#000000", 4), ("#ffffff", 2)):
        figure.add_shape(
            type="rect", x0=at - 0.5, x1=at + 0.5, y0=-0.5, y1=n_rows - 0.5,
            line={"color": color, "width": width},
        )  # fmt: skip
    return figure.update_layout(height=height, margin={"l": 8, "r": 8, "t": 24, "b": 8})


__all__ = [
    "ClassSeen",
    "Scale",
    "attention_chart",
    "dates_chart",
    "layers_chart",
    "maps_chart",
    "scatter_chart",
]
