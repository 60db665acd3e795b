"""Class by class: when it was learnt, how well it was known after each epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from cropcore.explain.learning import SETTLED, class_f1_csv, milestones, milestones_csv
from cropcore.legend import Legend
from cropcore.training.history import History
from dashboard.charts.learning import (
    SEEN_FALL,
    ClassRow,
    class_lines_chart,
    heat_chart,
    learnt_chart,
)
from dashboard.i18n import class_name, t
from dashboard.state import change, current, reject, settle
from dashboard.widgets.controls import follow, pick
from dashboard.widgets.figure import download
from dashboard.widgets.learning.curves import QUIET, signed
from dashboard.widgets.text import plain

_NAMED = 3
"""Classes that a sentence names; the others are counted."""
_SWATCH = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'%3E"
    "%3Crect x='2' y='2' width='6' height='6' rx='1' fill='%23{}'/%3E%3C/svg%3E"
)


def class_rows(history: History, legend: Legend) -> list[ClassRow]:
    """The classes that were measured, the earliest learnt first."""
    classes = {item.code: item for item in legend}
    f1 = dict(zip(history.codes, history.class_f1.T, strict=True))
    return [
        ClassRow(class_name(classes[one.code]), classes[one.code].color, f1[one.code], one)
        for one in milestones(history)
        if one.code in classes
    ]


def show_lead(rows: Sequence[ClassRow]) -> None:
    """What was learnt first and last, what was not, what was forgotten, in sentences."""
    learnt = [(row.told.learnt, row) for row in rows if row.told.learnt is not None]
    told = []
    if learnt:
        first, last = learnt[0][0], learnt[-1][0]
        early = [row for epoch, row in learnt if epoch == first]
        late = [row for epoch, row in learnt if epoch == last]
        if first == last:
            told.append(t("learning.lead.same", names=_names(early), epoch=first))
        else:
            key = "learning.lead.one" if len(late) == 1 else "learning.lead.many"
            names = {"first": _names(early), "last": _names(late)}
            told.append(t(key, **names, first_epoch=first, last_epoch=last))
    unsettled = [row for row in rows if row.told.learnt is None]
    if unsettled:
        told.append(t("learning.lead.open", names=_names(unsettled)))
    fallen = max(rows, key=lambda row: row.told.drop)
    if fallen.told.drop >= SEEN_FALL:
        one = fallen.told
        high, low = (f"{fallen.f1[epoch - 1]:.2f}" for epoch in (one.drop_from, one.drop_to))
        values = {"high": high, "first": one.drop_from, "low": low, "last": one.drop_to}
        told.append(t("learning.lead.fall", name=_names([fallen]), **values))
    st.markdown("  \n".join(told))


def show_learnt(
    rows: Sequence[ClassRow], history: History, legend: Legend, counts: Mapping[int, int]
) -> None:
    """When each class was learnt."""
    st.markdown(f"#### {t('learning.when')}")
    st.plotly_chart(learnt_chart(rows, history, t), key="learnt", config=QUIET)
    st.caption(t("learning.when.alt", share=f"{SETTLED:.0%}", least=SEEN_FALL))
    found = [row.told for row in rows]
    download("learning.when.csv", "classes", lambda: milestones_csv(found, legend, counts))


def show_classes(
    rows: Sequence[ClassRow], history: History, legend: Legend, counts: Mapping[int, int]
) -> None:
    """F1 of all classes after every epoch, and one epoch read out."""
    st.markdown(f"#### {t('learning.classes')}")
    epoch = _choose_epoch(len(history.epochs))
    st.plotly_chart(heat_chart(rows, history, epoch, t), key="heat", config=QUIET)
    measured = {row.told.code for row in rows}
    missing = [item for item in legend if item.code not in measured]
    text = t("learning.heat.alt", epoch=epoch)
    if missing:
        names = t("learning.comma").join(plain(class_name(item)) for item in missing)
        text += " " + t("learning.heat.unmeasured", names=names)
    st.caption(text)
    download("learning.heat.csv", "class_f1", lambda: class_f1_csv(history, legend))
    left, right = st.columns(2, gap="medium")
    with left:
        _show_epoch(rows, history.best_epoch, epoch, counts)
    with right:
        _show_lines(rows, history, epoch, legend)


def _choose_epoch(n_epochs: int) -> int:
    """The epoch to look at; the first where none was chosen, for there was most left to learn."""
    wanted = current().epoch
    if wanted is not None and wanted > n_epochs:
        reject("epoch", str(wanted))
        settle(epoch=None)
        wanted = None
    epoch = wanted or 1
    if n_epochs > 1:
        pick(
            t("learning.classes.epoch"),
            "epoch",
            range(1, n_epochs + 1),
            str,
            value=epoch,
            kind=st.select_slider,
        )
    return epoch


def _show_epoch(rows: Sequence[ClassRow], kept: int, epoch: int, counts: Mapping[int, int]) -> None:
    """Every class at one epoch, beside the epoch whose weights are kept."""
    st.markdown(f"##### {t('learning.table', epoch=epoch, kept=kept)}")
    then = [float(row.f1[epoch - 1]) for row in rows]
    difference = [round(float(row.f1[epoch - 1] - row.f1[kept - 1]), 2) + 0.0 for row in rows]
    table: dict[str, Sequence[object]] = {
        "color": [_SWATCH.format(row.color[1:]) for row in rows],
        "name": [row.name for row in rows],
        "samples": [counts.get(row.told.code) for row in rows],
        "then": then,
        "kept": [row.told.kept for row in rows],
        "difference": difference,
    }
    column = st.column_config
    st.dataframe(
        table if counts else {name: cells for name, cells in table.items() if name != "samples"},
        key="epoch_table",
        hide_index=True,
        height=min(38 + 35 * len(rows), 560),
        column_config={
            "color": column.ImageColumn("", width=28),
            "name": column.TextColumn(t("learning.table.class"), width=140),
            "samples": column.NumberColumn(
                "n", format="localized", width=50, help=t("learning.table.samples")
            ),
            "then": column.NumberColumn(
                t("learning.table.then", epoch=epoch), format="%.2f", width=85
            ),
            "kept": column.NumberColumn(t("learning.table.kept"), format="%.2f", width=70),
            "difference": column.NumberColumn(
                t("learning.table.difference"), format="%+.2f", width=80
            ),
        },
    )
    most = int(np.abs(difference).argmax())
    if not difference[most]:
        st.caption(t("learning.table.same"))
        return
    value = signed(difference[most])
    st.caption(t("learning.table.alt", name=_names([rows[most]]), difference=value))


def _show_lines(rows: Sequence[ClassRow], history: History, epoch: int, legend: Legend) -> None:
    """The classes that were chosen, else those learnt last, as lines."""
    st.markdown(f"##### {t('learning.lines')}")
    by_code = {row.told.code: row for row in rows}
    chosen = [code for code in current().classes if code in by_code]
    strange = [code for code in current().classes if code not in by_code]
    if strange:
        reject("classes", ",".join(map(str, strange)))
        settle(classes=tuple(chosen))
    st.multiselect(
        t("learning.lines.pick"),
        [code for code in legend.codes if code in by_code],
        key=follow("classes", chosen),
        format_func=lambda code: by_code[code].name,
        placeholder=t("learning.lines.usual"),
        label_visibility="collapsed",
        on_change=_push_classes,
    )
    shown = [by_code[code] for code in chosen] or list(rows[-_NAMED:])
    places = [(legend.codes.index(row.told.code), row) for row in shown]
    st.plotly_chart(class_lines_chart(places, history, epoch, t), key="lines", config=QUIET)
    st.caption(t("learning.lines.alt", names=_names(shown, len(shown)), epoch=epoch))


def _push_classes() -> None:
    change(classes=tuple(sorted(st.session_state["choose.classes"])))


def _names(rows: Sequence[ClassRow], most: int = _NAMED) -> str:
    """The first names, for markdown, and how many more there are."""
    names = [f"**{plain(row.name)}**" for row in rows[:most]]
    if len(rows) > most:
        listed = t("learning.comma").join(names)
        return t("learning.lead.more", names=listed, count=len(rows) - most)
    *others, last = names
    return t("learning.and", names=t("learning.comma").join(others), last=last) if others else last


__all__ = ["class_rows", "show_classes", "show_lead", "show_learnt"]
