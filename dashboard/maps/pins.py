"""Pixels that are kept, numbered on the map."""

from __future__ import annotations

from collections.abc import Sequence

from branca.element import MacroElement
from folium.template import Template

from dashboard.maps.region_map import Corner


class Pins(MacroElement):
    """Numbers in circles, from 1, which no click reaches.

    Args:
        points: Latitude and longitude of each.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (group, points) {
            points.forEach((point, at) => {
                const icon = L.divIcon({
                    className: "pin", iconSize: [20, 20],
                    html: `<div style="width:20px;height:20px;border-radius:10px;color:#fff;` +
                        `background:#1f6feb;border:2px solid #fff;box-sizing:border-box;` +
                        `font:bold 11px/16px sans-serif;text-align:center">${at + 1}</div>`,
                });
                L.marker(point, {icon: icon, interactive: false, keyboard: false}).addTo(group);
            });
        })({{ this._parent.get_name() }}, {{ this.points|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, points: Sequence[Corner]) -> None:
        super().__init__()
        self._name = "Pins"
        self.points = [list(point) for point in points]


__all__ = ["Pins"]
