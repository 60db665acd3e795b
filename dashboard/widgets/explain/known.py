"""The samples that a run learnt from, where they can still be read."""

from __future__ import annotations

import streamlit as st

from cropcore.errors import CropcoreError
from dashboard import cache
from dashboard.catalog import RunEntry
from dashboard.i18n import t
from dashboard.widgets.explain.waiting import come
from dashboard.widgets.text import plain


def try_known(run: RunEntry) -> bool:
    """Whether they are there; says why not, or that they are being read."""
    try:
        return come(lambda: cache.known_later(run), "loading.known") is not None
    except CropcoreError as error:
        st.caption(t("explain.known.none", reason=plain(str(error))))
        return False


__all__ = ["try_known"]
