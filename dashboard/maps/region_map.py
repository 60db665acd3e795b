"""The map of a region, and what changes on it."""

from __future__ import annotations

from collections.abc import Sequence

import folium
from branca.element import MacroElement
from folium.template import Template

from dashboard.maps.local import make_local
from dashboard.maps.overlay import Layer, Overlay
from dashboard.maps.prompt import Prompt

DEEPEST = 20
"""Largest zoom level that people can reach; a pixel of 10 m is then about 100 points wide."""
_RING = 14
"""Radius of the ring that helps to find the pixel where it is tiny, points."""
Corner = tuple[float, float]


class _Frame(MacroElement):
    """Shows a place as large as fits, at once, and a scale in metres."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.fitBounds(
            {{ this.bounds|tojson }}, {padding: [8, 8], animate: false}
        );
        L.control.scale({imperial: false}).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, bounds: tuple[Corner, Corner]) -> None:
        super().__init__()
        self._name = "Frame"
        self.bounds = [list(corner) for corner in bounds]


def region_map(bounds: tuple[Corner, Corner], assets: str, *parts: MacroElement) -> folium.Map:
    """An empty map that shows a region; the same for the same region, so that its view is kept.

    Args:
        bounds: South-west and north-east corner, (latitude, longitude).
        assets: Address of our scripts and styles.
        parts: What else belongs to it from the beginning.
    """
    (south, west), (north, east) = bounds
    made = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        zoom_start=14,
        max_zoom=DEEPEST,
        min_zoom=3,
        zoom_snap=0.25,
        zoom_delta=1,
        wheel_px_per_zoom_level=120,
        attribution_control=False,
    )
    for part in (_Frame(bounds), Prompt(), *parts):
        part.add_to(made)
    make_local(made, assets)
    return made


def marking(
    bounds: tuple[Corner, Corner],
    layers: Sequence[Layer],
    square: Sequence[Corner] | None,
    *parts: MacroElement,
) -> folium.FeatureGroup:
    """What lies on a region's map: tile layers, and the chosen pixel, outlined.

    Args:
        bounds: Where there are tiles.
        layers: From the lowest to the topmost.
        square: Corners of a pixel, (latitude, longitude).
        parts: What else lies on the layers.
    """
    group = folium.FeatureGroup()
    for part in (Overlay(layers, bounds, DEEPEST), *parts):
        part.add_to(group)
    if square:
        middle = [sum(axis) / len(square) for axis in zip(*square, strict=True)]
        for color, weight in (("#000000", 5), ("#ffffff", 2.5)):
            line = {"color": color, "weight": weight, "fill": False, "interactive": False}
            folium.Polygon(square, **line).add_to(group)
            folium.CircleMarker(middle, radius=_RING, **line).add_to(group)
    return group


__all__ = ["DEEPEST", "marking", "region_map"]
