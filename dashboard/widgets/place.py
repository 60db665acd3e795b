"""Choosing a pixel by its coordinates: all that a click does, from the keyboard."""

from __future__ import annotations

import streamlit as st

from cropcore.errors import LocationError
from dashboard.i18n import t
from dashboard.opened import OpenRegion
from dashboard.state import change, current, parse
from dashboard.widgets.controls import follow

_BAD = "place.bad"


def chosen_pixel(place: OpenRegion) -> tuple[int, int] | None:
    """Row and column of the pixel at the chosen point; says so where it lies outside."""
    point = current().place
    if point is None:
        return None
    try:
        return place.folder.grid.pixel_at(*point)
    except LocationError:
        return None


def place_fields(place: OpenRegion) -> None:
    """Latitude and longitude, to type."""
    (south, west), (north, east) = place.bounds
    middle = f"{(south + north) / 2:.5f}", f"{(west + east) / 2:.5f}"
    with st.form("place", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        for field, example in (("lat", middle[0]), ("lon", middle[1])):
            value = getattr(current(), field)
            key = follow(field, "" if value is None else f"{value:.6f}")
            st.text_input(t(f"place.{field}"), key=key, placeholder=example)
        st.form_submit_button(t("place.go"), on_click=_go)
    if st.session_state.pop(_BAD, False):
        st.warning(t("place.bad", lat=middle[0], lon=middle[1]))
    if current().place is not None and chosen_pixel(place) is None:
        st.warning(t("pixel.outside"), icon=":material/wrong_location:")


def show_example(place: OpenRegion) -> None:
    """Choose the pixel in the middle."""
    (south, west), (north, east) = place.bounds
    lon, lat = round((west + east) / 2, 6), round((south + north) / 2, 6)
    change(lon=lon, lat=lat, target=None, contrast=None)


def _go() -> None:
    typed = {name: st.session_state[f"choose.{name}"].strip() for name in ("lat", "lon")}
    state, rejected = parse({name: text.replace("−", "-") for name, text in typed.items()})
    if rejected or state.place is None:
        st.session_state[_BAD] = True
        return
    change(lon=state.lon, lat=state.lat, target=None, contrast=None)


__all__ = ["chosen_pixel", "place_fields", "show_example"]
