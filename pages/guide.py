"""The page guide."""

import streamlit as st

from dashboard.i18n import t

st.subheader(t("page.guide"), anchor=False)
