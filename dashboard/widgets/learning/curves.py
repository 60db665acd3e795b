"""The training as a whole: its figures in short, and its curves."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from cropcore.explain.learning import Watched, curves_csv, gap_at, rate_changes
from cropcore.training.history import History
from dashboard.charts.learning import curves_chart
from dashboard.i18n import t
from dashboard.widgets.figure import download

QUIET = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}
"""Settings of every chart here."""


def show_figures(history: History, behind: Watched | None) -> None:
    """The epoch whose weights are kept, and how far training and validation are apart there."""
    kept = history.best_epoch
    figures = [("kept", t("learning.metric.kept.value", epoch=kept, last=len(history.epochs)))]
    figures.append(("validation", f"{history.columns['val_macro_f1'][kept - 1]:.2f}"))
    gap = gap_at(history, kept)
    if gap is not None:
        figures.append(("training", f"{gap.train_f1:.2f}"))
        figures.append(("gap", signed(gap.f1)))
        figures.append(("gap_loss", signed(gap.loss)))
    with st.container(horizontal=True, gap="large"):
        for name, value in figures:
            label = t(f"learning.metric.{name}")
            if name == "validation" and behind is not None:
                label += f" (n = {behind.validation:,})"
            st.metric(label, value, help=t(f"learning.metric.{name}.help"), width="content")


def show_curves(history: History) -> None:
    """Loss, macro F1 and learning rate over the epochs."""
    st.markdown(f"#### {t('learning.curves')}")
    st.plotly_chart(curves_chart(history, t), key="curves", config=QUIET)
    loss, kept = history.columns["val_loss"], history.best_epoch
    first, best, last = (f"{loss[at]:.2f}" for at in (0, kept - 1, -1))
    text = t("learning.curves.alt", first=first, best=best, epoch=kept, last=last)
    if gap_at(history, kept) is not None:
        text += " " + t("learning.curves.alike")
    steps = rate_changes(history)
    if steps:
        epochs = t("learning.comma").join(str(epoch) for epoch, _ in steps)
        text += " " + t("learning.curves.steps", epochs=epochs)
    st.caption(text)
    download("learning.curves.csv", "curves", lambda: curves_csv(history))


def show_chart(
    title: str,
    figure: go.Figure,
    key: str,
    text: str,
    table: tuple[str, str],
    content: Callable[[], str],
) -> None:
    """A chart below its title, told in words, with a table to take away.

    Args:
        title: Markdown.
        figure: The chart.
        key: Of the chart on its page.
        text: What it shows; markdown.
        table: Key of the words on the table's button, and name of its file.
        content: Gives the table.
    """
    st.markdown(f"##### {title}")
    st.plotly_chart(figure, key=key, config=QUIET)
    st.caption(text)
    download(*table, content)


def signed(value: float) -> str:
    """A difference, with a proper minus."""
    return f"{value:+.2f}".replace("-", "−")


__all__ = ["QUIET", "show_chart", "show_curves", "show_figures", "signed"]
