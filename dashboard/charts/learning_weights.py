"""What moves a network while it learns: its gates by date, its kernels and their gradients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale
from plotly.subplots import make_subplots

from cropcore.explain.learning import Norms
from cropcore.legend import SAFE
from dashboard.charts.words import Translate, literal

_QUIET = "#888888"
_COLORS, _FIRST, _LAST = "Plasma", 0.35, 0.85
"""From purple to orange; both can be seen on white and on black."""
_TICKS = tuple(base * 10.0**power for power in range(-12, 9) for base in (1, 3))
_MOST_TICKS = 5


def gates_chart(
    opened: np.ndarray,
    names: Sequence[str],
    steps: Sequence[str],
    epochs: tuple[int, int],
    t: Translate,
) -> go.Figure:
    """How far each gate is open at each date: a line, and dotted what it was at first.

    Args:
        opened: At the first epoch and at the one looked at, (2, gate, date).
        names: Of the gates.
        steps: How the dates are called.
        epochs: These two.
        t: Words.
    """
    figure = go.Figure()
    places = list(range(len(steps)))
    then, now = (t("learning.inside.gates.epoch", epoch=epoch) for epoch in epochs)
    for at, name in enumerate(names):
        color = SAFE[at]
        figure.add_scatter(
            x=places, y=opened[0, at], mode="lines", name=f"{name}, {then}", showlegend=False,
            line={"color": color, "width": 1.5, "dash": "dot"}, hovertemplate="%{y:.2f}",
        )  # fmt: skip
        figure.add_scatter(
            x=places, y=opened[1, at], mode="lines+markers", name=f"{name}, {now}",
            line={"color": color, "width": 2}, marker={"size": 5}, hovertemplate="%{y:.2f}",
        )  # fmt: skip
    every = -(-len(steps) // 14)
    figure.update_xaxes(tickvals=places[::every], ticktext=list(steps)[::every])
    figure.update_yaxes(title=t("learning.inside.gates.axis"), range=[0, 1])
    return figure.update_layout(
        height=360,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top"},
        hovermode="x unified",
    )


def norms_chart(norms: Norms, epochs: Sequence[int], epoch: int, t: Translate) -> go.Figure:
    """Norm of each layer's kernels, and of the gradient below, from the input, purple, on.

    Args:
        norms: Of all layers at all epochs.
        epochs: That were looked at.
        epoch: The one that is marked.
        t: Words.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    n = len(norms.layers)
    colors = sample_colorscale(_COLORS, np.linspace(_FIRST, _LAST, n).tolist())
    for row, lengths in ((1, norms.kernels), (2, norms.gradients)):
        for at, name in enumerate(norms.layers):
            figure.add_scatter(
                x=list(epochs), y=lengths[:, at], mode="lines+markers", name=literal(name),
                legendgroup=str(at), showlegend=row == 1, row=row, col=1,
                line={"color": colors[at], "width": 2}, marker={"size": 4},
                hovertemplate=t(
                    "learning.inside.norms.hover",
                    layer=literal(name), epoch="%{x}", value="%{y:.3g}",
                ) + "<extra></extra>",
            )  # fmt: skip
    figure.add_vline(x=epoch, line={"color": _QUIET, "width": 1})
    figure.update_yaxes(title=t("learning.inside.norms.kernels"), rangemode="tozero", row=1, col=1)
    ticks = _ticks(norms.gradients)
    figure.update_yaxes(
        title=t("learning.inside.norms.gradients"), type="log", tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks], row=2, col=1,
    )  # fmt: skip
    figure.update_xaxes(title=t("learning.epoch"), row=2, col=1)
    return figure.update_layout(
        height=360,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"font": {"size": 10}},
    )


def _ticks(lengths: np.ndarray) -> list[float]:
    """Few round numbers between the shortest and the longest that is not 0, and one beyond each."""
    some = lengths[lengths > 0]
    if not len(some):
        return [1.0]
    first, last = np.searchsorted(_TICKS, [some.min(), some.max()])
    ticks = _TICKS[max(int(first) - 1, 0) : int(last) + 1]
    return list(ticks[:: -(-len(ticks) // _MOST_TICKS)])


__all__ = ["gates_chart", "norms_chart"]
