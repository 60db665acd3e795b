"""How far repeats of a training lie apart: its folds, and runs that differ in their seed alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from cropcore.training.figures import ClassFigures, Figures, FoldFigures, read_figures
from cropcore.training.repeating import families
from cropcore.training.run import Run
from dashboard.catalog import Catalog, RunEntry
from dashboard.charts.history_spread import Repeated, spread_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import class_name, t
from dashboard.widgets.failure import telling
from dashboard.widgets.text import plain
from dashboard.widgets.training.words import member_name

_QUIET = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}


def show_repeats(run: RunEntry, catalog: Catalog) -> None:
    """Folds and seeds of a finished run, as far as there are any."""
    if run.record is None or run.record.data is None or run.scores is None:
        return
    figures = _figures(run)
    names = {item.code: class_name(item) for item in run.record.data.legend}
    if figures.folds:
        folds = {member_name(f"fold_{n}"): fold for n, fold in enumerate(figures.folds, start=1)}
        _show(t("training.repeats.folds", count=len(folds)), "folds", folds, names)
    finished = {
        item.id: item
        for item in catalog.runs
        if item.scores is not None and item.record is not None
    }
    records = [(name, item.record) for name, item in finished.items() if item.record is not None]
    for family in families(run.id, records):
        kind = "seeds" if family.same_split else "splits"
        with telling(f"repeats.{kind}"):
            seeds = {
                t("training.repeats.seed", seed=_seed(finished[name]), run=name): _figures(
                    finished[name]
                )
                for name in family.names
            }
            _show(t(f"training.repeats.{kind}", count=len(seeds)), kind, seeds, names)


def measures_of(
    repeats: Sequence[Figures | FoldFigures], names: Mapping[int, str]
) -> list[Repeated]:
    """Overall accuracy, macro F1 and the F1 of each class of several repeats.

    Args:
        repeats: Figures of each.
        names: Of the classes, by code.
    """
    found = [
        Repeated(t("training.figure.macro_f1"), np.array([one.macro_f1 for one in repeats])),
        Repeated(
            t("training.figure.overall_accuracy"),
            np.array([one.overall_accuracy for one in repeats]),
        ),
    ]
    for code, name in names.items():
        values = np.array([_f1(one.per_class, code) for one in repeats])
        if np.isfinite(values).any():
            found.append(Repeated(f"F1, {name}", values))
    return found


def repeats_csv(measures: Sequence[Repeated], repeats: Mapping[str, Figures | FoldFigures]) -> str:
    """A line for each repeat and measure, as CSV."""
    rows = (
        (name, one.n, measure.name, measure.values[at])
        for at, (name, one) in enumerate(repeats.items())
        for measure in measures
    )
    return csv_text(("repeat", "test_samples", "measure", "value"), rows)


def _show(
    title: str,
    kind: str,
    repeats: Mapping[str, Figures | FoldFigures],
    names: Mapping[int, str],
) -> None:
    measures = measures_of(list(repeats.values()), names)
    st.markdown(f"#### {title}")
    macro, overall = measures[:2]
    alt = t(
        f"training.repeats.{kind}.alt",
        count=len(repeats),
        f1=_told(macro),
        low=f"{macro.known.min():.2f}",
        high=f"{macro.known.max():.2f}",
        overall=_told(overall),
    )
    figure = spread_chart(measures, list(repeats), t)
    st.plotly_chart(figure, key=f"training.repeats.{kind}", config=_QUIET, alt=alt)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(alt))
        st.download_button(
            t("training.repeats.csv"),
            lambda: repeats_csv(measures, repeats),
            f"{kind}.csv",
            "text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key=f"training.repeats.{kind}.csv",
        )


def _told(measure: Repeated) -> str:
    return f"{measure.mean:.2f} ± {measure.sd or 0:.2f}"


def _f1(classes: Sequence[ClassFigures], code: int) -> float:
    """F1 of a class; NaN where it was not tested."""
    return next((row.f1 for row in classes if row.code == code and row.support), np.nan)


def _seed(run: RunEntry) -> int:
    return run.record.request.seed if run.record else 0


def _figures(run: RunEntry) -> Figures:
    return read_figures(Run(run.folder).read_json("metrics.json"), f"{run.id}, metrics.json")


__all__ = ["measures_of", "repeats_csv", "show_repeats"]
