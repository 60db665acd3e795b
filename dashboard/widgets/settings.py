"""What runs were told, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from cropcore.training.record import RunRecord
from cropcore.training.run import FINAL
from dashboard.i18n import t
from dashboard.state import SETTINGS, current
from dashboard.widgets.compare.tables import Cell, show_table
from dashboard.widgets.controls import pick

_NONE = "–"


def show_differences(records: Sequence[RunRecord], heads: Sequence[str], label: str) -> None:
    """The settings in which runs differ, or all of them where that is asked for.

    Args:
        records: The runs.
        heads: Of the table: what a setting is called, then the runs.
        label: Of the choice between differences and all, for those who hear the page.
    """
    pick(
        label,
        "settings",
        SETTINGS,
        lambda name: t(f"compare.settings.{name}"),
        value=current().settings,
        kind=st.segmented_control,
        label_visibility="collapsed",
    )
    rows = settings_rows(records, every=current().settings == "all")
    if not rows:
        st.caption(t("compare.settings.same"))
        return
    show_table(list(heads), [list(map(Cell, row)) for row in rows])


def settings_rows(records: Sequence[RunRecord], *, every: bool) -> list[list[str]]:
    """Name of a setting and its value in each run; only those that differ unless all are wanted."""
    found = [settings_of(record) for record in records]
    names = dict.fromkeys(name for settings in found for name in settings)
    rows = [[name, *(settings.get(name, _NONE) for settings in found)] for name in names]
    return [row for row in rows if every or len(set(row[1:])) > 1]


def settings_of(record: RunRecord) -> dict[str, str]:
    """Everything that was asked of a run and what its data turned out to be, by name."""
    request = record.request.model_dump(mode="json", exclude={"region"})
    found = _flat(request, "")
    data, model = record.data, record.models.get(FINAL)
    if data is not None:
        calendars = [item.calendar for item in data.preparation.inputs]
        found |= {
            "data.bands": ", ".join(data.preparation.bands),
            "data.dates": ", ".join(f"{item.n_dates} × {item.period:g} d" for item in calendars),
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


__all__ = ["settings_of", "settings_rows", "show_differences"]
