"""How a training goes: loss and macro F1 over its epochs."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from cropcore.legend import SAFE
from cropcore.training.history import History
from dashboard.charts.words import Translate

_HEIGHT = 270
_TRAINING, _VALIDATION = SAFE[0], SAFE[1]


def loss_chart(history: History, t: Translate) -> go.Figure:
    """Training and validation loss, the epoch whose weights are kept marked."""
    measured = history.columns["train_loss"]
    training = measured if np.isfinite(measured).any() else history.columns["loss"]
    figure = _chart(history, training, history.columns["val_loss"], "top", t)
    return figure.update_yaxes(title=t("training.loss"), rangemode="tozero", exponentformat="none")


def score_chart(history: History, t: Translate) -> go.Figure:
    """Training and validation macro F1, the epoch whose weights are kept marked."""
    columns = history.columns
    figure = _chart(history, columns["train_macro_f1"], columns["val_macro_f1"], "bottom", t)
    return figure.update_yaxes(title=t("training.macro_f1"), range=[0, 1.02])


def _chart(
    history: History, training: np.ndarray, validation: np.ndarray, free: str, t: Translate
) -> go.Figure:
    """``free`` is the end of the vertical axis that the curves leave free."""
    figure = go.Figure()
    for values, name, color in (
        (training, "training.curve.train", _TRAINING),
        (validation, "training.curve.validation", _VALIDATION),
    ):
        if np.isfinite(values).any():
            figure.add_scatter(
                x=history.epochs,
                y=values,
                mode="lines+markers" if len(values) < 40 else "lines",
                name=t(name),
                line={"color": color, "width": 2},
                marker={"size": 5},
                hovertemplate="%{y:.3f}",
            )
    best, last = history.best_epoch, len(validation)
    figure.add_vline(
        x=best,
        line={"color": "#888", "width": 1.5, "dash": "dash"},
        annotation={"text": t("training.curve.best", epoch=best), "font": {"color": "#888"}},
        annotation_position=f"{free} {'right' if best * 2 <= last else 'left'}",
    )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0},
        uirevision="history",
    )
    room = max(last * 0.03, 0.2)
    return figure.update_xaxes(
        title=t("training.epoch"), range=[1 - room, last + room], tickformat="d", showgrid=False
    )


__all__ = ["loss_chart", "score_chart"]
