"""Compare: two runs of one region side by side, on the map and in numbers."""

import streamlit as st

from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.main import page_file
from dashboard.opened import OpenRegion
from dashboard.widgets.compare.both_maps import KIND, show_maps
from dashboard.widgets.compare.choosing import choose_pair, choose_picture, show_pair, two_runs
from dashboard.widgets.compare.confusion import show_confusion, show_samples
from dashboard.widgets.compare.legends import choose_shown
from dashboard.widgets.compare.metrics import show_metrics, show_outcome
from dashboard.widgets.compare.pixel_words import show_words
from dashboard.widgets.compare.settings import show_costs, show_settings
from dashboard.widgets.failure import telling
from dashboard.widgets.heading import show_heading
from dashboard.widgets.map_maker import offer_map
from dashboard.widgets.map_view import take_click
from dashboard.widgets.pickers import choose_region
from dashboard.widgets.place import chosen_pixel


def page() -> None:
    """Choose two runs, see both maps, read by how much they differ."""
    with st.sidebar:
        region = choose_region()
        runs = choose_pair(region)
    with telling("region"):
        place = cache.region(region, runs[0])
        show_heading(region, place, None)
        if not two_runs(region, *runs, page_file("training")):
            return
        with st.sidebar:
            choose_picture(place)
        show_pair(*runs)
        found = None
        with telling("compared"):
            found = show_outcome(region, runs)
        look(region, place, runs, found)
        if found:
            show_metrics(found, runs)
            show_confusion(found, runs)
            show_samples(region, runs, found)
        left, right = st.columns(2, gap="large")
        with left, telling("costs"):
            show_costs(runs, region)
        with right:
            show_settings(runs)


@st.fragment
def look(region: RegionEntry, place: OpenRegion, runs: tuple[RunEntry, RunEntry], found) -> None:
    """Both maps, what their colours mean, and what they say of the chosen pixel."""
    maps = tuple(run.map_of(region) for run in runs)
    if None in maps:
        with telling("map"):
            offer_map(region, runs[maps.index(None)])
        return
    take_click(region, KIND)
    pixel = chosen_pixel(place)
    left, right = st.columns([3, 2], gap="medium")
    with right:
        shown = choose_shown(region, runs, maps)
    with left:
        show_maps(region, place, runs, maps, *shown, pixel, found)
    with telling("pixel"):
        show_words(region, place, runs, pixel, page_file("crop_map"))


page()
