"""What two runs cost, and how they were told to be."""

from __future__ import annotations

import streamlit as st

from dashboard.catalog import RegionEntry, RunEntry
from dashboard.compared import cost_of
from dashboard.i18n import t
from dashboard.widgets.compare.tables import Cell, show_table
from dashboard.widgets.settings import show_differences

_NONE = "–"


def show_costs(runs: tuple[RunEntry, RunEntry], region: RegionEntry) -> None:
    """Size and time of both runs."""
    st.markdown(f"#### {t('compare.cost')}")
    a, b = (cost_of(run, region) for run in runs)
    values = {
        "parameters": (a.parameters, b.parameters, ",.0f"),
        "seconds": (a.seconds, b.seconds, ",.1f"),
        "speed": (a.pixels_per_second, b.pixels_per_second, ",.0f"),
        "megabytes": (a.megabytes, b.megabytes, ",.2f"),
    }
    rows = [
        [
            Cell(t(f"compare.cost.{name}")),
            *(Cell(_NONE if side is None else f"{side:{form}}") for side in (one, other)),
            Cell(f"× {other / one:.2g}" if one and other else _NONE),
        ]
        for name, (one, other, form) in values.items()
    ]
    show_table(["", "A", "B", "B / A"], rows)
    st.caption(t("compare.cost.note"))


def show_settings(runs: tuple[RunEntry, RunEntry]) -> None:
    """Settings of both runs; only those that differ, unless all are asked for."""
    st.markdown(f"#### {t('compare.settings')}")
    records = [run.record for run in runs if run.record]
    show_differences(records, [t("compare.settings.name"), "A", "B"], t("compare.settings.which"))


__all__ = ["show_costs", "show_settings"]
