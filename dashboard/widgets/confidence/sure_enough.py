"""The map as far as it is sure enough, and what that threshold buys."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cropcore.confidence import Trust
from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.opened import OpenRegion
from dashboard.state import current
from dashboard.widgets.confidence.land import show_land, show_pixel
from dashboard.widgets.confidence.threshold import show_bought, show_risk
from dashboard.widgets.controls import slide
from dashboard.widgets.failure import telling
from dashboard.widgets.map_view import show_map, take_click
from dashboard.widgets.place import chosen_pixel


@st.fragment
def sure_enough(
    region: RegionEntry,
    place: OpenRegion,
    run: RunEntry,
    found: MapEntry | None,
    layer: str,
    trust: Trust | None,
    crop_map: Path,
) -> None:
    """Everything that follows the slider.

    Args:
        region: What is shown.
        place: The same, opened.
        run: Whose map is shown.
        found: That map, if there is one.
        layer: What is drawn of it.
        trust: The run's test answers, if there are any.
        crop_map: The page on which a pixel is explained.
    """
    if not (found or trust):
        return
    take_click(region)
    pixel = chosen_pixel(place)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        slide(t("confidence.threshold"), "threshold", 0, 100, 1)
        if found:
            show_map(region, place, run, found, layer, pixel, current().threshold)
            with telling("pixel"):
                show_pixel(region, place, run, pixel, crop_map)
    with right, telling("land"):
        if trust:
            show_bought(run, trust)
        if found:
            show_land(run, found)
    if trust:
        show_risk(run, trust)


__all__ = ["sure_enough"]
