"""Two maps under one line that can be dragged: the first to its left, the second to its right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

LEFT, RIGHT = "left", "right"
"""Slots of the layers that are swiped."""


class SwipeFiles(JSCSSMixin, MacroElement):
    """What a map has to load before it can be swiped."""

    _template = Template("{% macro script(this, kwargs) %}{% endmacro %}")
    default_js = [("side_by_side", "leaflet-side-by-side.js")]  # noqa: RUF012 (folium's way)
    default_css = [  # noqa: RUF012
        ("side_by_side_layout", "layout.css"),
        ("side_by_side_range", "range.css"),
    ]


class Swipe(MacroElement):
    """Divides a map between the layers of its slots ``left`` and ``right``, if there are names.

    The line stays where people left it while layers and names change.

    Args:
        names: Of the two runs, data; ``None`` takes the line away.
        hint: What dragging does, for those who hear the page.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map, names, hint) {
            const control = map.cropcoreSwipe = map.cropcoreSwipe || L.control.sideBySide([], []);
            if (!names) {
                if (control._map) {
                    map.cropcoreDivider = control._range.value;
                    control.remove();
                }
                return;
            }
            if (!control._map) {
                control.addTo(map);
                const range = control._range;
                range.value = map.cropcoreDivider || 0.5;
                L.DomEvent.disableClickPropagation(range);
                L.DomEvent.on(range, "keydown", L.DomEvent.stopPropagation);
                control.cropcoreNames = ["a", "b"].map((side) => {
                    const label = L.DomUtil.create(
                        "div", "cropcore-side cropcore-side-" + side, control._container
                    );
                    L.DomUtil.create("b", "", label).textContent = side.toUpperCase();
                    return L.DomUtil.create("span", "", label);
                });
            }
            control._range.setAttribute("aria-label", hint);
            control.cropcoreNames.forEach((label, at) => { label.textContent = names[at]; });
            control.setLeftLayers([...map.cropcore.left]);
            control.setRightLayers([...map.cropcore.right]);
        })(
            {{ this._parent._parent.get_name() }}, {{ this.names|tojson }}, {{ this.hint|tojson }}
        );
        {% endmacro %}
        """
    )

    def __init__(self, names: tuple[str, str] | None, hint: str) -> None:
        super().__init__()
        self._name = "Swipe"
        self.names = list(names) if names else None
        self.hint = hint


class Outlines(MacroElement):
    """Small squares around pixels, in the colour of whoever they belong to.

    Args:
        squares: Colour, and the corners of each pixel as latitude and longitude,
            float64 (pixel, corner, 2).
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (group, outlines) {
            const usual = {fill: false, interactive: false, lineJoin: "miter"};
            outlines.forEach(([color, squares]) => {
                [["#000000", 4], [color, 2.5]].forEach(([line, weight]) => {
                    L.polygon(squares, {...usual, color: line, weight: weight}).addTo(group);
                });
            });
        })({{ this._parent.get_name() }}, {{ this.outlines|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, squares: Sequence[tuple[str, np.ndarray]]) -> None:
        super().__init__()
        self._name = "Outlines"
        self.outlines = [
            [color, np.round(corners, 7)[:, None].tolist()]  # (pixel, ring, corner, 2)
            for color, corners in squares
            if len(corners)
        ]


__all__ = ["LEFT", "RIGHT", "Outlines", "Swipe", "SwipeFiles"]
