"""For which classes a model says too much, and for which too little."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd
import streamlit as st

from cropcore.confidence import Trust
from cropcore.legend import Legend
from dashboard.catalog import RunEntry
from dashboard.compared import legend_of
from dashboard.i18n import class_name, t
from dashboard.widgets.confidence.figures import NOTHING, offer_csv, points, verdict, worded
from dashboard.widgets.confidence.reliability import FEW

_HEIGHT = 35
"""Of a row, points."""
_MOST = 16
"""Rows shown without scrolling."""


@dataclass(frozen=True)
class _Row:
    """What became of one class in the test; the names head the columns of the CSV."""

    code: int
    name: str
    samples_given: int
    groups: int
    mean_confidence_percent: float
    right_percent: float
    gap_percent: float
    gap_low_percent: float
    gap_high_percent: float
    samples_of_class: int
    found_percent: float

    @property
    def gap(self) -> str:
        """The gap with its interval."""
        if not np.isfinite(self.gap_low_percent):
            return points(self.gap_percent / 100)
        low, high = points(self.gap_low_percent / 100), points(self.gap_high_percent / 100)
        return f"{points(self.gap_percent / 100)} ({low} … {high})"

    @property
    def reading(self) -> str:
        """What the interval says."""
        if self.groups < FEW or not np.isfinite(self.gap_low_percent):
            return t("confidence.reading.few")
        kind = verdict(self.gap_low_percent, self.gap_high_percent)
        return t(f"confidence.reading.{kind}")


def show_classes(run: RunEntry, trust: Trust) -> None:
    """A row per class: what samples given it were promised, and what came true."""
    st.markdown(f"#### {t('confidence.classes')}")
    legend = legend_of(run)
    rows = _rows(legend, trust)
    numbers = ("given", "groups", "stated", "true", "gap", "reading", "n", "found")
    titles = {name: t(f"confidence.classes.{name}") for name in numbers if name != "true"}
    titles["true"] = worded("confidence.classes.true", run)
    shown = [
        (
            class_name(item), row.samples_given, row.groups, row.mean_confidence_percent,
            row.right_percent, row.gap, row.reading, row.samples_of_class, row.found_percent,
        )
        for item, row in zip(legend, rows, strict=True)
    ]  # fmt: skip
    columns = [t("confidence.classes.class"), *(titles[name] for name in numbers)]
    st.dataframe(
        pd.DataFrame(shown, columns=columns),
        hide_index=True,
        placeholder=NOTHING,
        height=_HEIGHT * (min(len(rows), _MOST) + 1) + 3,
        column_config={
            titles[name]: st.column_config.NumberColumn(format="%.1f")
            for name in ("stated", "true", "found")
        },
    )
    st.caption(t("confidence.classes.alt", few=FEW, right=worded("confidence.right", run)))
    offer_csv(
        t("confidence.classes.csv"),
        "confidence_by_class.csv",
        [field.name for field in fields(_Row)],
        lambda: map(astuple, rows),
    )


def _rows(legend: Legend, trust: Trust) -> list[_Row]:
    gaps = trust.gap_of_given
    tested = np.bincount(trust.reference, minlength=len(legend))
    found = np.bincount(trust.reference, weights=trust.correct, minlength=len(legend))
    shares = found / np.where(tested > 0, tested, np.nan)
    percent = (
        100 * part for part in (gaps.confidence, gaps.accuracy, gaps.gap, gaps.low, gaps.high)
    )
    columns = (gaps.count, gaps.groups, *percent, tested, 100 * shares)
    values = zip(*(column.tolist() for column in columns), strict=True)
    return [_Row(item.code, item.name, *row) for item, row in zip(legend, values, strict=True)]


__all__ = ["show_classes"]
