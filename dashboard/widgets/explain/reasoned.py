"""All that is told of one pixel, the fastest first: what is slow fills its place later."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cropcore.explain import Explanation
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.opened import OpenRegion
from dashboard.pixel import Judged
from dashboard.state import current
from dashboard.widgets.explain.attention import show_attention
from dashboard.widgets.explain.nearest import show_nearest
from dashboard.widgets.explain.question import question_of
from dashboard.widgets.explain.reasons import show_around, show_reasons
from dashboard.widgets.explain.series import show_against
from dashboard.widgets.explain.trust import show_trust
from dashboard.widgets.explain.waiting import begin, wait
from dashboard.widgets.explain.what_if import show_what_if
from dashboard.widgets.failure import telling


def show_reasoned(
    region: RegionEntry, place: OpenRegion, run: RunEntry, pixel: tuple[int, int], found: Judged
) -> None:
    """Reasons, series, what if, alike samples, and whether to trust the reasons."""
    begin()
    told: dict[str, Explanation] = {}
    checks: dict[str, DeltaGenerator] = {}
    with telling("why"):
        told, checks = show_reasons(region, place, run, pixel, found)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        series, nearest = st.container(), st.container()
    with right:
        if "contribution" in told:
            show_around(told["contribution"], pixel)
        show_what_if(region, run, pixel)
        show_attention(region, run, pixel)
    with series, telling("series"):
        show_against(region, run, pixel, found, told if current().unit == "parcel" else {})
    with nearest, telling("nearest"):
        show_nearest(region, run, pixel, found)
    for quantity, where in checks.items():
        with where:
            question = question_of(found)
            show_trust(region, run, pixel, quantity, told[quantity].method, question)
    wait()


__all__ = ["show_reasoned"]
