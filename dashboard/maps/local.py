"""Scripts and styles of maps come from the dashboard itself, or the map is refused.

One link that cannot be reached leaves the whole map blank, and many people work offline.
"""

from __future__ import annotations

from collections.abc import Iterator

from branca.colormap import ColorMap
from branca.element import Element
from folium.elements import JSCSSMixin

_OURS = {
    "leaflet": "leaflet/leaflet.js",
    "leaflet_css": "leaflet/leaflet.css",
    "side_by_side": "leaflet-side-by-side/leaflet-side-by-side.js",
    "side_by_side_layout": "leaflet-side-by-side/layout.css",
    "side_by_side_range": "leaflet-side-by-side/range.css",
}
"""Folium's name of a link → our file of it."""
_UNUSED = frozenset(
    {
        "jquery", "bootstrap", "awesome_markers", "bootstrap_css", "glyphicons_css",
        "awesome_markers_font_css", "awesome_markers_css", "awesome_rotate_css",
    }
)  # fmt: skip
"""Links that folium adds for markers and pop-ups, of which our maps have none."""
_STYLE = ("cropcore_map", "map.css")


def make_local(element: Element, assets: str) -> None:
    """Replace every link of a map and of all that lies on it by one to our own files.

    Args:
        element: The map.
        assets: Address of our files, without a slash at its end.

    Raises:
        ValueError: Something on the map needs a file that we do not have.
    """
    for part in _parts(element):
        if isinstance(part, ColorMap):
            raise ValueError("branca colour maps load d3 from elsewhere; draw the legend beside")
        if isinstance(part, JSCSSMixin):
            part.default_js = [_local(link, assets) for link in part.default_js if _used(link)]
            part.default_css = [_local(link, assets) for link in part.default_css if _used(link)]
    if isinstance(element, JSCSSMixin):
        name, file = _STYLE
        element.default_css = [*element.default_css, (name, f"{assets}/{file}")]


def _used(link: tuple[str, str]) -> bool:
    return link[0] not in _UNUSED


def _local(link: tuple[str, str], assets: str) -> tuple[str, str]:
    name, address = link
    if name not in _OURS:
        raise ValueError(f"no file of our own for {name} ({address}); add it to dashboard/assets")
    return name, f"{assets}/{_OURS[name]}"


def _parts(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _parts(child)


__all__ = ["make_local"]
