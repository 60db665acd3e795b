"""The crop map: see it, click a pixel, ask what it is, how surely and why."""

import streamlit as st

from dashboard import cache
from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.main import page_file
from dashboard.opened import OpenRegion
from dashboard.widgets.failure import telling
from dashboard.widgets.heading import show_heading
from dashboard.widgets.legend import show_key
from dashboard.widgets.map_maker import offer_map
from dashboard.widgets.map_view import show_map, take_click
from dashboard.widgets.pickers import choose_layer, choose_region, choose_run
from dashboard.widgets.pixel_panel import show_series, show_verdict, show_why
from dashboard.widgets.place import chosen_pixel, place_fields
from dashboard.widgets.suspects import find_doubts, show_suspects, suspects_on


def page() -> None:
    """Choose, look, ask."""
    with st.sidebar:
        region = choose_region()
        run = choose_run(region)
    with telling("region"):
        place = cache.region(region, run)
        found = run.map_of(region) if run else None
        with st.sidebar:
            layer = choose_layer(place, found)
            show_key(layer, region, place, run, found)
        show_heading(region, place, run)
        if run and found is None:
            offer_map(region, run)
        explore(region, place, run, found, layer)


@st.fragment
def explore(
    region: RegionEntry,
    place: OpenRegion,
    run: RunEntry | None,
    found: MapEntry | None,
    layer: str,
) -> None:
    """The map, and everything about the pixel chosen on it."""
    take_click(region)
    pixel = chosen_pixel(place)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        doubts = find_doubts(region, run)
        show_map(region, place, run, found, layer, pixel, 0, *suspects_on(place, doubts))
        show_suspects(region, place, run, doubts, page_file("training"))
    with right:
        place_fields(place)
        judged = None
        with telling("verdict"):
            judged = show_verdict(region, place, run, pixel)
    if pixel is None:
        return
    left, right = st.columns(2, gap="medium")
    with right, telling("why"):  # first, for this is what people wait for
        if run and judged:
            show_why(region, run, pixel, judged, page_file("explain"))
    with left, telling("series"):
        show_series(region, run, pixel, judged)


page()
