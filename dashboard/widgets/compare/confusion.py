"""The confusion matrices of both runs; a cell chosen in them is listed and shown on the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from cropcore.training.differences import Comparison
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.charts.confusion import confusion_chart, row_percent
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.state import change, current, reject, settle
from dashboard.widgets.compare.both_maps import MOST
from dashboard.widgets.compare.samples import chosen_samples
from dashboard.widgets.controls import pick
from dashboard.widgets.text import plain

_CHART = "confusion"
_QUIET = {"displaylogo": False, "modeBarButtons": [["toImage"]]}


def check_cell(found: Comparison) -> None:
    """A cell from an address that is of no class is let go, and said."""
    cell = current().cell
    if cell is not None and not set(cell) <= set(found.legend.codes):
        reject("cell", ",".join(map(str, cell)))
        settle(cell=None)


def show_confusion(found: Comparison, runs: tuple[RunEntry, RunEntry]) -> None:
    """Three heat maps, and the same choice of a cell for those without a mouse."""
    st.markdown(f"#### {t('compare.confusion')}")
    names = {item.code: class_name(item) for item in found.legend}
    chart = confusion_chart(
        found.confusion, list(names.items()), (runs[0].id, runs[1].id), current().cell, t
    )
    st.plotly_chart(chart, key=_CHART, on_select=_clicked, selection_mode="points", config=_QUIET)
    n = f"{len(found.pair):,}"
    st.caption(t("compare.confusion.alt", n=n, worst=_worst(found, names)))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        _choose_cell(found, names)
    right.download_button(
        t("compare.confusion.csv"),
        lambda: confusion_csv(found),
        "confusion.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def show_samples(region: RegionEntry, runs: tuple[RunEntry, RunEntry], found: Comparison) -> None:
    """The samples of the chosen cell."""
    chosen = chosen_samples(region, runs, found)
    if chosen is None:
        return
    a, b = (int(side.sum()) for side in chosen.by)
    names = {item.code: class_name(item) for item in found.legend}
    true, given = (plain(names[code]) for code in current().cell or ())
    both = int((chosen.by[0] & chosen.by[1]).sum())
    st.markdown(
        t("compare.samples", true=true, given=given, a=f"{a:,}", b=f"{b:,}", both=f"{both:,}")
    )
    if not len(chosen.at):
        return
    if chosen.pixels is None:
        st.caption(t("compare.samples.elsewhere"))
    else:
        drawn = min(MOST, len(chosen.at))
        st.caption(t("compare.samples.drawn", drawn=f"{drawn:,}", n=f"{len(chosen.at):,}"))
    table = pd.DataFrame(chosen.table(list(names.values())))
    titles = {name: t(f"compare.samples.{name}") for name in table.columns}
    st.dataframe(table.rename(columns=titles), hide_index=True, height=260)
    st.download_button(
        t("compare.samples.csv"),
        chosen.to_csv,
        "samples.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def confusion_csv(found: Comparison) -> str:
    """Counts and shares of every cell for other programs."""
    names = found.legend.names
    shares = [row_percent(matrix) for matrix in found.confusion]
    rows = []
    for true, row in enumerate(names):
        for given, col in enumerate(names):
            a, b = (int(matrix[true, given]) for matrix in found.confusion)
            percent = (f"{share[true, given]:.3f}" for share in shares)
            rows.append((row, col, a, b, b - a, *percent))
    return csv_text(("true", "given", "a", "b", "delta", "percent_a", "percent_b"), rows)


def _choose_cell(found: Comparison, names: dict[int, str]) -> None:
    a, b = found.confusion
    codes = found.legend.codes
    used = np.argwhere((a > 0) | (b > 0)).tolist()
    used.sort(key=lambda at: (at[0] == at[1], -int(a[tuple(at)] + b[tuple(at)])))
    counts = {(codes[row], codes[col]): (int(a[row, col]), int(b[row, col])) for row, col in used}
    cell = current().cell
    if cell is not None:
        counts.setdefault(cell, (0, 0))

    def name(option: Any) -> str:
        if option == 0:
            return t("compare.cell.none")
        true, given = option
        in_a, in_b = counts[option]
        values = {"true": names[true], "given": names[given], "a": f"{in_a:,}", "b": f"{in_b:,}"}
        return t("compare.cell.name", **values)

    pick(t("compare.cell"), "cell", [0, *counts], name, value=cell or 0)


def _clicked() -> None:
    """Take the cell that was clicked on; where the choice was undone, let it go."""
    points = st.session_state[_CHART].selection.points
    change(cell=tuple(points[0]["customdata"]) if points else None)


def _worst(found: Comparison, names: dict[int, str]) -> str:
    """The largest confusion of each run in words."""
    told = []
    for side, matrix in zip(("A", "B"), found.confusion, strict=True):
        wrong = matrix * (1 - np.eye(len(matrix), dtype=matrix.dtype))
        true, given = np.unravel_index(int(wrong.argmax()), wrong.shape)
        if wrong[true, given]:
            codes = found.legend.codes
            told.append(
                t(
                    "compare.confusion.worst",
                    side=side,
                    true=plain(names[codes[true]]),
                    given=plain(names[codes[given]]),
                    n=f"{int(wrong[true, given]):,}",
                )
            )
    return " ".join(told)


__all__ = ["check_cell", "confusion_csv", "show_confusion", "show_samples"]
