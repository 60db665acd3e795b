"""Explanations: why a pixel is what it is said to be, and whether to believe that."""

import streamlit as st

from dashboard import cache
from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.i18n import t
from dashboard.main import page_file
from dashboard.opened import OpenRegion
from dashboard.state import current
from dashboard.widgets.explain.classes import show_classes
from dashboard.widgets.explain.looking import choose_view, take_whole
from dashboard.widgets.explain.pins import pins_on, show_pins
from dashboard.widgets.explain.reasoned import show_reasoned
from dashboard.widgets.explain.region import show_region
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.heading import show_heading
from dashboard.widgets.legend import show_key
from dashboard.widgets.map_view import show_map, take_click
from dashboard.widgets.pickers import choose_layer, choose_region, choose_run
from dashboard.widgets.pixel_panel import show_verdict
from dashboard.widgets.place import chosen_pixel, place_fields


def page() -> None:
    """Choose what is explained."""
    with st.sidebar:
        region = choose_region()
        run = choose_run(region)
    with telling("region"):
        place = cache.region(region, run)
        show_heading(region, place, run)
        if run is None:
            if show_empty(t("pixel.no_run"), t("page.training"), "train"):
                st.switch_page(page_file("training"))
            return
        choose_view()
        if current().view == "class":
            show_classes(region, place, run)
        elif current().view == "region":
            show_region(region, place, run)
        else:
            found = run.map_of(region)
            with st.sidebar:
                layer = choose_layer(place, found)
                show_key(layer, region, place, run, found)
            explore(region, place, run, found, layer)


@st.fragment
def explore(
    region: RegionEntry, place: OpenRegion, run: RunEntry, found: MapEntry | None, layer: str
) -> None:
    """The map, and everything about the pixel chosen on it."""
    take_whole()
    take_click(region)
    pixel = chosen_pixel(place)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        show_map(region, place, run, found, layer, pixel, 0, pins_on(place))
    judged = None
    with right:
        place_fields(place)
        with telling("verdict"):
            judged = show_verdict(region, place, run, pixel)
            if pixel:
                show_pins(region, place, run, pixel)
    if pixel and judged:
        show_reasoned(region, place, run, pixel, judged)


page()
