"""On what samples confidence was tested, and what to do where it never was."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cropcore.confidence import Trust
from cropcore.sources.region.region_toml import FILE_NAME
from cropcore.training.run import Run
from cropcore.training.tested import TESTED, write_tested
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.text import plain


def show_origin(region: RegionEntry, run: RunEntry, trust: Trust) -> None:
    """Number of samples, groups and split; a warning where all that was measured elsewhere."""
    where = plain(_title(run))
    if not run.learnt_from(region):
        text = t("confidence.elsewhere", origin=where, region=plain(region.title))
        st.warning(text, icon=":material/wrong_location:")
    folds = run.record.request.folds if run.record else None
    split = t("confidence.split.folds", folds=folds) if folds else t("confidence.split.held")
    numbers = {"n": f"{len(trust):,}", "groups": f"{trust.n_groups:,}"}
    st.caption(t("confidence.origin", region=where, split=split, **numbers))


def find_trust(run: RunEntry) -> Trust | None:
    """The run's test answers; what is wrong with them is told."""
    with telling("tested"):
        return cache.trust(run)
    return None


def offer_tests(run: RunEntry, text: str = "") -> None:
    """Say that test answers are missing or damaged, and ask the models again on request.

    Args:
        run: Whose they are.
        text: What that means here; that confidence cannot be tested where not given.
    """
    kind = "damaged" if (run.folder / TESTED).exists() else "untested"
    text = text or t(f"confidence.{kind}", run=plain(run.id))
    if not show_empty(text, t("confidence.untested.action"), "measure"):
        return
    with telling("measure"):
        with st.spinner(t("confidence.measuring", run=plain(run.id)), show_time=True):
            from cropcore.training.measuring import retest

            found = Run(run.folder)
            write_tested(found.folder, retest(found))
        st.rerun()


def _title(run: RunEntry) -> str:
    """What the data that a run learnt from are called."""
    known = (item.title for item in cache.catalog().regions if run.learnt_from(item))
    if run.record is None:
        return next(known, run.id)
    path = Path(run.record.request.region)
    return next(known, path.parent.name if path.name == FILE_NAME else path.name)


__all__ = ["find_trust", "offer_tests", "show_origin"]
