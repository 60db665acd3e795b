"""Regions: what there is to learn from and to map, what it looks like, and bringing one's own."""

import streamlit as st

from dashboard.main import page_file
from dashboard.widgets.regions.gallery import choose_from_gallery
from dashboard.widgets.regions.own_data import explain_arrival, is_bringing, offer_own_data
from dashboard.widgets.regions.panel import show_region
from dashboard.widgets.regions.places import show_places


def page() -> None:
    """All regions, and one of them closer."""
    pages = {name: page_file(name) for name in ("crop_map", "training")}
    with st.sidebar:
        offer_own_data()
    explain_arrival()
    chosen = choose_from_gallery(pages)
    with st.sidebar:
        show_places(chosen)
    if chosen is not None and not is_bringing():
        show_region(chosen, pages)


page()
