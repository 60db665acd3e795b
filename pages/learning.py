"""The page learning."""

import streamlit as st

from dashboard.i18n import t

st.subheader(t("page.learning"), anchor=False)
