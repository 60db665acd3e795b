"""How well single classes were known after every epoch: those that people choose, as lines."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cropcore.legend import Legend
from cropcore.training.history import History
from dashboard.charts.history import ClassLine, classes_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.state import change, current
from dashboard.widgets.controls import follow
from dashboard.widgets.text import plain

_QUIET = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}
_FIRST = 5
"""Classes that are drawn unless somebody chooses: the worst known ones."""


def show_classes(history: History, legend: Legend) -> None:
    """F1 of chosen classes on the validation samples, over the epochs.

    Args:
        history: Of one model.
        legend: What its classes are called.
    """
    items = {item.code: item for item in legend if item.code in history.codes}
    if not items:
        return
    f1 = dict(zip(history.codes, history.class_f1.T, strict=True))
    best = history.best_epoch - 1
    worst = sorted(items, key=lambda code: float(np.nan_to_num(f1[code][best], nan=2.0)))
    chosen = [code for code in current().classes if code in items]
    st.markdown(f"#### {t('training.by_class')}")
    _choose({code: class_name(item) for code, item in items.items()}, chosen)
    places = {item.code: place for place, item in enumerate(legend)}
    shown = sorted(chosen or worst[:_FIRST], key=places.__getitem__)
    lines = [ClassLine(places[code], class_name(items[code]), f1[code]) for code in shown]
    told = [
        t("training.by_class.one", name=line.name, f1=f"{line.f1[best]:.2f}")
        for line in lines
        if np.isfinite(line.f1[best])
    ]
    some = not chosen and len(shown) < len(items)
    key = "training.by_class.alt.worst" if some else "training.by_class.alt"
    alt = t(key, epoch=best + 1, values=t("training.comma").join(told))
    st.plotly_chart(
        classes_chart(history, lines, t), key="training.classes", config=_QUIET, alt=alt
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(alt))
        st.download_button(
            t("training.by_class.csv"),
            lambda: classes_csv(history, legend),
            "class_f1.csv",
            "text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="training.classes.csv",
        )


def classes_csv(history: History, legend: Legend) -> str:
    """Validation F1 of every class after every epoch, as CSV."""
    names = {item.code: item.name for item in legend}
    rows = (
        (epoch, code, names.get(code, ""), share)
        for epoch, row in zip(history.epochs.tolist(), history.class_f1, strict=True)
        for code, share in zip(history.codes, row.tolist(), strict=True)
    )
    return csv_text(("epoch", "code", "class", "f1_validation"), rows)


def _choose(names: dict[int, str], chosen: list[int]) -> None:
    key = follow("classes", chosen)
    st.multiselect(
        t("training.by_class.which"),
        list(names),
        format_func=names.__getitem__,
        key=key,
        placeholder=t("training.by_class.usual", count=_FIRST)
        if len(names) > _FIRST
        else t("training.by_class.all"),
        on_change=lambda: change(classes=tuple(sorted(st.session_state[key]))),
    )


__all__ = ["classes_csv", "show_classes"]
