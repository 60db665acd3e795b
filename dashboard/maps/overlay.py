"""Tile layers that change without the map being made again: neither view nor picture is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from branca.element import MacroElement
from folium.template import Template


@dataclass(frozen=True)
class Layer:
    """Tiles on a map."""

    slot: str
    """What it is on the map (``picture``, ``map``); another layer of that slot takes its place."""
    tiles: str
    """Address with {z}, {x} and {y}."""
    opacity: float = 1.0
    """0–1."""


class Overlay(MacroElement):
    """Shows layers, the last one on top; the old layer of a slot stays until the new is painted."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (map, wanted, bounds, deepest) {
            const slots = map.cropcore = map.cropcore || {};
            const kept = new Set(wanted.map((layer) => layer.slot));
            Object.keys(slots).filter((slot) => !kept.has(slot)).forEach((slot) => {
                slots[slot].forEach((tiles) => map.removeLayer(tiles));
                delete slots[slot];
            });
            wanted.forEach((layer, order) => {
                const before = slots[layer.slot] || [];
                const shown = before[before.length - 1];
                if (shown && shown._url === layer.tiles) {
                    shown.setOpacity(layer.opacity);
                    shown.setZIndex(order + 1);
                    return;
                }
                const tiles = L.tileLayer(layer.tiles, {
                    opacity: layer.opacity, zIndex: order + 1, bounds: bounds, maxZoom: deepest,
                });
                tiles.once("load", () => {
                    before.forEach((old) => map.removeLayer(old));
                    slots[layer.slot] = slots[layer.slot].filter((one) => !before.includes(one));
                });
                slots[layer.slot] = [...before, tiles];
                tiles.addTo(map);
            });
        })(
            {{ this._parent._parent.get_name() }},
            {{ this.wanted|tojson }}, {{ this.bounds|tojson }}, {{ this.deepest }}
        );
        {% endmacro %}
        """
    )

    def __init__(
        self,
        layers: Sequence[Layer],
        bounds: tuple[tuple[float, float], tuple[float, float]],
        deepest: int,
    ) -> None:
        super().__init__()
        self._name = "Overlay"
        self.wanted = [
            {"slot": item.slot, "tiles": item.tiles, "opacity": round(item.opacity, 2)}
            for item in layers
        ]
        self.bounds = [list(corner) for corner in bounds]
        self.deepest = deepest


__all__ = ["Layer", "Overlay"]
