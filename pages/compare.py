"""The page compare."""

import streamlit as st

from dashboard.i18n import t

st.subheader(t("page.compare"), anchor=False)
