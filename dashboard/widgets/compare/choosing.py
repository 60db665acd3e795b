"""Which two runs are compared, and what helps where there are not two."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cropcore.training.locating import region_name
from cropcore.training.tested import TESTED
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.compared import legend_of, unlike
from dashboard.i18n import t
from dashboard.opened import OpenRegion
from dashboard.state import address_of, change, current, reject, settle
from dashboard.widgets.confidence.origin import offer_tests
from dashboard.widgets.controls import pick, slide
from dashboard.widgets.failure import show_empty
from dashboard.widgets.pickers import choose_date, choose_run, run_name
from dashboard.widgets.text import plain


def choose_pair(region: RegionEntry) -> tuple[RunEntry | None, RunEntry | None]:
    """The baseline and the run beside it, which usually is the best other one."""
    first = choose_run(region, "compare.pick.a")
    usable = cache.catalog().runs_for(region)
    wanted = current().second
    second = next((run for run in usable if run.id == wanted), None)
    if second is None:
        if wanted is not None:
            reject("second", wanted)
        second = next(iter(_others(region, first)), None)
        settle(second=second.id if second else None)
    if len(usable) > 1:
        names = {run.id: run_name(run) for run in usable}
        value = second.id if second else None
        pick(t("compare.pick.b"), "second", list(names), names.__getitem__, value=value)
    return first, second


def choose_picture(place: OpenRegion) -> None:
    """How opaque the maps are, and the date of the picture below them."""
    slide(t("pick.opacity"), "opacity", 0.0, 1.0, 0.05)
    choose_date(place)


def two_runs(
    region: RegionEntry, first: RunEntry | None, second: RunEntry | None, training: Path
) -> bool:
    """Whether there are two runs to compare; says what to do where there are not.

    Args:
        region: What they map.
        first: The baseline.
        second: The other one.
        training: The page on which runs are trained.
    """
    if first is None or second is None:
        key = "compare.one" if first else "compare.none"
        text = t(key, run=plain(first.id)) if first else t(key)
        if show_empty(text, t("compare.one.action"), "train"):
            st.switch_page(training, query_params=address_of(current()))
        return False
    if first.id == second.id:
        text = t("compare.same", run=plain(first.id))
        other = next(iter(_others(region, first)), None)
        if other is None:
            st.info(text)
        elif show_empty(text, t("compare.same.action", run=plain(other.id)), "other"):
            change(second=other.id)
            st.rerun()
        return False
    return True


def comparable(runs: tuple[RunEntry, RunEntry]) -> bool:
    """Whether figures of two runs can be compared; says why not, and what helps."""
    only = unlike(*(legend_of(run) for run in runs))
    if any(only):
        a, b = (", ".join(map(plain, names)) or "–" for names in only)
        st.warning(t("compare.legends", a=a, b=b), icon=":material/format_list_bulleted:")
        return False
    a, b = (region_name(run.record.request.region) for run in runs if run.record)
    if a != b:
        text = t("compare.elsewhere", a=plain(a), b=plain(b))
        st.warning(text, icon=":material/wrong_location:")
        return False
    untested = [run for run in runs if not (run.folder / TESTED).is_file()]
    if untested:
        run = untested[0]
        offer_tests(run, t("compare.untested", run=plain(run.id)))
    return not untested


def show_pair(first: RunEntry, second: RunEntry) -> None:
    """Who is A and who is B, and a way to turn them round."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge("A", color="orange")
        st.markdown(f"**{plain(first.id)}** ({plain(first.architecture)})", width="content")
        st.badge("B", color="blue")
        st.markdown(f"**{plain(second.id)}** ({plain(second.architecture)})", width="content")
        st.button(
            t("compare.swap"),
            on_click=_swap,
            args=(first.id, second.id),
            icon=":material/swap_horiz:",
            type="tertiary",
        )


def _others(region: RegionEntry, first: RunEntry | None) -> list[RunEntry]:
    """Runs that have to do with this region, the best first."""
    return [
        run
        for run in cache.catalog().runs_for(region)
        if first
        and run.id != first.id
        and (run.map_of(region) is not None or run.learnt_from(region))
    ]


def _swap(first: str, second: str) -> None:
    change(run=second, second=first)


__all__ = ["choose_pair", "choose_picture", "comparable", "show_pair", "two_runs"]
