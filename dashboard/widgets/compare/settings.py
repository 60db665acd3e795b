"""What two runs cost, and how they were told to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cropcore.training.record import RunRecord
from cropcore.training.run import FINAL
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.compared import cost_of
from dashboard.i18n import t
from dashboard.state import SETTINGS, current
from dashboard.widgets.compare.tables import Cell, show_table
from dashboard.widgets.controls import pick

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
    pick(
        t("compare.settings.which"),
        "settings",
        SETTINGS,
        lambda name: t(f"compare.settings.{name}"),
        value=current().settings,
        kind=st.segmented_control,
        label_visibility="collapsed",
    )
    a, b = (settings_of(run.record) for run in runs if run.record)
    names = [*a, *(name for name in b if name not in a)]
    rows = [
        [Cell(name), Cell(a.get(name, _NONE)), Cell(b.get(name, _NONE))]
        for name in names
        if current().settings == "all" or a.get(name) != b.get(name)
    ]
    if not rows:
        st.caption(t("compare.settings.same"))
        return
    show_table([t("compare.settings.name"), "A", "B"], rows)


def settings_of(record: RunRecord) -> dict[str, str]:
    """Everything that was asked of a run and what its data turned out to be, by name."""
    request = record.request.model_dump(mode="json", exclude={"region"})
    found = _flat(request, "")
    data, model = record.data, record.models.get(FINAL)
    if data is not None:
        calendar = data.preparation.calendar
        found |= {
            "data.bands": ", ".join(data.preparation.bands),
            "data.dates": f"{calendar.n_dates} × {calendar.period:g} d",
            "data.classes": ", ".join(data.legend.names),
            "data.labels": data.label_origin,
            "data.samples": f"{data.samples:,}",
            "data.groups": f"{data.groups:,}",
        }
    if model is not None:
        found |= {f"data.samples.{name}": f"{count:,}" for name, count in model.samples.items()}
        found["best_epoch"] = str(model.best_epoch)
    return found | _flat(record.versions, "versions.")


def _flat(values: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            found[prefix + name] = ", ".join(map(str, value))
        else:
            found[prefix + name] = _NONE if value is None else str(value)
    return found


__all__ = ["settings_of", "show_costs", "show_settings"]
