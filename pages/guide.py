"""The guide: how to prepare data, and how to read maps, confidence and explanations."""

import streamlit as st

from dashboard.widgets.guide.reading import choose_section, offer_next, show_section

with st.sidebar:
    section = choose_section()
show_section(section)
offer_next(section)
