"""What may mislead a model: notes of the check, few groups, hidden pixels, doubtful labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from cropcore.errors import CropcoreError
from cropcore.sources import RegionReport
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import class_name, t
from dashboard.state import address_of, change, current
from dashboard.widgets.confidence.figures import offer_csv, percent
from dashboard.widgets.failure import show_empty
from dashboard.widgets.regions.classes import FEW_GROUPS, legend_of
from dashboard.widgets.regions.gallery import choose_region
from dashboard.widgets.regions.report import show_problems
from dashboard.widgets.text import plain

_LONG = 100_000_000
"""Values of a region above which it is checked on request only."""
_MOST = 0.5
"""Share of a class in one group that is told."""


def show_quality(entry: RegionEntry, page: Path) -> None:
    """All that is doubtful, the worst first.

    Args:
        entry: The region or table.
        page: The page of the crop map, where doubted labels are seen.

    Raises:
        InputError: The labels cannot be used.
    """
    st.markdown(f"#### {t('regions.quality')}")
    own = list(_judged(entry))
    for text in own:
        st.warning(text, icon=":material/warning:")
    report = RegionReport(entry.path)
    if not _takes_long(entry) or show_empty(
        t("regions.quality.long"), t("regions.quality.check"), "check"
    ):
        with st.spinner(t("regions.quality.reading"), show_time=True):
            report = cache.checked(entry)
    for text in report.errors:
        st.error(plain(text), icon=":material/error:")
    show_problems(report.warnings)
    doubted = _doubted(entry)
    if doubted is not None:
        run, count, asked = doubted
        with st.container(horizontal=True, vertical_alignment="center"):
            counts = {"count": f"{count:,}", "of": f"{asked:,}"}
            words = t("regions.quality.suspects", run=plain(run.id), **counts)
            st.markdown(f":material/label_important: {words}", width="content")
            if st.button(t("regions.quality.suspects.look"), icon=":material/map:"):
                choose_region(entry)
                change(run=run.id, suspects="shown")
                st.switch_page(page, query_params=address_of(current()))
    if not cache.is_checked(entry):
        return
    if not (report.errors or report.warnings or own or doubted):
        st.success(t("regions.quality.fine"), icon=":material/check_circle:")
        return
    rows = [("error", text) for text in report.errors]
    rows += [("warning", text) for text in report.warnings]
    offer_csv(t("regions.quality.csv"), "notes.csv", ("kind", "note"), lambda: rows)


def _takes_long(entry: RegionEntry) -> bool:
    """Whether people would have to wait for the check, who came to see something else."""
    if entry.kind == "table" or cache.is_checked(entry):
        return False
    folder = cache.region(entry).folder
    depth = sum(len(item.acquisitions) * len(item.bands) for item in folder.imagery)
    return folder.grid.width * folder.grid.height * depth > _LONG


def _judged(entry: RegionEntry) -> Iterator[str]:
    """What the counts of labels and clouds say."""
    found = cache.balance(entry)
    legend = legend_of(entry) if found else None
    if legend is not None:
        names = {item.code: plain(class_name(item)) for item in legend}
        few = [item for item in found if item.groups < FEW_GROUPS]
        if few:
            listed = ", ".join(f"{names[item.code]} ({item.groups})" for item in few)
            yield t("regions.quality.few", names=listed)
        single = [item for item in found if item.largest >= _MOST]
        if single:
            listed = ", ".join(
                t(
                    "regions.quality.one_group.item",
                    name=names[item.code],
                    share=percent(item.largest),
                )
                for item in single
            )
            yield t("regions.quality.one_group", names=listed)
    if entry.kind == "region":
        for item in cache.clear(entry):
            if item.never > 0:
                share = percent(item.never)
                yield t("regions.quality.never", source=plain(item.source), share=share)


def _doubted(entry: RegionEntry) -> tuple[RunEntry, int, int] | None:
    """The best run that learnt here, and how many it doubts of how many labels it was asked."""
    runs = cache.catalog().runs_for(entry) if entry.kind == "region" else ()
    for run in runs:
        if not run.learnt_from(entry):
            continue
        try:
            doubts = cache.doubted(run)
        except CropcoreError:
            continue
        count = len(doubts.suspects)
        return (run, count, doubts.of) if count else None
    return None


__all__ = ["show_quality"]
