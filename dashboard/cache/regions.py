"""What is kept of regions: how they look, what is labelled, and what is wrong with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

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
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.opened import OpenRegion, opened, stamp_of
from dashboard.pictures import draw_picture, to_png
from dashboard.region_view import Facts, content_stamp, facts_of, source_of

_REGIONS = 64
_SERIES = 4
_PICTURES = 64
_known: set[tuple[Path, tuple[int, ...]]] = set()


def region(entry: RegionEntry, run: RunEntry | None = None) -> OpenRegion:
    """A region, opened as the run was told to where it learnt from it.

    Raises:
        RegionError: It cannot be used.
    """
    return opened(entry.path, _options(entry, run))


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


@st.cache_resource(max_entries=_REGIONS, show_spinner=False)
def _facts(entry: RegionEntry, stamp: tuple[int, ...]) -> Facts:
    return facts_of(entry)


@st.cache_resource(max_entries=_REGIONS, show_spinner=False)
def _clear(_place: OpenRegion, path: Path, stamp: tuple[int, ...]) -> tuple[ClearViews, ...]:
    return clear_views(_place.folder)


@st.cache_resource(max_entries=_REGIONS, show_spinner=False)
def _balance(entry: RegionEntry, stamp: tuple[int, ...]) -> tuple[ClassBalance, ...]:
    return class_balance(source_of(entry))


@st.cache_resource(max_entries=_SERIES, show_spinner=False)
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


def place_key(entry: RegionEntry, run: RunEntry | None) -> tuple[Any, ...]:
    """Names a region as it is now; changes when its folders do."""
    return (entry.path, _options(entry, run), stamp_of(entry.path))


def _options(entry: RegionEntry, run: RunEntry | None) -> SourceOptions:
    return run.options_for(entry) if run else SourceOptions()


__all__ = [
    "balance",
    "checked",
    "clear",
    "facts",
    "is_checked",
    "picture",
    "place_key",
    "region",
    "sampled",
]
