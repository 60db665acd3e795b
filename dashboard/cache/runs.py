"""What is kept of runs: their tests, their maps, and how they learnt."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cropcore.confidence import Trust
from cropcore.explain import learning
from cropcore.legend import Legend
from cropcore.mapping import ConfidentAreas, count_confident_areas
from cropcore.training.differences import Comparison, compare_closely
from cropcore.training.doubting import Doubts, doubt_labels
from cropcore.training.history import HISTORY, History, read_history
from cropcore.training.run import Run
from cropcore.training.snapshots import FOLDER
from cropcore.training.tested import TESTED
from dashboard.catalog import MapEntry, RunEntry

_TESTED = 4
_COMPARISONS = 16
_MAPS = 32
_HISTORIES = 32


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


@st.cache_resource(max_entries=_TESTED, show_spinner=False)
def _trust(folder: Path, stamp: int) -> Trust:
    found = Run(folder).tested()
    return Trust(found.probabilities, found.uncalibrated, found.reference, found.groups)


@st.cache_resource(max_entries=_MAPS, show_spinner=False)
def _confident_areas(_legend: Legend, folder: Path, version: int) -> ConfidentAreas:
    return count_confident_areas(folder, _legend)


@st.cache_resource(max_entries=_COMPARISONS, show_spinner=False)
def _compared(a: tuple[Path, int], b: tuple[Path, int]) -> Comparison:
    return compare_closely(Run(a[0]), Run(b[0]))


@st.cache_resource(max_entries=_TESTED, show_spinner=False)
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


def _tested_key(run: RunEntry) -> tuple[Path, int]:
    """Names a run's tests as they are now; changes when it is measured again."""
    path = run.folder / TESTED
    return run.folder, path.stat().st_mtime_ns if path.is_file() else 0


__all__ = ["compared", "confident_areas", "doubted", "history", "inside", "trust", "watched"]
