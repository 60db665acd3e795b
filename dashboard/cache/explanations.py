"""What is kept of explained classes and regions."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from cropcore.explain.by_class import ByClass, ClassAttention, attention_of_class
from cropcore.explain.by_class import explain_classes as explain_all
from cropcore.explain.deciding import SUMMARY, DecidingSummary, job_of, read_summary
from cropcore.explain.permutation import PermutationImportance, permutation_importance
from dashboard.cache.pixels import asked, known, run_key
from dashboard.catalog import RunEntry

_KEPT = 32


def classes_explained(run: RunEntry, method: str) -> ByClass | None:
    """A run's classes explained; ``None`` where that was not computed yet."""
    return _kept("classes", (run_key(run), method)).get("found")


def explain_classes(
    run: RunEntry, method: str, progress: Callable[[int, int], None], seconds: float
) -> ByClass:
    """Compute and keep that.

    Args:
        run: Whose classes.
        method: Name in the table of attribution methods.
        progress: Told the samples done and all; whatever it raises ends the work.
        seconds: After which a run that sees surroundings is asked about no further samples.

    Raises:
        InputError: The run's data are gone, or it cannot be asked so.
    """
    found = explain_all(
        asked(run).explainer, known(run), method=method, seconds=seconds, progress=progress
    )
    _kept("classes", (run_key(run), method))["found"] = found
    return found


def class_attention(run: RunEntry, found: ByClass, code: int) -> tuple[ClassAttention, ...]:
    """Where a run looked at the samples that a class was explained by."""
    kept = _kept("attention", (run_key(run), code, tuple(found.samples[code].tolist())))
    if "found" not in kept:
        explainer = asked(run).explainer
        kept["found"] = attention_of_class(explainer, known(run), found.samples[code], found.start)
    return kept["found"]


def permuted(run: RunEntry) -> PermutationImportance | None:
    """What a run loses when values are mixed up; ``None`` where that was not computed yet."""
    return _kept("permutation", run_key(run)).get("found")


def permute(run: RunEntry, progress: Callable[[float], None]) -> PermutationImportance:
    """Compute and keep that.

    Args:
        run: Which one.
        progress: Told the share that is done; whatever it raises ends the work.

    Raises:
        InputError: The run's data are gone, or it kept no samples for testing.
    """
    found = permutation_importance(asked(run).explainer, known(run), progress=progress)
    _kept("permutation", run_key(run))["found"] = found
    return found


def deciding(run: RunEntry, region: str) -> DecidingSummary | None:
    """The finished map of deciding dates of a region; ``None`` where there is none.

    Raises:
        RunError: It is damaged.
    """
    folder = job_of(run.folder, region).folder
    path = folder / SUMMARY
    if not path.is_file():
        return None
    kept = _kept("deciding", (folder, path.stat().st_mtime_ns))
    if "found" not in kept:
        kept["found"] = read_summary(folder)
    return kept["found"]


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _kept(kind: str, key: Hashable) -> dict[str, Any]:
    """Room for one answer, put there by whoever computed it with people watching."""
    return {}


__all__ = [
    "class_attention",
    "classes_explained",
    "deciding",
    "explain_classes",
    "permute",
    "permuted",
]
