"""How far the figures of repeated trainings lie apart: one dot a fold or seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from cropcore.legend import SAFE
from dashboard.charts.words import Translate, literal

_ROW, _FRAME = 30, 70
"""Points of height: each measure, and all else."""
_ROOM, _LEAST_ROOM = 0.05, 0.02
"""Free space at both ends: a share of the spread, and at least so much."""
_DOTS, _MEAN = SAFE[0], SAFE[1]


@dataclass(frozen=True)
class Repeated:
    """One measure of all repeats that have it."""

    name: str
    """Data."""
    values: np.ndarray
    """(repeat,); NaN where a repeat tested no sample of a class."""

    @property
    def known(self) -> np.ndarray:
        """The values that there are."""
        return self.values[np.isfinite(self.values)]

    @property
    def mean(self) -> float:
        """Mean of the repeats."""
        return float(self.known.mean())

    @property
    def sd(self) -> float | None:
        """Standard deviation of the repeats (n − 1); ``None`` of a single one."""
        return float(self.known.std(ddof=1)) if len(self.known) > 1 else None


def spread_chart(measures: Sequence[Repeated], repeats: Sequence[str], t: Translate) -> go.Figure:
    """A row a measure: each repeat a dot, their mean ± standard deviation beside them.

    Args:
        measures: Each has a value somewhere.
        repeats: Names of the repeats.
        t: Words.
    """
    figure = go.Figure()
    rows = np.arange(len(measures))
    for number, name in enumerate(repeats):
        figure.add_scatter(
            x=[measure.values[number] for measure in measures],
            y=rows - 0.14,
            mode="markers",
            name=literal(name),
            marker={"color": _DOTS, "size": 8, "opacity": 0.65},
            hovertemplate=f"{literal(name)}: %{{x:.3f}}<extra></extra>",
            showlegend=False,
        )
    figure.add_scatter(
        x=[measure.mean for measure in measures],
        y=rows + 0.2,
        mode="markers",
        marker={"color": _MEAN, "size": 9, "symbol": "diamond"},
        error_x={
            "type": "data",
            "array": [measure.sd or 0 for measure in measures],
            "color": _MEAN,
            "thickness": 2,
        },
        name=t("training.repeats.mean"),
        hovertemplate="%{x:.3f}<extra></extra>",
        showlegend=False,
    )
    figure.update_layout(
        height=_FRAME + _ROW * len(measures),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        uirevision="spread",
    )
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[literal(measure.name) for measure in measures],
        range=[len(measures) - 0.5, -0.5],
        automargin=True,
        zeroline=False,
    )
    return figure.update_xaxes(range=_span(measures), title=t("training.repeats.axis"))


def _span(measures: Sequence[Repeated]) -> list[float]:
    """The part of 0 – 1 that holds all dots and bars, with some room."""
    ends = [end for one in measures for end in (one.mean - (one.sd or 0), one.mean + (one.sd or 0))]
    known = np.concatenate([ends, *(one.known for one in measures)])
    room = max(_ROOM * float(np.ptp(known)), _LEAST_ROOM)
    return [max(float(known.min()) - room, -0.01), min(float(known.max()) + room, 1.01)]


__all__ = ["Repeated", "spread_chart"]
