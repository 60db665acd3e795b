"""The map of a region: layers below, a click above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
import streamlit as st
from branca.element import MacroElement
from streamlit.errors import StreamlitAPIException
from streamlit_folium import st_folium

from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.maps import Layer, marking, region_map
from dashboard.opened import OpenRegion
from dashboard.state import change, current
from dashboard.tiles.addresses import error_tiles, label_tiles, map_tiles, picture_tiles
from dashboard.widgets.pickers import picture_day

_HEIGHT = 560
_OF_A_MAP = ("class", "confidence", "margin", "entropy", "clear")


def base_path() -> str:
    """The path below which the dashboard is served, without a slash at its end."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def take_click(region: RegionEntry, kind: str = "map") -> bool:
    """Choose the pixel that was clicked on, where a click was not seen yet.

    Called before anything is drawn it saves drawing twice. Streamlit loses an early notice of a
    click now and then; :func:`draw` sees those.
    """
    name = f"{kind}.{region.id}"
    return _taken(name, st.session_state.get(name))


def draw(made: folium.Map, added: folium.FeatureGroup, region: RegionEntry, kind: str) -> None:
    """Draw a map; a click on it chooses the pixel there and shows this part of the page anew.

    Args:
        made: The same for the same region, so that its view is kept.
        added: What lies on it and may change.
        region: What it shows.
        kind: Tells maps of one region apart.
    """
    name = f"{kind}.{region.id}"
    clicked = st_folium(
        made,
        key=name,
        feature_group_to_add=added,
        returned_objects=["last_clicked"],
        height=_HEIGHT,
        use_container_width=True,
    )
    if _taken(name, clicked):
        again()


def show_map(
    region: RegionEntry,
    place: OpenRegion,
    run: RunEntry | None,
    found: MapEntry | None,
    layer: str,
    pixel: tuple[int, int] | None,
    least: int = 0,
    *parts: MacroElement,
) -> None:
    """Draw the map; a click on it chooses the pixel there and shows this part of the page anew.

    Args:
        region: What is shown.
        place: The same, opened.
        run: Whose map is shown.
        found: That map.
        layer: One of :data:`dashboard.state.LAYERS`.
        pixel: Row and column of the pixel to mark.
        least: Pixels of the map that are less sure are not drawn, percent.
        parts: What else lies on it.
    """
    layers = _layers(region, place, run, found, layer, least)
    square = place.square(*pixel) if pixel else None
    made = region_map(place.bounds, f"{base_path()}/assets")
    draw(made, marking(place.bounds, layers, square, *parts), region, "map")


def again() -> None:
    """Run this fragment again, or the whole page where it is being run as part of it."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def _taken(name: str, told: Mapping[str, Any] | None) -> bool:
    point = (told or {}).get("last_clicked")
    known = f"clicked.{name}"
    if not point or point == st.session_state.get(known):
        return False
    st.session_state[known] = point
    change(lon=round(point["lng"], 6), lat=round(point["lat"], 6), target=None, contrast=None)
    return True


def _layers(
    region: RegionEntry,
    place: OpenRegion,
    run: RunEntry | None,
    found: MapEntry | None,
    layer: str,
    least: int,
) -> list[Layer]:
    base, state = base_path(), current()
    layers = []
    day = picture_day(place)
    if day is not None:
        kind = "nir" if layer == "nir" else "rgb"
        layers.append(Layer("picture", picture_tiles(base, region.id, kind, day)))
    if layer in _OF_A_MAP and run and found:
        tiles = map_tiles(base, run.id, found, layer, state.hidden, least)
        layers.append(Layer("map", tiles, state.opacity))
    elif layer == "errors" and run and found:
        layers.append(Layer("map", error_tiles(base, run.id, found, region.id), state.opacity))
    elif layer == "labels":
        layers.append(Layer("map", label_tiles(base, region.id, state.hidden), state.opacity))
    return layers


__all__ = ["again", "base_path", "draw", "show_map", "take_click"]
