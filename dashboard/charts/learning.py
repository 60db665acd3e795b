"""How a network learnt: its curves, and each class's F1 over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cropcore.explain.learning import Milestone
from cropcore.legend import SAFE
from cropcore.training.history import History
from dashboard.charts.words import Translate, literal

_TRAINING, _VALIDATION, _QUIET = SAFE[0], SAFE[1], "#888888"
_ROW = 26
"""Height of a class, points."""
_COLUMNS = 400
"""Epochs that a heat map draws at most; of more, every second, third, …"""
SEEN_FALL = 0.02
"""A fall in F1 below this is not marked."""
_ALONE = "<extra></extra>"
"""Keeps the name of the curve out of what is shown below the mouse."""
_LINES = tuple(color for color in SAFE if color != "#bbbbbb")
"""Colours of classes as lines; grey is the mean of all."""
_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class ClassRow:
    """One class as a row of a chart."""

    name: str
    color: str
    """Of the legend, ``#rrggbb``."""
    f1: np.ndarray
    """Validation F1, (epoch,)."""
    told: Milestone

    @property
    def label(self) -> str:
        """Its name behind a square of its colour, for an axis."""
        return f"{literal(self.name)} <span style='color:{self.color}'>■</span>"


def curves_chart(history: History, t: Translate) -> go.Figure:
    """Loss, macro F1 and learning rate, one below the other."""
    columns = history.columns
    figure = make_subplots(
        rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.06, row_heights=[0.43, 0.43, 0.14]
    )
    lines = (
        (1, "loss", t("learning.curve.seen"), _QUIET, 1, "dot"),
        (1, "train_loss", t("learning.curve.train"), _TRAINING, 2, "solid"),
        (1, "val_loss", t("learning.curve.validation"), _VALIDATION, 2, "solid"),
        (2, "train_macro_f1", t("learning.curve.train"), _TRAINING, 2, "solid"),
        (2, "val_macro_f1", t("learning.curve.validation"), _VALIDATION, 2, "solid"),
        (3, "lr", t("learning.curve.rate"), _QUIET, 2, "solid"),
    )
    for row, column, name, color, width, dash in lines:
        if not np.isfinite(columns[column]).any():
            continue
        figure.add_scatter(
            x=history.epochs,
            y=columns[column],
            mode="lines+markers" if len(history.epochs) < 2 else "lines",
            name=name,
            line={
                "color": color,
                "width": width,
                "dash": dash,
                "shape": "hv" if column == "lr" else "linear",
            },
            hovertemplate="%{y:.3g}" if column == "lr" else "%{y:.3f}",
            showlegend=row == 1,
            row=row,
            col=1,
        )
    for row, title in ((1, "loss"), (2, "f1"), (3, "rate")):
        figure.update_yaxes(title=t(f"learning.axis.{title}"), row=row, col=1)
    figure.update_yaxes(rangemode="tozero", row=1, col=1)
    rates = sorted({float(columns["lr"].min()), float(columns["lr"].max())})
    texts = [f"{rate:g}" for rate in rates]
    span = [np.log10(rates[0]) - 0.15, np.log10(rates[-1]) + 0.15]
    figure.update_yaxes(type="log", range=span, tickvals=rates, ticktext=texts, row=3, col=1)
    figure.update_xaxes(title=t("learning.epoch"), row=3, col=1)
    _mark_kept(figure, history, t)
    return _laid_out(figure, len(history.epochs), 440).update_layout(hovermode="x unified")


def learnt_chart(rows: Sequence[ClassRow], history: History, t: Translate) -> go.Figure:
    """A dot per class at the epoch from which it was known, the earliest on top.

    Args:
        rows: In the order of :func:`cropcore.explain.learning.milestones`.
        history: Says which weights are kept.
        t: Words.
    """
    figure = go.Figure()
    learnt = [(at, row) for at, row in enumerate(rows) if row.told.learnt is not None]
    for at, row in learnt:
        ends = [0.5, row.told.learnt]
        figure.add_scatter(
            x=ends, y=[at, at], mode="lines", line={"color": _QUIET, "width": 1.5},
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    figure.add_scatter(
        x=[row.told.learnt for _, row in learnt],
        y=[at for at, _ in learnt],
        mode="markers",
        name=t("learning.learnt"),
        marker={"size": 11, "color": _TRAINING},
        customdata=[(literal(row.name), row.told.best) for _, row in learnt],
        hovertemplate=t(
            "learning.learnt.hover",
            name="%{customdata[0]}",
            epoch="%{x}",
            best="%{customdata[1]:.2f}",
        )
        + _ALONE,
    )
    fallen = [(at, row) for at, row in enumerate(rows) if row.told.drop >= SEEN_FALL]
    figure.add_scatter(
        x=[row.told.drop_to for _, row in fallen],
        y=[at for at, _ in fallen],
        mode="markers",
        name=t("learning.fallen"),
        marker={
            "symbol": "triangle-down-open",
            "size": 11,
            "color": _VALIDATION,
            "line": {"width": 2},
        },
        customdata=[(literal(row.name), row.told.drop, row.told.drop_from) for _, row in fallen],
        hovertemplate=t(
            "learning.fallen.hover",
            name="%{customdata[0]}",
            drop="%{customdata[1]:.2f}",
            first="%{customdata[2]}",
        )
        + _ALONE,
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[f"<b>{row.told.learnt or '–'}</b>  {row.label}" for row in rows],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    figure.update_xaxes(title=t("learning.epoch"), zeroline=False)
    _mark_kept(figure, history, t)
    return _laid_out(figure, len(history.epochs), max(440, 96 + _ROW * len(rows)))


def heat_chart(rows: Sequence[ClassRow], history: History, epoch: int, t: Translate) -> go.Figure:
    """F1 of every class after every epoch, classes down; a frame around one epoch.

    Args:
        rows: From top to bottom.
        history: Says which weights are kept.
        epoch: The one that is framed.
        t: Words.
    """
    n_epochs = len(history.epochs)
    step = -(-n_epochs // _COLUMNS)
    places = list(range(len(rows)))
    figure = go.Figure()
    figure.add_heatmap(
        z=np.stack([row.f1[::step] for row in rows]),
        x=history.epochs[::step],
        y=places,
        customdata=np.array([[literal(row.name)] * len(row.f1[::step]) for row in rows]),
        zmin=0,
        zmax=1,
        colorscale="Viridis",
        colorbar={"title": {"text": "F1", "side": "top"}, "thickness": 12, "dtick": 0.2},
        hovertemplate=t("learning.heat.hover", name="%{customdata}", epoch="%{x}", f1="%{z:.2f}")
        + _ALONE,
        xgap=0.5 if n_epochs <= 100 else 0,
        ygap=0.5,
    )
    for color, width in (("#000000", 4), ("#ffffff", 2)):
        figure.add_shape(
            type="rect", x0=epoch - step / 2, x1=epoch + step / 2, y0=-0.5, y1=len(rows) - 0.5,
            line={"color": color, "width": width},
        )  # fmt: skip
    figure.update_yaxes(
        tickvals=places,
        ticktext=[row.label for row in rows],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    figure.update_xaxes(title=t("learning.epoch"), showgrid=False, zeroline=False)
    figure.add_annotation(
        x=history.best_epoch,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"{t('learning.kept', epoch=history.best_epoch)}<br>▼",
        showarrow=False,
    )
    _laid_out(figure, n_epochs, 90 + _ROW * len(rows))
    return figure.update_layout(margin={"t": 40})


def class_lines_chart(
    rows: Sequence[tuple[int, ClassRow]], history: History, epoch: int, t: Translate
) -> go.Figure:
    """F1 of some classes over the epochs, and the mean of all.

    Args:
        rows: Place in the legend, which gives the colour of the line, and class.
        history: Gives the mean and says which weights are kept.
        epoch: The one that is marked.
        t: Words.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=history.epochs,
        y=history.columns["val_macro_f1"],
        mode="lines",
        name=t("learning.curve.mean"),
        line={"color": _QUIET, "width": 3, "dash": "dot"},
        hovertemplate="%{y:.2f}",
    )
    for place, row in rows:
        figure.add_scatter(
            x=history.epochs,
            y=row.f1,
            mode="lines+markers" if len(row.f1) <= 60 else "lines",
            name=literal(row.name),
            line={
                "color": _LINES[place % len(_LINES)],
                "width": 2,
                "dash": _DASHES[place // len(_LINES) % len(_DASHES)],
            },
            marker={"size": 5},
            hovertemplate="%{y:.2f}",
        )
    figure.add_vline(x=epoch, line={"color": _QUIET, "width": 1})
    figure.update_yaxes(title=t("learning.axis.class_f1"), range=[0, 1.02])
    figure.update_xaxes(title=t("learning.epoch"))
    _mark_kept(figure, history, t)
    return _laid_out(figure, len(history.epochs), 420).update_layout(hovermode="x unified")


def _mark_kept(figure: go.Figure, history: History, t: Translate) -> None:
    """Mark the epoch whose weights are kept."""
    epoch = history.best_epoch
    figure.add_vline(x=epoch, line={"color": _QUIET, "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=epoch,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=t("learning.kept", epoch=epoch),
        showarrow=False,
    )


def _laid_out(figure: go.Figure, n_epochs: int, height: int) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 56, "b": 8},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top"},
        uirevision="learning",
    )
    return figure.update_xaxes(range=[0.5, n_epochs + 0.5], tickformat="d")


__all__ = [
    "SEEN_FALL",
    "ClassRow",
    "class_lines_chart",
    "curves_chart",
    "heat_chart",
    "learnt_chart",
]
