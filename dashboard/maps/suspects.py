"""Parcels whose label is in question: their outlines, and a map that moves to one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from branca.element import MacroElement
from folium.template import Template

from cropcore.cube import Grid
from dashboard.maps.region_map import Corner

COLOR = "#ff2fd0"
"""Of no crop in the palettes, and told from the white of the chosen pixel."""
Ring = Sequence[Corner]


def outlines(pixels: np.ndarray, grid: Grid) -> list[Ring]:
    """The outlines of pixels that belong together, holes left out, as (latitude, longitude).

    Args:
        pixels: Row and column of each, int (pixel, 2).
        grid: Whose pixels they are.
    """
    rows, cols = np.asarray(pixels).T
    whole = shapely.union_all(shapely.box(cols - 0.5, rows - 0.5, cols + 0.5, rows + 0.5))
    rings: list[Ring] = []
    for part in shapely.get_parts(shapely.simplify(whole, 0)):
        col, row = shapely.get_coordinates(shapely.get_exterior_ring(part)).T
        lon, lat = grid.lonlat(row, col)
        rings.append(list(zip(lat.round(7).tolist(), lon.round(7).tolist(), strict=True)))
    return rings


class SuspectParcels(MacroElement):
    """Outlines parcels, dashed; the chosen one is drawn through.

    Args:
        parcels: Outlines of each.
        chosen: Which of them is looked at.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (group, parcels, chosen, color) {
            const usual = {fill: false, interactive: false, lineJoin: "miter"};
            parcels.forEach((rings, at) => rings.forEach((ring) => {
                const own = at === chosen
                    ? [["#000000", 6, null], [color, 3.5, null]]
                    : [["#000000", 4, null], [color, 2, "6 4"]];
                own.forEach(([line, weight, dashes]) => {
                    L.polygon(
                        ring, {...usual, color: line, weight: weight, dashArray: dashes}
                    ).addTo(group);
                });
            }));
        })(
            {{ this._parent.get_name() }}, {{ this.parcels|tojson }}, {{ this.chosen|tojson }},
            {{ this.color|tojson }}
        );
        {% endmacro %}
        """
    )

    def __init__(self, parcels: Sequence[Sequence[Ring]], chosen: int | None) -> None:
        super().__init__()
        self._name = "SuspectParcels"
        self.parcels = [list(rings) for rings in parcels]
        self.chosen = chosen
        self.color = COLOR


class Visit(MacroElement):
    """Moves a map to a place once; a map that people move on is left where they moved it.

    Args:
        rings: What is to be seen.
        visit: Names the visit; the map moves where it is another one than before.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map, corners, visit) {
            if (map.cropcoreVisit === visit) return;
            map.cropcoreVisit = visit;
            map.fitBounds(L.latLngBounds(corners).pad(1), {maxZoom: 17, animate: false});
        })(
            {{ this._parent._parent.get_name() }}, {{ this.corners|tojson }},
            {{ this.visit|tojson }}
        );
        {% endmacro %}
        """
    )

    def __init__(self, rings: Sequence[Ring], visit: str) -> None:
        super().__init__()
        self._name = "Visit"
        corners = np.concatenate([np.asarray(ring) for ring in rings])
        self.corners = [corners.min(axis=0).tolist(), corners.max(axis=0).tolist()]
        self.visit = visit


__all__ = ["COLOR", "SuspectParcels", "Visit", "outlines"]
