"""What is kept between reruns and shared by all sessions; the only place with ``st.cache_*``.

Everything kept is frozen, so it is shared and never copied.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from cropcore.confidence import Trust
from cropcore.explain import AnyExplainer, Explanation, learning
from cropcore.legend import Legend
from cropcore.mapping import ConfidentAreas, count_confident_areas
from cropcore.sources import RegionReport, SourceOptions, check_source
from cropcore.sources.summary import (
    ClassBalance,
    ClearViews,
    SampledSeries,
    class_balance,
    clear_views,
    sample_region,
    sample_table,
)
from cropcore.training.differences import Comparison, compare_closely
from cropcore.training.doubting import Doubts, doubt_labels
from cropcore.training.history import HISTORY, History, read_history
from cropcore.training.run import Run
from cropcore.training.snapshots import FOLDER
from cropcore.training.tested import TESTED
from dashboard import pixel
from dashboard.catalog import Catalog, MapEntry, RegionEntry, RunEntry, read_catalog
from dashboard.opened import OpenRegion, opened, stamp_of
from dashboard.pictures import draw_picture, to_png
from dashboard.pixel import Asked, Judged, Seen
from dashboard.region_view import Facts, content_stamp, facts_of, source_of

_MODELS = 4
_PIXELS = 512
_COMPARISONS = 16
_MAPS = 32
_HISTORIES = 32
_REGIONS = 64
_PICTURES = 64


@st.cache_resource(ttl=2, show_spinner=False)
def catalog() -> Catalog:
    """What there is, at most two seconds old."""
    return read_catalog()


def region(entry: RegionEntry, run: RunEntry | None = None) -> OpenRegion:
    """A region, opened as the run was told to where it learnt from it.

    Raises:
        RegionError: It cannot be used.
    """
    return opened(entry.path, _options(entry, run))


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
    return _seen(place, (_place_key(entry, run), row, col))


def judged(entry: RegionEntry, run: RunEntry, row: int, col: int) -> Judged | None:
    """What a run makes of a pixel; ``None`` where it was never clear.

    Raises:
        InputError: The run cannot be used here.
    """
    place = region(entry, run)
    return _judged(asked(run), place, (_run_key(run), _place_key(entry, run), row, col))


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
    key = (_run_key(run), _place_key(entry, run), row, col)
    return _explained(explainer, found, key, method, tuple(str(code) for code in aim))


def trust(run: RunEntry) -> Trust | None:
    """A run's test answers; ``None`` where they were not kept.

    Raises:
        RunError: They are damaged.
    """
    path = run.folder / TESTED
    return _trust(run.folder, path.stat().st_mtime_ns) if path.is_file() else None


def confident_areas(found: MapEntry, legend: Legend) -> ConfidentAreas:
    """How much land a map is how sure of.

    Raises:
        InputError: The map is damaged.
    """
    return _confident_areas(legend, found.folder, found.version)


def compared(a: RunEntry, b: RunEntry) -> Comparison:
    """Two runs on the test samples they have in common.

    Raises:
        RunError: They cannot be compared.
    """
    return _compared(_tested_key(a), _tested_key(b))


def doubted(run: RunEntry) -> Doubts:
    """The labels that models which never saw them hardly believe.

    Raises:
        RunError: The run's test answers are missing or damaged.
    """
    return _doubted(*_tested_key(run))


def history(run: RunEntry, member: str) -> History | None:
    """What was measured while one of a run's models learnt, as far as it has come.

    Raises:
        RunError: What was written down cannot be read.
    """
    path = Run(run.folder).member_folder(member) / HISTORY
    stamp = path.stat() if path.is_file() else None
    return _history(path.parent, (stamp.st_mtime_ns, stamp.st_size)) if stamp else None


def watched(run: RunEntry, member: str) -> learning.Watched | None:
    """The samples behind such a history.

    Raises:
        RunError: What was written down of the split cannot be read.
    """
    return _watched(run.folder, member, (run.folder / "run.json").stat().st_mtime_ns)


def inside(run: RunEntry) -> learning.Inside | None:
    """What was seen inside a run's network while it learnt; ``None`` where nobody looked.

    Raises:
        RunError: What was written down cannot be read.
    """
    place = run.folder / FOLDER
    return _inside(run.folder, place.stat().st_mtime_ns if place.is_dir() else 0)


def facts(entry: RegionEntry) -> Facts:
    """A region or table at a glance.

    Raises:
        InputError: It cannot be used.
    """
    return _facts(entry, content_stamp(entry.path))


def clear(entry: RegionEntry) -> tuple[ClearViews, ...]:
    """How much of a region each acquisition saw.

    Raises:
        RegionError: A file is damaged.
    """
    return _clear(region(entry), entry.path, content_stamp(entry.path))


def balance(entry: RegionEntry) -> tuple[ClassBalance, ...]:
    """How much is labelled as each class.

    Raises:
        InputError: The labels cannot be used.
    """
    return _balance(entry, content_stamp(entry.path))


def sampled(entry: RegionEntry) -> SampledSeries:
    """Series of some labelled pixels or samples of each class.

    Raises:
        InputError: The labels cannot be used, or a file is damaged.
    """
    return _sampled(entry, content_stamp(entry.path))


def checked(entry: RegionEntry) -> RegionReport:
    """All that is wrong or doubtful about a region or table."""
    key = (entry.path, content_stamp(entry.path))
    found = _checked(*key)
    _known.add(key)
    return found


def is_checked(entry: RegionEntry) -> bool:
    """Whether that needs no waiting."""
    return (entry.path, content_stamp(entry.path)) in _known


def picture(entry: RegionEntry, kind: str, day: date, clouds: bool) -> bytes:
    """A region on one day as PNG.

    Raises:
        LocationError: There is no picture of that day.
        RegionError: A file is damaged.
    """
    key = (entry.path, content_stamp(entry.path), kind, day, clouds)
    return _picture(region(entry), key)


_loaded: set[tuple[Path, int]] = set()
_known: set[tuple[Path, tuple[int, ...]]] = set()


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


@st.cache_resource(max_entries=_MODELS, show_spinner=False)
def _trust(folder: Path, stamp: int) -> Trust:
    found = Run(folder).tested()
    return Trust(found.probabilities, found.uncalibrated, found.reference, found.groups)


@st.cache_resource(max_entries=_MAPS, show_spinner=False)
def _confident_areas(_legend: Legend, folder: Path, version: int) -> ConfidentAreas:
    return count_confident_areas(folder, _legend)


@st.cache_resource(max_entries=_COMPARISONS, show_spinner=False)
def _compared(a: tuple[Path, int], b: tuple[Path, int]) -> Comparison:
    return compare_closely(Run(a[0]), Run(b[0]))


@st.cache_resource(max_entries=_MODELS, show_spinner=False)
def _doubted(folder: Path, stamp: int) -> Doubts:
    return doubt_labels(Run(folder))


@st.cache_resource(max_entries=_HISTORIES, show_spinner=False)
def _history(folder: Path, stamp: tuple[int, int]) -> History | None:
    return read_history(folder)


@st.cache_resource(max_entries=_HISTORIES, show_spinner=False)
def _watched(folder: Path, member: str, stamp: int) -> learning.Watched | None:
    return learning.watched(Run(folder), member)


@st.cache_resource(max_entries=_HISTORIES, show_spinner=False)
def _inside(folder: Path, stamp: int) -> learning.Inside | None:
    return learning.read_inside(folder)


@st.cache_resource(max_entries=_REGIONS, show_spinner=False)
def _facts(entry: RegionEntry, stamp: tuple[int, ...]) -> Facts:
    return facts_of(entry)


@st.cache_resource(max_entries=_REGIONS, show_spinner=False)
def _clear(_place: OpenRegion, path: Path, stamp: tuple[int, ...]) -> tuple[ClearViews, ...]:
    return clear_views(_place.folder)


@st.cache_resource(max_entries=_REGIONS, show_spinner=False)
def _balance(entry: RegionEntry, stamp: tuple[int, ...]) -> tuple[ClassBalance, ...]:
    return class_balance(source_of(entry))


@st.cache_resource(max_entries=_MODELS, show_spinner=False)
def _sampled(entry: RegionEntry, stamp: tuple[int, ...]) -> SampledSeries:
    if entry.kind == "region":
        return sample_region(opened(entry.path).folder)
    return sample_table(source_of(entry))


@st.cache_resource(max_entries=_REGIONS, show_spinner=False)
def _checked(path: Path, stamp: tuple[int, ...]) -> RegionReport:
    return check_source(path, SourceOptions())


@st.cache_resource(max_entries=_PICTURES, show_spinner=False)
def _picture(_place: OpenRegion, key: tuple[Any, ...]) -> bytes:
    kind, day, clouds = key[-3:]
    return to_png(draw_picture(_place, kind, day, clouds=clouds))


def _options(entry: RegionEntry, run: RunEntry | None) -> SourceOptions:
    return run.options_for(entry) if run else SourceOptions()


def _place_key(entry: RegionEntry, run: RunEntry | None) -> tuple[Any, ...]:
    """Names a region as it is now; changes when its folders do."""
    return (entry.path, _options(entry, run), stamp_of(entry.path))


def _tested_key(run: RunEntry) -> tuple[Path, int]:
    """Names a run's tests as they are now; changes when it is measured again."""
    path = run.folder / TESTED
    return run.folder, path.stat().st_mtime_ns if path.is_file() else 0


def _run_key(run: RunEntry) -> tuple[Path, int]:
    """Names a run's model as it is now; changes when the run is trained again."""
    for name in ("model.keras", "model.skops", "tested.npz"):
        path = run.folder / name
        if path.is_file():
            return run.folder, path.stat().st_mtime_ns
    return run.folder, 0


__all__ = [
    "asked",
    "balance",
    "catalog",
    "checked",
    "clear",
    "compared",
    "confident_areas",
    "doubted",
    "explained",
    "facts",
    "history",
    "inside",
    "is_checked",
    "judged",
    "picture",
    "region",
    "run_is_loaded",
    "sampled",
    "seen",
    "trust",
    "watched",
]
