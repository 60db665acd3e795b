"""How a training goes: loss, learning rate, macro F1 and the F1 of classes over its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.legend import SAFE
from cropcore.training.history import History
from dashboard.charts.words import Translate, literal

_HEIGHT = 300
_TRAINING, _VALIDATION, _QUIET = SAFE[0], SAFE[1], "#888"
_DASHES = ("solid", "dash", "dot", "dashdot")
_RATE_ROOM = 1.4
"""Factor of free space beyond the smallest and the largest learning rate."""


@dataclass(frozen=True)
class ClassLine:
    """One class as a line."""

    place: int
    """In the legend; the same class has the same line in every chart."""
    name: str
    """Data."""
    f1: np.ndarray
    """On the validation samples, (epoch,); NaN where there are none."""


def loss_chart(history: History, t: Translate) -> go.Figure:
    """Training and validation loss, the epoch whose weights are kept marked; below it the rate."""
    columns = history.columns
    measured = columns["train_loss"]
    training = measured if np.isfinite(measured).any() else columns["loss"]
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.78, 0.22]
    )
    _add_both(figure, history, training, columns["val_loss"], t)
    figure.add_scatter(
        x=history.epochs,
        y=columns["lr"],
        mode="lines",
        name=t("training.curve.rate"),
        line={"color": _QUIET, "width": 2, "shape": "hv"},
        hovertemplate="%{y:.3g}",
        showlegend=False,
        row=2,
        col=1,
    )
    _lay_out(figure, history, "top", t, row=1, col=1)
    figure.update_yaxes(
        title=t("training.loss"), rangemode="tozero", exponentformat="none", row=1, col=1
    )
    figure.update_yaxes(title=t("training.rate"), row=2, col=1, **_rates(columns["lr"]))
    return figure.update_xaxes(title="", row=1, col=1)


def score_chart(history: History, t: Translate) -> go.Figure:
    """Training and validation macro F1, the epoch whose weights are kept marked."""
    columns, figure = history.columns, go.Figure()
    _add_both(figure, history, columns["train_macro_f1"], columns["val_macro_f1"], t)
    _lay_out(figure, history, "bottom", t)
    return figure.update_yaxes(title=t("training.macro_f1"), range=[0, 1.02])


def classes_chart(history: History, lines: Sequence[ClassLine], t: Translate) -> go.Figure:
    """Validation F1 of some classes over the epochs, the kept weights marked."""
    figure = go.Figure()
    for line in lines:
        figure.add_scatter(
            x=history.epochs,
            y=line.f1,
            mode=_mode(line.f1),
            name=literal(line.name),
            line={
                "color": SAFE[line.place % len(SAFE)],
                "width": 2,
                "dash": _DASHES[line.place // len(SAFE) % len(_DASHES)],
            },
            marker={"size": 5},
            hovertemplate="%{y:.2f}",
        )
    _lay_out(figure, history, "bottom", t)
    return figure.update_yaxes(title=t("training.class_f1"), range=[0, 1.02])


def _add_both(
    figure: go.Figure, history: History, training: np.ndarray, validation: np.ndarray, t: Translate
) -> None:
    for values, name, color in (
        (training, "training.curve.train", _TRAINING),
        (validation, "training.curve.validation", _VALIDATION),
    ):
        if np.isfinite(values).any():
            figure.add_scatter(
                x=history.epochs,
                y=values,
                mode=_mode(values),
                name=t(name),
                line={"color": color, "width": 2},
                marker={"size": 5},
                hovertemplate="%{y:.3f}",
            )


def _mode(values: np.ndarray) -> str:
    return "lines+markers" if len(values) < 40 else "lines"


def _rates(rates: np.ndarray) -> dict[str, object]:
    """A logarithmic axis with the smallest and the largest rate on it."""
    positive = rates[np.isfinite(rates) & (rates > 0)]
    if not len(positive):
        return {}
    ends = sorted({float(positive.min()), float(positive.max())})
    low, high = np.log10(ends[0] / _RATE_ROOM), np.log10(ends[-1] * _RATE_ROOM)
    texts = [f"{rate:.2g}" for rate in ends]
    return {"type": "log", "range": [low, high], "tickvals": ends, "ticktext": texts}


def _lay_out(figure: go.Figure, history: History, free: str, t: Translate, **place: int) -> None:
    """Mark the kept weights; ``free`` is the end of the vertical axis that the curves leave free.

    ``place`` is the row and column that are marked, where there are several.
    """
    best, last = history.best_epoch, len(history.epochs)
    figure.add_vline(
        x=best,
        line={"color": _QUIET, "width": 1.5, "dash": "dash"},
        annotation={"text": t("training.curve.best", epoch=best), "font": {"color": _QUIET}},
        annotation_position=f"{free} {'right' if best * 2 <= last else 'left'}",
        **place,
    )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0},
        uirevision="history",
    )
    room = max(last * 0.03, 0.2)
    figure.update_xaxes(
        title=t("training.epoch"), range=[1 - room, last + room], tickformat="d", showgrid=False
    )


__all__ = ["ClassLine", "classes_chart", "loss_chart", "score_chart"]
