"""What is kept of clicks: what was seen, what a run makes of it, and why."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cropcore.explain import ATTRIBUTION_METHODS, AnyExplainer, Explanation, Question
from cropcore.explain.attention import AttentionView, attention_views
from cropcore.explain.known import Known, known_samples
from cropcore.explain.neighbours import Neighbour, Neighbours
from cropcore.explain.parcel import ParcelExplanation, explain_parcel, parcel_at
from cropcore.explain.trust import TrustReport, check, check_parcel
from cropcore.explain.what_if import Observed, WhatIf, observed_pixel
from cropcore.explain.what_if import what_if as what_if_of
from cropcore.training.run import Run
from dashboard import pixel
from dashboard.cache.later import later, watch
from dashboard.cache.regions import place_key, region
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.opened import OpenRegion
from dashboard.pixel import Asked, Judged, Seen

_MODELS = 4
_PIXELS = 512
_loaded: set[tuple[Path, int]] = set()


def run_is_loaded(run: RunEntry) -> bool:
    """Whether asking this run needs no waiting."""
    return run_key(run) in _loaded


def asked(run: RunEntry) -> Asked:
    """A run, loaded.

    Raises:
        RunError: It is unfinished or damaged.
    """
    found = _asked(*run_key(run))
    _loaded.add(run_key(run))
    return found


def seen(entry: RegionEntry, run: RunEntry | None, row: int, col: int) -> Seen:
    """What was seen at a pixel.

    Raises:
        RegionError: A file is damaged.
    """
    place = region(entry, run)
    return _seen(place, (place_key(entry, run), row, col))


def judged(entry: RegionEntry, run: RunEntry, row: int, col: int) -> Judged | None:
    """What a run makes of a pixel; ``None`` where it was never clear.

    Raises:
        InputError: The run cannot be used here.
    """
    place = region(entry, run)
    return _judged(asked(run), place, (run_key(run), place_key(entry, run), row, col))


def explained(
    entry: RegionEntry, run: RunEntry, row: int, col: int, method: str, *aim: int
) -> Explanation | None:
    """Why: for a class, or for the first class against the second, given as legend codes.

    Returns:
        The explanation; ``None`` where the pixel was never clear.

    Raises:
        InputError: The run cannot be used here, or its samples are needed and are gone.
    """
    found = judged(entry, run, row, col)
    if found is None:
        return None
    key = (run_key(run), place_key(entry, run), row, col, method, aim)
    return _explained(asked(run).explainer, found, _question(run, method, *aim), key)


def _question(run: RunEntry, method: str, *aim: int) -> Question:
    """What is asked, with the training series where the method holds a pixel against them."""
    classes = {item.code: item for item in asked(run).data.legend}
    target, contrast = (*(classes[code] for code in aim), None)[:2]
    needed = ATTRIBUTION_METHODS[method].needs_samples
    return Question(method, target, contrast, known(run).training_series() if needed else None)


def parcel_later(
    entry: RegionEntry, run: RunEntry, row: int, col: int, method: str, *aim: int
) -> Future[ParcelExplanation]:
    """Why, for the parcel around a pixel; its pixels are asked one by one."""
    key = (run_key(run), place_key(entry, run), row, col, method, aim)

    def make() -> ParcelExplanation:
        folder = region(entry, run).folder
        parcel = parcel_at(folder, row, col)
        question = _question(run, method, *aim)
        return explain_parcel(asked(run).explainer, folder, parcel, question, watch=watch)

    return later(("parcel", *key), make)


def known(run: RunEntry) -> Known:
    """The samples a run knows.

    Raises:
        InputError: They are gone, or not those it learnt from.
    """
    return _known(*run_key(run))


def known_later(run: RunEntry) -> Future[Known]:
    """The same, read beside the page."""
    return later(("known", run_key(run)), lambda: known(run))


def quartiles(run: RunEntry, code: int) -> np.ndarray:
    """Quartiles of a class's training series, (3, time, band).

    Raises:
        InputError: The samples are gone.
    """
    return _quartiles(known(run), run_key(run), code)


def nearest_later(
    entry: RegionEntry, run: RunEntry, row: int, col: int
) -> Future[tuple[Neighbour, ...]]:
    """The training samples that a run finds most like a pixel, nearest first."""
    key = (run_key(run), place_key(entry, run), row, col)

    def make() -> tuple[Neighbour, ...]:
        found = judged(entry, run, row, col)
        neighbours = _neighbours(asked(run).explainer, known(run), run_key(run))
        return neighbours.nearest(found.around) if found else ()

    return later(("nearest", *key), make)


def examined_later(
    entry: RegionEntry, run: RunEntry, row: int, col: int, method: str, *aim: int
) -> Future[TrustReport | None]:
    """How far the explanation of the same question can be trusted; ``None`` likewise."""
    key = (run_key(run), place_key(entry, run), row, col, method, aim)

    def make() -> TrustReport | None:
        told = explained(entry, run, row, col, method, *aim)
        found = judged(entry, run, row, col)
        if told is None or found is None:
            return None
        question = _question(run, method, *aim)
        return check(asked(run).explainer, found.around, found.start, question, told, watch)

    return later(("examined", *key), make)


def parcel_examined_later(
    entry: RegionEntry, run: RunEntry, row: int, col: int, method: str, *aim: int
) -> Future[TrustReport | None]:
    """How far the explanation of the parcel around a pixel can be trusted."""
    key = (run_key(run), place_key(entry, run), row, col, method, aim)

    def make() -> TrustReport | None:
        folder, told = region(entry, run).folder, parcel_later(entry, run, row, col, method, *aim)
        parcel, question = parcel_at(folder, row, col), _question(run, method, *aim)
        found = told.result().explanation if told.done() else None
        return check_parcel(asked(run).explainer, folder, parcel, question, found, watch)

    return later(("parcel examined", *key), make)


def attention(entry: RegionEntry, run: RunEntry, row: int, col: int) -> tuple[AttentionView, ...]:
    """Where a run's networks looked.

    Raises:
        InputError: The run cannot be used here.
    """
    found = judged(entry, run, row, col)
    if found is None:
        return ()
    key = (run_key(run), place_key(entry, run), row, col)
    return _attention(asked(run).explainer, found, key)


def what_if(
    entry: RegionEntry,
    run: RunEntry,
    row: int,
    col: int,
    clouded: tuple[date, ...],
    dropped: tuple[str, ...],
) -> WhatIf:
    """What a run would say of a pixel, had these dates and bands not been seen.

    Raises:
        InputError: The run cannot be used here.
    """
    place, key = region(entry, run), (run_key(run), place_key(entry, run), row, col)
    return _what_if(asked(run).explainer, _observed(place, key), key, clouded, dropped)


@st.cache_resource(max_entries=_MODELS, show_spinner=False)
def _asked(folder: Path, stamp: int) -> Asked:
    return pixel.load(Run(folder))


@st.cache_resource(max_entries=_PIXELS, show_spinner=False)
def _seen(_place: OpenRegion, key: tuple[Any, ...]) -> Seen:
    row, col = key[-2:]
    return pixel.look(_place.folder, row, col)


@st.cache_resource(max_entries=_PIXELS, show_spinner=False)
def _judged(_run: Asked, _place: OpenRegion, key: tuple[Any, ...]) -> Judged | None:
    return pixel.judge(_run, _seen(_place, key[1:]), _place.folder)


@st.cache_resource(max_entries=_PIXELS, show_spinner=False)
def _explained(
    _explainer: AnyExplainer, _found: Judged, _question: Question, key: tuple[Any, ...]
) -> Explanation:
    return _explainer.explain(_found.around, _found.start, _question)


@st.cache_resource(max_entries=_MODELS, show_spinner=False)
def _known(folder: Path, stamp: int) -> Known:
    return known_samples(Run(folder))


@st.cache_resource(max_entries=_PIXELS, show_spinner=False)
def _quartiles(_known: Known, key: tuple[Any, ...], code: int) -> np.ndarray:
    return _known.quartiles(code)


@st.cache_resource(max_entries=_MODELS, show_spinner=False)
def _neighbours(_explainer: AnyExplainer, _known: Known, key: tuple[Any, ...]) -> Neighbours:
    return Neighbours(_explainer, _known)


@st.cache_resource(max_entries=_PIXELS, show_spinner=False)
def _attention(
    _explainer: AnyExplainer, _found: Judged, key: tuple[Any, ...]
) -> tuple[AttentionView, ...]:
    return attention_views(_explainer, _found.around, _found.start)


@st.cache_resource(max_entries=_MODELS, show_spinner=False)
def _observed(_place: OpenRegion, key: tuple[Any, ...]) -> Observed:
    (folder, _), _, row, col = key
    return observed_pixel(Run(folder), _place.folder, row, col)


@st.cache_resource(max_entries=_PIXELS, show_spinner=False)
def _what_if(
    _explainer: AnyExplainer,
    _observed: Observed,
    key: tuple[Any, ...],
    clouded: tuple[date, ...],
    dropped: tuple[str, ...],
) -> WhatIf:
    return what_if_of(
        _explainer,
        _observed.sources,
        _observed.start,
        frozenset(clouded),
        frozenset(dropped),
        pixel=_observed.pixel,
    )


def run_key(run: RunEntry) -> tuple[Path, int]:
    """Names a run's model as it is now; changes when the run is trained again."""
    for name in ("model.keras", "model.skops", "tested.npz"):
        path = run.folder / name
        if path.is_file():
            return run.folder, path.stat().st_mtime_ns
    return run.folder, 0


__all__ = [
    "asked",
    "attention",
    "examined_later",
    "explained",
    "judged",
    "known",
    "known_later",
    "nearest_later",
    "parcel_examined_later",
    "parcel_later",
    "quartiles",
    "run_is_loaded",
    "run_key",
    "seen",
    "what_if",
]
