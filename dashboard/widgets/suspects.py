"""Labels that the run's models hardly believe: on the map, in a list, and one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from branca.element import MacroElement

from cropcore.training.doubting import Doubts, Suspect
from cropcore.training.tested import TESTED
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import class_name, t
from dashboard.maps import SuspectParcels, Visit, outlines
from dashboard.opened import OpenRegion
from dashboard.state import change, current, reject, settle
from dashboard.widgets.confidence.origin import offer_tests
from dashboard.widgets.controls import follow
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.text import plain

_KEY, _TABLE, _VISITS = "choose.suspects", "suspects.table", "suspects.visits"
_MOST_OUTLINES = 500
_ROW, _MOST_ROWS = 35, 6
_SHOWN, _HIDDEN = "shown", "hidden"


def find_doubts(region: RegionEntry, run: RunEntry | None) -> Doubts | None:
    """The run's suspects, where people want to see them and it learnt from this region."""
    if current().suspects == _HIDDEN or run is None or not run.learnt_from(region):
        return None
    if not (run.folder / TESTED).is_file():
        return None
    with telling("suspects"), st.spinner(t("suspects.loading"), show_time=True):
        doubts = cache.doubted(run)
        wanted = current().suspect
        if wanted is not None and _chosen(doubts.suspects) is None:
            reject("suspect", wanted)
            settle(suspect=None)
        return doubts
    return None


def suspects_on(place: OpenRegion, doubts: Doubts | None) -> tuple[MacroElement, ...]:
    """What lies on the map: an outline each, and a move to the one that is looked at."""
    if doubts is None:
        return ()
    suspects, at = doubts.suspects, _chosen(doubts.suspects)
    order = list(range(min(len(suspects), _MOST_OUTLINES)))
    if at is not None and at not in order:
        order.append(at)
    pixels = [suspects[number].pixels for number in order]
    rings = [outlines(some, place.folder.grid) for some in pixels if some is not None]
    if len(rings) < len(order):  # samples of a table lie on no grid
        return ()
    if at is None:
        return (SuspectParcels(rings, None),)
    chosen = order.index(at)
    visit = f"{suspects[at].id}#{st.session_state.get(_VISITS, 0)}"
    return SuspectParcels(rings, chosen), Visit(rings[chosen], visit)


def show_suspects(
    region: RegionEntry,
    place: OpenRegion,
    run: RunEntry | None,
    doubts: Doubts | None,
    training: Path,
) -> None:
    """The switch, and below it the list.

    Args:
        region: What is shown.
        place: The same, opened.
        run: Whose answers are asked.
        doubts: What it doubts, if that is to be seen.
        training: The page on which another run is begun.
    """
    if run is None:
        return
    follow("suspects", current().suspects == _SHOWN)
    st.toggle(t("suspects"), key=_KEY, help=t("suspects.help"), on_change=_switch)
    if current().suspects == _HIDDEN:
        return
    if not run.learnt_from(region):
        st.info(t("suspects.elsewhere", run=plain(run.id), region=plain(region.title)))
        return
    if not (run.folder / TESTED).is_file():
        offer_tests(run, t("suspects.untested", run=plain(run.id)))
        return
    if doubts is None:
        return  # it was told why
    unit = "parcels" if doubts.parcels else "samples"
    key = f"suspects.among.{'all' if doubts.complete else 'kept'}.{unit}"
    among = t(key, of=f"{doubts.of:,}", count=f"{len(doubts.suspects):,}")
    if not doubts.suspects:
        if doubts.complete:
            st.success(t("suspects.none", among=among))
        elif show_empty(t("suspects.none", among=among), t("suspects.folds"), "suspects.train"):
            st.switch_page(training)
        return
    st.warning(t("suspects.question"), icon=":material/help:")
    st.caption(f"{among} {t('suspects.learnt')}" if doubts.complete else among)
    _show_chosen(place, doubts.suspects)
    _show_table(place, doubts)


def _show_chosen(place: OpenRegion, suspects: Sequence[Suspect]) -> None:
    at = _chosen(suspects)
    label = t("suspects.next") if at is not None else t("suspects.first")
    follows = 0 if at is None else (at + 1) % len(suspects)
    st.button(
        label,
        key="suspects.visit",
        type="primary",
        icon=":material/my_location:",
        on_click=_visit,
        args=(place, suspects[follows]),
    )
    if at is None:
        return
    item = suspects[at]
    text = t(
        "suspects.one",
        number=at + 1,
        count=len(suspects),
        id=plain(item.id),
        label=plain(class_name(item.label)),
        suggested=plain(class_name(item.suggested)),
        p_label=f"{item.p_label:.2f}",
        p_suggested=f"{item.p_suggested:.2f}",
    )
    st.markdown(text)


def _show_table(place: OpenRegion, doubts: Doubts) -> None:
    suspects = doubts.suspects
    rows = pd.DataFrame(
        {
            "id": [item.id for item in suspects],
            "label": [class_name(item.label) for item in suspects],
            "suggested": [class_name(item.suggested) for item in suspects],
            "p_label": [item.p_label for item in suspects],
            "p_suggested": [item.p_suggested for item in suspects],
            "pixels": [len(item.samples) for item in suspects],
        }
    )
    rows = rows if doubts.parcels else rows.drop(columns="pixels")
    table = rows.rename(columns={name: t(f"suspects.column.{name}") for name in rows})
    at = _chosen(suspects)
    chosen = [] if at is None else [at]
    st.session_state[_TABLE] = {"selection": {"rows": chosen, "columns": [], "cells": []}}
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        key=_TABLE,
        hide_index=True,
        height=_ROW * (min(len(rows), _MOST_ROWS) + 1) + 3,
        column_config={
            t(f"suspects.column.{name}"): number(format="%.2f")
            for name in ("p_label", "p_suggested")
        },
        on_select=lambda: _select(place, suspects),
        selection_mode=["single-row", "single-cell"],
        placeholder="",
        alt=t("suspects.alt", count=len(suspects)),
    )
    st.caption(t("suspects.alt", count=len(suspects)))
    st.download_button(
        t("suspects.csv"),
        lambda: rows.to_csv(index=False),
        "suspects.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _chosen(suspects: Sequence[Suspect]) -> int | None:
    wanted = current().suspect
    return next((at for at, item in enumerate(suspects) if item.id == wanted), None)


def _switch() -> None:
    change(suspects=_SHOWN if st.session_state[_KEY] else _HIDDEN, suspect=None)


def _select(place: OpenRegion, suspects: Sequence[Suspect]) -> None:
    """Go to the row that was ticked or clicked on."""
    chosen = st.session_state[_TABLE]["selection"]
    rows = [row for row, _ in chosen["cells"]] or chosen["rows"]
    if rows and rows[0] < len(suspects):
        _visit(place, suspects[rows[0]])
    elif not rows:
        change(suspect=None)


def _visit(place: OpenRegion, item: Suspect) -> None:
    """Move the map there and ask of the pixel nearest to the middle."""
    st.session_state[_VISITS] = st.session_state.get(_VISITS, 0) + 1
    pixels = item.pixels
    if pixels is None:
        change(suspect=item.id)
        return
    off = pixels - pixels.mean(axis=0)
    row, col = pixels[int(np.argmin((off**2).sum(axis=1)))]
    lon, lat = place.folder.grid.lonlat(np.array([row]), np.array([col]))
    change(
        suspect=item.id,
        lon=round(float(lon[0]), 6),
        lat=round(float(lat[0]), 6),
        target=None,
        contrast=None,
    )


__all__ = ["find_doubts", "show_suspects", "suspects_on"]
