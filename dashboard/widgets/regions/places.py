"""A small map of all footprints."""

from __future__ import annotations

import streamlit as st
from streamlit_folium import st_folium

from dashboard import cache
from dashboard.catalog import RegionEntry
from dashboard.i18n import t
from dashboard.maps.footprints import Footprint, bounds_of, footprints_map, nearest
from dashboard.widgets.map_view import base_path
from dashboard.widgets.regions.gallery import choose_region, facts_or_problem

_HEIGHT = 260
_CLICKED = "regions.clicked"


def show_places(chosen: RegionEntry | None) -> None:
    """Draw the footprints of all usable regions; a click chooses one."""
    entries = {item.id: item for item in cache.catalog().regions}
    places = []
    for entry in entries.values():
        facts, _ = facts_or_problem(entry)
        if facts is not None and facts.footprint:
            places.append(Footprint(entry.id, entry.title, facts.footprint, entry == chosen))
    if not places:
        return
    st.markdown(f"##### {t('regions.where')}")
    told = st_folium(
        footprints_map(places, f"{base_path()}/assets"),
        key=f"footprints.{chosen.id if chosen else ''}",
        returned_objects=["last_clicked"],
        height=_HEIGHT,
        use_container_width=True,
    )
    (south, west), (north, east) = bounds_of(places)
    corners = {"south": south, "north": north, "west": west, "east": east}
    words = {name: f"{value:.2f}".replace("-", "−") for name, value in corners.items()}
    st.caption(t("regions.where.alt", count=len(places), **words))
    point = (told or {}).get("last_clicked")
    if point and point != st.session_state.get(_CLICKED):
        st.session_state[_CLICKED] = point
        found = nearest(places, point["lat"], point["lng"])
        if found is not None and (chosen is None or found != chosen.id):
            choose_region(entries[found])
            st.rerun()


__all__ = ["show_places"]
