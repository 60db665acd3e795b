"""Clicks that are told at once."""

from __future__ import annotations

from branca.element import MacroElement
from folium.template import Template


class Prompt(MacroElement):
    """Tells the page of a click as it happens.

    The component around the map does so a quarter of a second later, when it is sure that the map
    does not move; told what was said already, it says nothing more. Where it works in another way
    than known here, it tells of the click as ever.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.on("click", (event) => {
            const known = window.__GLOBAL_DATA__;
            const usual = known && !known.wrap_longitude;
            if (!usual || String(known.returned_objects) !== "last_clicked") { return; }
            const value = {last_clicked: {lat: event.latlng.lat, lng: event.latlng.lng}};
            if (JSON.stringify(known.previous_data) === JSON.stringify(value)) { return; }
            known.lat_lng_clicked = event.latlng;
            known.previous_data = value;
            window.parent.postMessage({
                isStreamlitMessage: true,
                type: "streamlit:setComponentValue",
                dataType: "json",
                value: value,
            }, "*");
        });
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "Prompt"


__all__ = ["Prompt"]
