"""Learning: how a network came to know each class, epoch by epoch."""

import streamlit as st

from dashboard import cache
from dashboard.main import page_file
from dashboard.widgets.failure import telling
from dashboard.widgets.heading import show_heading
from dashboard.widgets.learning.choosing import choose_learner, is_forest
from dashboard.widgets.learning.following import follow_learning, show_nobody, show_trees
from dashboard.widgets.pickers import choose_region


def page() -> None:
    """Choose a run, look at its curves, ask when it learnt what."""
    with st.sidebar:
        region = choose_region()
        run = choose_learner(region)
    with telling("region"):
        show_heading(region, cache.region(region, run), run)
    if run is None or run.record is None:
        show_nobody()
    elif is_forest(run):
        show_trees(region, run)
    else:
        follow_learning(region, run, run.record, page_file("training"))


page()
