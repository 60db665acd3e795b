"""Confidence: how sure the map is, and whether that can be trusted."""

import streamlit as st

from dashboard import cache
from dashboard.i18n import t
from dashboard.main import page_file
from dashboard.widgets.confidence.classes import show_classes
from dashboard.widgets.confidence.origin import find_trust, offer_tests, show_origin
from dashboard.widgets.confidence.reliability import come_true
from dashboard.widgets.confidence.sure_enough import sure_enough
from dashboard.widgets.failure import show_empty, telling
from dashboard.widgets.heading import show_heading
from dashboard.widgets.legend import show_key
from dashboard.widgets.map_maker import offer_map
from dashboard.widgets.pickers import choose_layer, choose_region, choose_run

LAYERS = ("confidence", "class", "margin", "entropy")


def page() -> None:
    """Where the map is sure, and whether that comes true."""
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
        found, layer = run.map_of(region), ""
        trust = find_trust(run)
        if trust:
            show_origin(region, run, trust)
        if found:
            with st.sidebar:
                layer = choose_layer(place, found, LAYERS)
                show_key(layer, region, place, run, found)
        else:
            offer_map(region, run)
        sure_enough(region, place, run, found, layer, trust, page_file("crop_map"))
        if trust is None:
            offer_tests(run)
            return
        come_true(run, trust)
        show_classes(run, trust)


page()
