"""The page confidence."""

import streamlit as st

from dashboard.i18n import t

st.subheader(t("page.confidence"), anchor=False)
