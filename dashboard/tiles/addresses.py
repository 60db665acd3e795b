"""The addresses of tiles as a map asks for them, {z}, {x} and {y} left open."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import quote

from dashboard.catalog import MapEntry

_PLACE = "{z}/{x}/{y}.png"


def map_tiles(base: str, run: str, found: MapEntry, layer: str, hidden: Iterable[int]) -> str:
    """A layer of a run's map; changes when the map is made again."""
    path = f"{base}/tiles/{_part(run)}/{_part(found.id)}/{layer}/{_PLACE}?v={found.version}"
    return path + _hide(hidden if layer == "class" else ())


def label_tiles(base: str, region: str, hidden: Iterable[int]) -> str:
    """The reference labels of a region."""
    return f"{base}/region-tiles/{_part(region)}/labels/{_PLACE}?v=1{_hide(hidden)}"


def picture_tiles(base: str, region: str, kind: str, day: date) -> str:
    """A picture of a region on one day."""
    return f"{base}/region-tiles/{_part(region)}/{kind}/{day.isoformat()}/{_PLACE}"


def _part(text: str) -> str:
    return quote(text, safe="")


def _hide(codes: Iterable[int]) -> str:
    listed = ",".join(str(code) for code in sorted(codes))
    return f"&hide={listed}" if listed else ""


__all__ = ["label_tiles", "map_tiles", "picture_tiles"]
