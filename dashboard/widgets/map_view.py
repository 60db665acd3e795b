"""The map of a region: layers below, a click above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit_folium import st_folium

from dashboard.catalog import MapEntry, RegionEntry, RunEntry
from dashboard.maps import Layer, marking, region_map
from dashboard.opened import OpenRegion
from dashboard.state import change, current
from dashboard.tiles.addresses import label_tiles, map_tiles, picture_tiles
from dashboard.widgets.pickers import picture_day

_HEIGHT = 560


def base_path() -> str:
    """The path below which the dashboard is served, without a slash at its end."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def take_click(region: RegionEntry) -> bool:
    """Choose the pixel that was clicked on, where a click was not seen yet.

    Called before anything is drawn it saves drawing twice. Streamlit loses an early notice of a
    click now and then; :func:`show_map` sees those.
    """
    return _taken(region, st.session_state.get(f"map.{region.id}"))


def show_map(
    region: RegionEntry,
    place: OpenRegion,
    run: RunEntry | None,
    found: MapEntry | None,
    layer: str,
    pixel: tuple[int, int] | None,
) -> None:
    """Draw the map; a click on it chooses the pixel there and shows this part of the page anew."""
    layers = _layers(region, place, run, found, layer)
    clicked = st_folium(
        region_map(place.bounds, f"{base_path()}/assets"),
        key=f"map.{region.id}",
        feature_group_to_add=marking(place.bounds, layers, place.square(*pixel) if pixel else None),
        returned_objects=["last_clicked"],
        height=_HEIGHT,
        use_container_width=True,
    )
    if _taken(region, clicked):
        again()


def again() -> None:
    """Run this fragment again, or the whole page where it is being run as part of it."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def _taken(region: RegionEntry, told: Mapping[str, Any] | None) -> bool:
    point = (told or {}).get("last_clicked")
    known = f"clicked.{region.id}"
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
) -> list[Layer]:
    base, state = base_path(), current()
    layers = []
    day = picture_day(place)
    if day is not None:
        kind = "nir" if layer == "nir" else "rgb"
        layers.append(Layer("picture", picture_tiles(base, region.id, kind, day)))
    if layer in ("class", "confidence") and run and found:
        tiles = map_tiles(base, run.id, found, layer, state.hidden)
        layers.append(Layer("map", tiles, state.opacity))
    elif layer == "labels":
        layers.append(Layer("map", label_tiles(base, region.id, state.hidden), state.opacity))
    return layers


__all__ = ["again", "base_path", "show_map", "take_click"]
