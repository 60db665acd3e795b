"""The table of runs: all there are, also those that cannot be used, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from cropcore.models import ARCHITECTURES
from cropcore.models.ensemble import ENSEMBLE, Ensemble
from cropcore.training.keeping import bytes_of
from cropcore.training.queueing import WITHDRAWN
from cropcore.training.run import FINAL, Run
from dashboard.catalog import Catalog, RegionEntry, RunEntry
from dashboard.i18n import TABLES, language, t
from dashboard.widgets.training.choice import choose

_KEY = "training.runs"
_ROW = 35
_MOST_ROWS = 8


def show_runs(catalog: Catalog, chosen: RunEntry | None, places: Mapping[str, int]) -> None:
    """All runs, the newest first; a row that is chosen is opened below.

    Args:
        catalog: What there is.
        chosen: The run that is opened.
        places: Place in line of the runs that wait for their turn.
    """
    runs = sorted(catalog.runs, key=_age)
    table = pd.DataFrame([_row(run, catalog, places.get(run.id)) for run in runs])
    if not table["reason"].any():
        table = table.drop(columns="reason")
    table = table.rename(columns={name: t(f"training.column.{name}") for name in table.columns})
    ids = [run.id for run in runs]
    row = ids.index(chosen.id) if chosen else 0
    st.session_state[_KEY] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    st.dataframe(
        table,
        key=_KEY,
        hide_index=True,
        height=_ROW * (min(len(runs), _MOST_ROWS) + 1) + 3,
        column_config=_columns(),
        on_select=lambda: _choose(ids),
        selection_mode=["single-row-required", "single-cell"],
        placeholder="",
        alt=t("training.runs.alt", count=len(runs)),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("training.runs.alt", count=len(runs)))
        st.download_button(
            t("training.runs.csv"),
            lambda: table.to_csv(index=False),
            "runs.csv",
            "text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def home_of(run: RunEntry, catalog: Catalog) -> RegionEntry | None:
    """What a run learnt from, where it is here."""
    return next((item for item in catalog.regions if run.learnt_from(item)), None)


def title_of(architecture: str) -> str:
    """An architecture's name for people."""
    if architecture == ENSEMBLE:
        return Ensemble.title
    return ARCHITECTURES[architecture].title if architecture in ARCHITECTURES else architecture


def state_name(state: str, place: int | None = None) -> str:
    """What a state is called; a run that waits has a place in line."""
    if place is not None:
        return t("training.state.waiting", place=place)
    key = f"training.state.{state}"
    return t(key) if key in TABLES[language()] else state


def reason_of(run: RunEntry) -> str:
    """Why a run cannot be used; empty where it can, or may soon."""
    if run.usable or run.state in ("queued", "running"):
        return ""
    if run.problem == WITHDRAWN:
        return t("training.cancelled.waiting")
    known = {"lost": "training.lost", "cancelled": "training.cancelled.empty"}
    return t(known[run.state]) if run.state in known else run.problem


def learnt_from(run: RunEntry, catalog: Catalog) -> str:
    """Name of what a run learnt from; data, to be escaped."""
    home = home_of(run, catalog)
    if home is not None:
        return home.title
    return run.record.request.region.rstrip("/").rsplit("/", 1)[-1] if run.record else ""


def _choose(ids: Sequence[str]) -> None:
    """Open the row that was ticked or clicked on."""
    chosen = st.session_state[_KEY]["selection"]
    rows = [row for row, _ in chosen["cells"]] or chosen["rows"]
    if rows and rows[0] < len(ids):
        choose(ids[rows[0]])


def _age(run: RunEntry) -> tuple[bool, float, str]:
    """The newest first, damaged ones last."""
    if run.record is None:
        return True, 0.0, run.id
    return False, -run.record.created.timestamp(), run.id


def _row(run: RunEntry, catalog: Catalog, place: int | None) -> dict[str, Any]:
    record, scores = run.record, run.scores
    final = record.models.get(FINAL) if record else None
    return {
        "name": f"{run.id} ({t('bundled')})" if run.bundled else run.id,
        "state": state_name(run.state, place),
        "reason": reason_of(run),
        "architecture": title_of(run.architecture),
        "region": learnt_from(run, catalog),
        "macro_f1": scores.macro_f1 if scores else None,
        "macro_f1_ci": _interval(scores.interval) if scores else None,
        "overall": scores.overall_accuracy if scores else None,
        "overall_ci": _interval(scores.overall_interval) if scores else None,
        "tested": scores.samples if scores else None,
        "measures": _measures(run),
        "preset": t(f"training.preset.{record.request.preset}") if record else None,
        "inputs": _inputs(run),
        "parameters": final.parameters if final else None,
        "epochs": final.epochs if final else None,
        "minutes": sum(item.seconds for item in record.models.values()) / 60 if record else None,
        "megabytes": bytes_of(Run(run.folder)) / 1e6,
        "created": record.created if record else None,
    }


def _inputs(run: RunEntry) -> str | None:
    if run.record is None or run.record.data is None:
        return None
    preparation = run.record.data.preparation
    dates = " + ".join(str(item.calendar.n_dates) for item in preparation.inputs)
    return t("training.inputs", bands=len(preparation.bands), dates=dates)


def _measures(run: RunEntry) -> str | None:
    if run.scores is None or run.record is None or run.record.data is None:
        return None
    return t(f"training.measures.{run.record.data.label_origin.replace(' ', '_')}")


def _interval(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.2f}–{ends[1]:.2f}"


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    formats = {
        "macro_f1": "%.2f",
        "overall": "%.2f",
        "tested": "localized",
        "parameters": "localized",
        "epochs": "%d",
        "minutes": "%.1f",
        "megabytes": "%.1f",
    }
    shown: dict[str, Any] = {
        t(f"training.column.{name}"): number(format=format_) for name, format_ in formats.items()
    }
    for name, width in (("region", 190), ("reason", 200)):
        shown[t(f"training.column.{name}")] = st.column_config.TextColumn(width=width)
    shown[t("training.column.name")] = st.column_config.TextColumn(pinned=True, width=230)
    shown[t("training.column.created")] = st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")
    return shown


__all__ = ["home_of", "learnt_from", "reason_of", "show_runs", "state_name", "title_of"]
