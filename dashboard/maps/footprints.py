"""Where all regions lie, on a net of meridians and parallels: there is no base map offline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import folium
from branca.element import MacroElement
from folium.template import Template

from dashboard.maps.local import make_local
from dashboard.maps.prompt import Prompt

_STEPS = (45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Degrees between lines."""
_LINES = 5
_LEAST = 0.02
"""Degrees around footprints that are shown at least."""
Corner = tuple[float, float]


@dataclass(frozen=True)
class Footprint:
    """A region on the map."""

    id: str
    name: str
    outline: tuple[Corner, ...]
    """(Latitude, longitude)."""
    chosen: bool = False

    @property
    def middle(self) -> Corner:
        """The middle of its box."""
        lats, lons = zip(*self.outline, strict=True)
        return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2


class _Footprints(MacroElement):
    """Outlines with a dot that stays visible, names as plain text, and the net behind them."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map, places, net, bounds) {
            map.fitBounds(bounds, {animate: false});
            const grey = {color: "#888", weight: 1, opacity: .45, interactive: false};
            net.forEach(([line, label, at]) => {
                L.polyline(line, grey).addTo(map);
                const text = document.createElement("span");
                text.textContent = label;
                L.marker(at, {interactive: false, keyboard: false, icon: L.divIcon({
                    className: "cropcore-degree", html: text, iconSize: [40, 14],
                })}).addTo(map);
            });
            places.forEach((place) => {
                const color = place.chosen ? "#ee7733" : "#2266bb";
                L.polygon(place.outline, {color: color, weight: 2, fillOpacity: .25,
                    interactive: false}).addTo(map);
                const tip = document.createElement("span");
                tip.textContent = String.fromCodePoint(...place.name);
                L.circleMarker(place.middle, {radius: place.chosen ? 8 : 6, color: "#fff",
                    weight: 1.5, fillColor: color, fillOpacity: 1, bubblingMouseEvents: true})
                    .bindTooltip(tip).addTo(map);
            });
        })({{ this._parent.get_name() }}, {{ this.places|tojson }}, {{ this.net|tojson }},
           {{ this.bounds|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, places: Sequence[Footprint], bounds: tuple[Corner, Corner]) -> None:
        super().__init__()
        self._name = "Footprints"
        self.bounds = [list(corner) for corner in bounds]
        self.net = _net(bounds)
        self.places = [
            {
                "name": [ord(sign) for sign in item.name],  # no text of strangers in a script
                "outline": [list(corner) for corner in item.outline],
                "middle": list(item.middle),
                "chosen": item.chosen,
            }
            for item in sorted(places, key=lambda item: item.chosen)
        ]


def footprints_map(places: Sequence[Footprint], assets: str) -> folium.Map:
    """A small map of all regions.

    Args:
        places: At least one, each with an outline.
        assets: Address of our scripts and styles.
    """
    (south, west), (north, east) = bounds = bounds_of(places)
    made = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        max_zoom=16,
        zoom_snap=0.25,
        attribution_control=False,
        zoom_control=False,
        scroll_wheel_zoom=False,
    )
    _Footprints(places, bounds).add_to(made)
    Prompt().add_to(made)
    make_local(made, assets)
    return made


def bounds_of(places: Sequence[Footprint]) -> tuple[Corner, Corner]:
    """South-west and north-east corner of what is shown, with some room."""
    lats, lons = zip(*(corner for item in places for corner in item.outline), strict=True)
    room = max((max(lats) - min(lats)) * 0.2, (max(lons) - min(lons)) * 0.2, _LEAST)
    south, north = max(min(lats) - room, -85.0), min(max(lats) + room, 85.0)
    return (south, min(lons) - room), (north, max(lons) + room)


def nearest(places: Sequence[Footprint], lat: float, lon: float) -> str | None:
    """Id of the footprint that a click was meant for: that it lies in, else near whose dot."""
    (south, west), (north, east) = bounds_of(places)
    reach = max(north - south, east - west) / 12

    def distance(item: Footprint) -> float:
        at = item.middle
        return math.hypot(at[0] - lat, (at[1] - lon) * math.cos(math.radians(lat)))

    best = min(places, key=distance, default=None)
    lats, lons = zip(*best.outline, strict=True) if best else ((), ())
    if best is None:
        return None
    inside = min(lats) <= lat <= max(lats) and min(lons) <= lon <= max(lons)
    return best.id if inside or distance(best) <= reach else None


def _net(bounds: tuple[Corner, Corner]) -> list[tuple[list[list[float]], str, list[float]]]:
    """Lines at round degrees, what they are called, and where that is written."""
    (south, west), (north, east) = bounds
    span = max(north - south, east - west)
    step = next((item for item in _STEPS[::-1] if span / item <= _LINES), _STEPS[0])
    lines = []
    for lat in _round_numbers(south, north, step):
        line = [[lat, west - span], [lat, east + span]]
        lines.append((line, _degrees(lat, "N", "S"), [lat, west + (east - west) * 0.09]))
    for lon in _round_numbers(west, east, step):
        line = [[max(south - span, -85), lon], [min(north + span, 85), lon]]
        lines.append((line, _degrees(lon, "E", "W"), [north - (north - south) * 0.04, lon]))
    return lines


def _round_numbers(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(number * step, 6) for number in range(first, last + 1)]


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):g}°{positive if value > 0 else negative if value < 0 else ''}"


__all__ = ["Footprint", "bounds_of", "footprints_map", "nearest"]
