"""What a person looks at: a pixel or more, a date and a band in heat maps, series and map alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from cropcore.explain import Explanation, Part
from dashboard.i18n import t
from dashboard.opened import OpenRegion
from dashboard.state import VIEWS, change, current, reject, settle
from dashboard.widgets.controls import follow, pick

_KEY = "choose.looked_at"
_WHOLE = "explain.whole"


def choose_view() -> None:
    """Whether a pixel, a class or the whole region is explained."""
    pick(
        t("explain.view"),
        "view",
        VIEWS,
        lambda name: t(f"explain.view.{name}"),
        value=current().view,
        kind=st.segmented_control,
        label_visibility="collapsed",
    )


def looked_at(told: Explanation) -> tuple[date, str | None] | None:
    """Date and band; what the explanation does not have is given up, and that is said."""
    day, band = current().day, current().band
    if day is not None and day not in told.dates:
        reject("day", day.isoformat())
        settle(day=None, band=None)
        return None
    if band is not None and band not in told.bands:
        reject("band", band)
        settle(band=None)
        band = None
    return None if day is None else (day, band)


def choose_day(told: Explanation, place: OpenRegion) -> None:
    """A field that does what a click on a cell does."""
    days = ["", *(day.isoformat() for day in told.dates)]
    day = current().day
    follow("looked_at", day.isoformat() if day in told.dates else "")
    st.selectbox(
        t("explain.day"),
        days,
        key=_KEY,
        format_func=lambda day: day or t("explain.day.none"),
        on_change=_typed,
        args=(place,),
        help=t("explain.day.help"),
    )


def take_cell(key: str, parts: Sequence[Part], place: OpenRegion) -> None:
    """Look at the cell that was chosen on a heat map."""
    chosen = st.session_state[key].selection.points
    cells = [point["customdata"] for point in chosen if "customdata" in point]
    if not cells:
        return
    *_, day, at, number = cells[0]
    _look(date.fromisoformat(str(day)), parts[int(number)].bands[int(at)], place)


def take_whole() -> None:
    """Begin the page anew where the layer of its map was changed from within a part of it."""
    if st.session_state.pop(_WHOLE, False):
        st.rerun()


def _typed(place: OpenRegion) -> None:
    day = st.session_state[_KEY]
    _look(date.fromisoformat(day) if day else None, None, place)


def _look(day: date | None, band: str | None, place: OpenRegion) -> None:
    if day is None:
        change(day=None, band=None)
        return
    pictured = list(place.clear)
    if not pictured:
        change(day=day, band=band)
        return
    nearest = min(pictured, key=lambda other: abs((other - day).days))
    layer = current().layer if current().layer in ("rgb", "nir") else "rgb"
    change(day=day, band=band, date=nearest, layer=layer)
    st.session_state[_WHOLE] = True


__all__ = ["choose_day", "choose_view", "looked_at", "take_cell", "take_whole"]
