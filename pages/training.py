"""The page training."""

import streamlit as st

from dashboard.i18n import t

st.subheader(t("page.training"), anchor=False)
