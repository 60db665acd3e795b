"""Pixels that are kept while one looks at others."""

from __future__ import annotations

import streamlit as st

from cropcore.errors import CropcoreError, LocationError
from dashboard import cache
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.i18n import class_name, t
from dashboard.maps import Pins
from dashboard.opened import OpenRegion
from dashboard.state import MOST_PINS, change, current, reject, settle
from dashboard.widgets.controls import follow
from dashboard.widgets.text import plain

Pixel = tuple[int, int]
_KEY = "choose.pin"


def pins_on(place: OpenRegion) -> Pins:
    """The numbers on the map; those outside the region are given up, and that is said."""
    kept = []
    for point in current().pins:
        try:
            place.folder.grid.pixel_at(*point)
        except LocationError:
            reject("pins", f"{point[0]:.6f},{point[1]:.6f}")
        else:
            kept.append(point)
    if len(kept) < len(current().pins):
        settle(pins=tuple(kept))
    return Pins([(lat, lon) for lon, lat in kept])


def show_pins(region: RegionEntry, place: OpenRegion, run: RunEntry, pixel: Pixel) -> None:
    """The kept pixels to go back to, and a button that keeps or gives up the one looked at."""
    points = current().pins
    pixels = [place.folder.grid.pixel_at(*point) for point in points]
    here = pixels.index(pixel) if pixel in pixels else None
    if points:
        names = [f"{at} · {_said(region, run, one)}" for at, one in enumerate(pixels, start=1)]
        follow("pin", here)
        st.pills(
            t("pins", count=len(points), most=MOST_PINS),
            list(range(len(points))),
            format_func=names.__getitem__,
            key=_KEY,
            on_change=_visit,
        )
    if here is not None:
        label, icon = t("pins.remove", number=here + 1), ":material/keep_off:"
        st.button(label, key="unpin", icon=icon, on_click=_remove, args=(here,))
        return
    full = len(points) >= MOST_PINS
    told = t("pins.full", most=MOST_PINS) if full else t("pins.help")
    icon = ":material/keep:"
    st.button(t("pins.pin"), key="pin", icon=icon, disabled=full, help=told, on_click=_keep)


def _said(region: RegionEntry, run: RunEntry, pixel: Pixel) -> str:
    """What the run says of a pixel, in short."""
    try:
        found = cache.judged(region, run, *pixel)
    except CropcoreError:
        return "?"
    if found is None:
        return t("pins.never_clear")
    winner, _, calibrated = found.ranking[0]
    return t("pins.item", name=plain(class_name(winner)), calibrated=f"{calibrated:.2f}")


def _keep() -> None:
    place = current().place
    if place is not None and len(current().pins) < MOST_PINS:
        change(pins=tuple(dict.fromkeys((*current().pins, place))))


def _remove(at: int) -> None:
    change(pins=tuple(point for number, point in enumerate(current().pins) if number != at))


def _visit() -> None:
    at = st.session_state[_KEY]
    if at is not None and at < len(current().pins):
        lon, lat = current().pins[at]
        change(lon=lon, lat=lat)


__all__ = ["pins_on", "show_pins"]
