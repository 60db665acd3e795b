"""What this session has chosen, which its address says too.

The state is the truth; widgets show it and change it through :func:`change`. An address that is
opened anew (a link, the browser's back button) is read with :func:`parse`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.address import (
    AGAINST,
    CLOUDS,
    LANGUAGES,
    LAYERS,
    MEASURES,
    MOST_PINS,
    PARSERS,
    SCOPES,
    SETTINGS,
    SUSPECTS,
    UNITS,
    VIEWS,
    State,
    address_of,
    parse,
)

_STATE, _REJECTED = "cropcore.state", "cropcore.rejected"
_WRITTEN, _REPLACED = "cropcore.address", "cropcore.replaced"
_LATE = 3.0
"""Seconds for which a browser may still send an address that was replaced meanwhile."""


def current() -> State:
    """The state of this session, which follows the address when a person opens another one."""
    given = st.query_params.to_dict()  # at once: this is asked for hundreds of times a page
    address = {name: value for name, value in given.items() if name in PARSERS}
    known = st.session_state.get(_STATE)
    changed = address and address != st.session_state.get(_WRITTEN) and not _late(address)
    if known is None or changed:
        known, rejected = parse(address)
        st.session_state[_STATE] = known
        st.session_state[_REJECTED] = (*st.session_state.get(_REJECTED, ()), *rejected)
        st.session_state[_WRITTEN] = address
    return known


def change(**changes: Any) -> None:
    """Choose something else, here and in the address."""
    settle(**changes)
    publish()


def settle(**changes: Any) -> None:
    """Choose what nobody chose; stands in the address when the page is complete."""
    st.session_state[_STATE] = replace(current(), **changes)


def publish() -> None:
    """Write the state into the address."""
    address = address_of(current())
    others = {name: st.query_params[name] for name in st.query_params if name not in PARSERS}
    if {**others, **address} != st.query_params.to_dict():
        st.query_params.from_dict({**others, **address})
    before = st.session_state.get(_WRITTEN, {})
    if before != address:
        recent = [item for item in st.session_state.get(_REPLACED, []) if _is_recent(item)]
        st.session_state[_REPLACED] = [*recent, (time.monotonic(), before)]
        st.session_state[_WRITTEN] = address


def reject(name: str, value: str) -> None:
    """Note that something in the address does not exist; shown to people once."""
    st.session_state[_REJECTED] = (*st.session_state.get(_REJECTED, ()), (name, value))


def take_rejected() -> tuple[tuple[str, str], ...]:
    """What had to fall back since this was last asked."""
    rejected: tuple[tuple[str, str], ...] = st.session_state.get(_REJECTED, ())
    st.session_state[_REJECTED] = ()
    return rejected


def _late(address: Mapping[str, str]) -> bool:
    replaced = st.session_state.get(_REPLACED, [])
    return any(_is_recent(item) and item[1] == address for item in replaced)


def _is_recent(replaced: tuple[float, Mapping[str, str]]) -> bool:
    return time.monotonic() - replaced[0] < _LATE


__all__ = [
    "AGAINST",
    "CLOUDS",
    "LANGUAGES",
    "LAYERS",
    "MEASURES",
    "MOST_PINS",
    "SCOPES",
    "SETTINGS",
    "SUSPECTS",
    "UNITS",
    "VIEWS",
    "State",
    "address_of",
    "change",
    "current",
    "parse",
    "publish",
    "reject",
    "settle",
    "take_rejected",
]
