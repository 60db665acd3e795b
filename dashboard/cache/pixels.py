"""What is kept of clicks: what was seen, what a run makes of it, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from cropcore.explain import AnyExplainer, Explanation
from cropcore.training.run import Run
from dashboard import pixel
from dashboard.cache.regions import place_key, region
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.opened import OpenRegion
from dashboard.pixel import Asked, Judged, Seen

_MODELS = 4
_PIXELS = 512
_loaded: set[tuple[Path, int]] = set()


def run_is_loaded(run: RunEntry) -> bool:
    """Whether asking this run needs no waiting."""
    return _run_key(run) in _loaded


def asked(run: RunEntry) -> Asked:
    """A run, loaded.

    Raises:
        RunError: It is unfinished or damaged.
    """
    found = _asked(*_run_key(run))
    _loaded.add(_run_key(run))
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
    return _judged(asked(run), place, (_run_key(run), place_key(entry, run), row, col))


def explained(
    entry: RegionEntry, run: RunEntry, row: int, col: int, method: str, *aim: int
) -> Explanation | None:
    """Why: for a class, or for the first class against the second, given as legend codes.

    Returns:
        The explanation; ``None`` where there are no gradients or the pixel was never clear.

    Raises:
        InputError: The run cannot be used here.
    """
    found, explainer = judged(entry, run, row, col), asked(run).explainer
    if found is None or explainer is None:
        return None
    key = (_run_key(run), place_key(entry, run), row, col)
    return _explained(explainer, found, key, method, tuple(str(code) for code in aim))


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
    _explainer: AnyExplainer,
    _found: Judged,
    key: tuple[Any, ...],
    method: str,
    aim: tuple[str, ...],
) -> Explanation:
    target, contrast = (*aim, None)[:2]
    return _explainer.explain(
        _found.series,
        _found.start,
        around=_found.around,
        method=method,
        target=target,
        contrast=contrast,
    )


def _run_key(run: RunEntry) -> tuple[Path, int]:
    """Names a run's model as it is now; changes when the run is trained again."""
    for name in ("model.keras", "model.skops", "tested.npz"):
        path = run.folder / name
        if path.is_file():
            return run.folder, path.stat().st_mtime_ns
    return run.folder, 0


__all__ = ["asked", "explained", "judged", "run_is_loaded", "seen"]
