"""Training: start one, watch it, keep the runs in order, load one from elsewhere."""

import streamlit as st

from dashboard.main import page_file
from dashboard.widgets.training.arrival import offer_arrival
from dashboard.widgets.training.new_run import show_form
from dashboard.widgets.training.panel import choose_run, show_all, show_run


def page() -> None:
    """Choose on the left, see all runs, and one of them in detail."""
    pages = {name: page_file(name) for name in ("crop_map", "compare")}
    with st.sidebar:
        show_form()
        offer_arrival()
    chosen = choose_run()
    show_all(chosen, pages)
    if chosen is not None:
        show_run(chosen, pages)


page()
