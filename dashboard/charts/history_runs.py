"""How several trainings went, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from cropcore.legend import SAFE
from cropcore.training.history import History
from dashboard.charts.words import Translate, literal

Against = Literal["epochs", "seconds"]
MOST_RUNS = 5
COLORS = SAFE[:MOST_RUNS]
"""Of the first, second, … run."""
_HEIGHT = 300


@dataclass(frozen=True)
class Track:
    """One training."""

    name: str
    """Of the run; data."""
    color: str
    history: History

    def across(self, against: Against) -> np.ndarray:
        """Epochs, or seconds since the training began, (epoch,)."""
        return self.history.epochs if against == "epochs" else self.history.columns["seconds"]


def runs_chart(
    tracks: Sequence[Track],
    column: Literal["val_loss", "val_macro_f1"],
    against: Against,
    t: Translate,
) -> go.Figure:
    """A measure on the validation samples of several trainings; their kept weights are dots."""
    figure = go.Figure()
    for track in tracks:
        values, across = track.history.columns[column], track.across(against)
        figure.add_scatter(
            x=across,
            y=values,
            mode="lines",
            name=literal(track.name),
            line={"color": track.color, "width": 2},
            hovertemplate="%{y:.3f}",
        )
        best = track.history.best_epoch - 1
        figure.add_scatter(
            x=[across[best]],
            y=[values[best]],
            mode="markers",
            marker={"color": track.color, "size": 10, "line": {"color": "#888", "width": 1}},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="x unified",
        showlegend=False,
        uirevision=f"{column}.{against}",
    )
    figure.update_xaxes(title=t(f"training.together.{against}"), showgrid=False, rangemode="tozero")
    if column == "val_loss":
        return figure.update_yaxes(
            title=t("training.together.loss"), rangemode="tozero", exponentformat="none"
        )
    return figure.update_yaxes(title=t("training.together.f1"), range=[0, 1.02])


__all__ = ["COLORS", "MOST_RUNS", "Against", "Track", "runs_chart"]
