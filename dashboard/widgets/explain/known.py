"""The samples that a run learnt from, where they can still be read."""

from __future__ import annotations

import streamlit as st

from cropcore.errors import CropcoreError
from dashboard import cache
from dashboard.catalog import RunEntry
from dashboard.i18n import t
from dashboard.widgets.text import plain


def try_known(run: RunEntry) -> bool:
    """Whether they can be read; says why not."""
    try:
        with st.spinner(t("loading.known"), show_time=True):
            cache.known(run)
    except CropcoreError as error:
        st.caption(t("explain.known.none", reason=plain(str(error))))
        return False
    return True


__all__ = ["try_known"]
