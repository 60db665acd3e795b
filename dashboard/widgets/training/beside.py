"""Trainings side by side: their curves, their figures, and what they were told differently."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

import streamlit as st

from cropcore.errors import CropcoreError
from cropcore.training.run import FINAL, Run
from dashboard import cache
from dashboard.catalog import Catalog, RunEntry
from dashboard.charts.history_runs import COLORS, MOST_RUNS, Against, Track, runs_chart
from dashboard.csv_text import csv_text
from dashboard.i18n import t
from dashboard.state import AGAINST, change, current, reject, settle
from dashboard.widgets.compare.tables import Cell, show_table
from dashboard.widgets.controls import follow, pick
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.settings import show_differences
from dashboard.widgets.text import plain
from dashboard.widgets.training.runs_table import title_of
from dashboard.widgets.training.words import lasting, told

_QUIET = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}
_NONE = "–"
_SUGGESTED = 3
_DRAWN: tuple[Literal["val_loss", "val_macro_f1"], ...] = ("val_loss", "val_macro_f1")


def show_beside(catalog: Catalog, chosen: RunEntry | None) -> None:
    """Up to five runs, in a part of the page that opens where some are chosen."""
    runs = {run.id: run for run in catalog.runs if run.record is not None}
    opened = st.expander(
        t("training.together"),
        icon=":material/stacked_line_chart:",
        expanded=bool(current().beside),
        key="training.together",
        on_change="rerun",
    )
    with opened:
        if not opened.open:
            return
        shown = _choose(runs)
        if not shown:
            text = t("training.together.none", most=MOST_RUNS)
            if len(runs) > 1 and show_empty(text, t("training.together.newest"), "beside"):
                change(beside=_suggested(runs, chosen))
                st.rerun()
            return
        with telling("beside"):
            _show(shown)


def _choose(runs: dict[str, RunEntry]) -> list[RunEntry]:
    wanted = current().beside
    for name in (name for name in wanted if name not in runs):
        reject("beside", name)
    there = tuple(name for name in wanted if name in runs)
    if there != wanted:
        settle(beside=there)
    key = follow("beside", list(there))
    st.multiselect(
        t("training.together.which"),
        [name for name in runs if "/" not in name],
        key=key,
        max_selections=MOST_RUNS,
        placeholder=t("training.together.placeholder"),
        on_change=lambda: change(beside=tuple(st.session_state[key])),
    )
    return [runs[name] for name in there]


def _suggested(runs: dict[str, RunEntry], chosen: RunEntry | None) -> tuple[str, ...]:
    """The chosen run and the newest with figures, those of the same data first."""
    data = chosen.record.request.region if chosen and chosen.record else None

    def rank(run: RunEntry) -> tuple[bool, bool, bool, float]:
        if run.record is None:
            return run != chosen, run.scores is None, True, 0.0
        other = run.record.request.region != data
        return run != chosen, run.scores is None, other, -run.record.created.timestamp()

    return tuple(run.id for run in sorted(runs.values(), key=rank)[:_SUGGESTED])


def _show(runs: Sequence[RunEntry]) -> None:
    colors = dict(zip((run.id for run in runs), COLORS, strict=False))
    tracks = []
    for run in runs:
        with telling(f"beside.{run.id}"):
            history = cache.history(run, FINAL)
            if history is not None:
                tracks.append(Track(run.id, colors[run.id], history))
    if tracks:
        _show_curves(tracks)
    _show_figures(runs, colors, {track.name: track for track in tracks})
    _show_settings(runs)


def _show_curves(tracks: Sequence[Track]) -> None:
    pick(
        t("training.together.against"),
        "against",
        AGAINST,
        lambda name: t(f"training.together.{name}"),
        value=current().against,
        kind=st.segmented_control,
        label_visibility="collapsed",
    )
    against: Against = "seconds" if current().against == "seconds" else "epochs"
    said = [
        t(
            "training.together.one",
            name=track.name,
            epoch=track.history.best_epoch,
            loss=f"{track.history.columns['val_loss'][track.history.best_epoch - 1]:.3f}",
        )
        for track in tracks
    ]
    alt = t("training.together.alt", values=t("training.comma").join(said))
    for column, place in zip(_DRAWN, st.columns(2, gap="medium"), strict=True):
        figure = runs_chart(tracks, column, against, t)
        place.plotly_chart(figure, key=f"training.together.{column}", config=_QUIET, alt=alt)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(alt))
        st.download_button(
            t("training.history.csv"),
            lambda: tracks_csv(tracks),
            "curves.csv",
            "text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="training.together.csv",
        )


def tracks_csv(tracks: Sequence[Track]) -> str:
    """Curves of several runs, a line an epoch, as CSV."""
    names = ("epoch", "seconds", "train_loss", "val_loss", "val_macro_f1", "lr")
    rows = (
        (track.name, int(epoch), *values)
        for track in tracks
        for epoch, *values in zip(
            *(track.history.columns[name].tolist() for name in names), strict=True
        )
    )
    return csv_text(("run", *names), rows)


def _show_figures(
    runs: Sequence[RunEntry], colors: dict[str, str], tracks: dict[str, Track]
) -> None:
    heads = ("run", "architecture", "macro_f1", "overall", "tested", "epochs", "time")
    rows = [_figures(run, colors[run.id], tracks.get(run.id)) for run in runs]
    show_table([t(f"training.together.column.{name}") for name in heads], rows)
    tested = [run for run in runs if run.scores is not None]
    key = "same" if len({_split_of(run) for run in tested}) < 2 else "different"
    if tested:
        st.caption(t(f"training.together.split.{key}"))


def _figures(run: RunEntry, color: str, track: Track | None) -> list[Cell]:
    scores, record = run.scores, run.record
    figures = [_NONE] * 3
    if scores is not None:
        split = _told_split(run)
        figures = [
            _with_interval(scores.macro_f1, scores.interval),
            _with_interval(scores.overall_accuracy, scores.overall_interval),
            f"{scores.samples:,}{f' · {split}' if split else ''}",
        ]
    epochs, seconds = _NONE, _NONE
    if track is not None:
        values = {"epochs": len(track.history.epochs), "best": track.history.best_epoch}
        epochs = t("training.epochs.best", **values)
    if record is not None and record.models:
        seconds = lasting(sum(model.seconds for model in record.models.values()))
    texts = [title_of(run.architecture), *figures, epochs, seconds]
    return [Cell(run.id, color=color), *map(Cell, texts)]


def _with_interval(value: float, ends: tuple[float, float]) -> str:
    return f"{value:.2f} ({ends[0]:.2f}–{ends[1]:.2f})"


def _told_split(run: RunEntry) -> str:
    with suppress(CropcoreError):
        return told(str(Run(run.folder).read_json("metrics.json").get("split", "")))
    return ""


def _split_of(run: RunEntry) -> str:
    """Which samples a run was tested on; runs with equal texts were tested on the same."""
    with suppress(CropcoreError):
        return Run(run.folder).read_text("split.csv")
    return run.id


def _show_settings(runs: Sequence[RunEntry]) -> None:
    records = [(run, run.record) for run in runs if run.record is not None]
    if len(records) < 2:
        return
    heads = [t("training.setting"), *(run.id for run, _ in records)]
    show_differences([record for _, record in records], heads, t("training.together.settings"))


__all__ = ["show_beside", "tracks_csv"]
