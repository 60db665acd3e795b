"""What people see when something failed, or is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from cropcore.errors import CropcoreError
from dashboard.failures import describe
from dashboard.i18n import t
from dashboard.state import take_rejected
from dashboard.widgets.text import plain


@contextmanager
def telling(name: str) -> Iterator[None]:
    """What fails inside is told in its place, and the rest of the page goes on.

    Args:
        name: Tells the places of one page apart.
    """
    try:
        yield
    except (CropcoreError, MemoryError) as error:
        show_failure(error, name)


def show_failure(error: BaseException, name: str) -> None:
    """Tell an error: what to do, what to copy, and a button to try again."""
    failure = describe(error)
    st.error(f"**{t(failure.kind)}** {plain(failure.sentence)}", icon=":material/error:")
    with st.expander(t("failure.details")):
        st.code(failure.details, language=None, wrap_lines=True)
    st.button(t("failure.again"), key=f"again.{name}", icon=":material/refresh:")


def show_rejected() -> None:
    """Say once what in the address does not exist."""
    for name, value in take_rejected():
        text = t("state.rejected", name=t(f"state.{name}"), value=plain(value))
        st.warning(text, icon=":material/link_off:")


def show_empty(text: str, action: str, key: str) -> bool:
    """Say why there is nothing, and offer what helps.

    Returns:
        Whether the button was pressed.
    """
    with st.container(border=True):
        st.markdown(text)
        return st.button(action, key=key, type="primary")


__all__ = ["show_empty", "show_failure", "show_rejected", "telling"]
