"""The addresses of tiles as a map asks for them, {z}, {x} and {y} left open."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import quote

from dashboard.catalog import MapEntry

_PLACE = "{z}/{x}/{y}.png"


def map_tiles(
    base: str, run: str, found: MapEntry, layer: str, hidden: Iterable[int], least: int = 0
) -> str:
    """A layer of a run's map; changes when the map is made again.

    Args:
        base: Path below which the dashboard is served.
        run: Id of the run.
        found: Its map.
        layer: ``class``, ``confidence``, ``margin``, ``entropy`` or ``clear``.
        hidden: Codes of classes that are not drawn.
        least: Pixels that are less sure are not drawn, percent.
    """
    path = f"{base}/tiles/{_part(run)}/{_part(found.id)}/{layer}/{_PLACE}?v={found.version}"
    return path + _hide(hidden if layer == "class" else ()) + (f"&least={least}" if least else "")


def error_tiles(base: str, run: str, found: MapEntry, region: str) -> str:
    """A run's map against the reference labels of a region; changes when it is made again."""
    return f"{base}/error-tiles/{_part(run)}/{_part(region)}/{_PLACE}?v={found.version}"


def label_tiles(base: str, region: str, hidden: Iterable[int]) -> str:
    """The reference labels of a region."""
    return f"{base}/region-tiles/{_part(region)}/labels/{_PLACE}?v=1{_hide(hidden)}"


def picture_tiles(base: str, region: str, kind: str, day: date) -> str:
    """A picture of a region on one day."""
    return f"{base}/region-tiles/{_part(region)}/{kind}/{day.isoformat()}/{_PLACE}"


def agreement_tiles(
    base: str, runs: tuple[str, str], maps: tuple[MapEntry, MapEntry], region: str, kept_only: bool
) -> str:
    """Where the maps of two runs agree; changes when one of them is made again.

    Args:
        base: Path below which the dashboard is served.
        runs: Ids of the runs.
        maps: Their maps of the region.
        region: Its id.
        kept_only: Whether only pixels are judged that neither run learnt from.
    """
    place = "/".join(_part(name) for name in (*runs, region))
    version = ".".join(str(found.version) for found in maps)
    scope = "&only=kept" if kept_only else ""
    return f"{base}/agreement-tiles/{place}/{_PLACE}?v={version}{scope}"


def deciding_tiles(base: str, run: str, region: str, version: int) -> str:
    """Which date decided each parcel of a region.

    Args:
        base: Path below which the dashboard is served.
        run: Id of the run.
        region: Name of the folder of what was found.
        version: Changes when it is found anew.
    """
    return f"{base}/deciding-tiles/{_part(run)}/{_part(region)}/{_PLACE}?v={version}"


def _part(text: str) -> str:
    return quote(text, safe="")


def _hide(codes: Iterable[int]) -> str:
    listed = ",".join(str(code) for code in sorted(codes))
    return f"&hide={listed}" if listed else ""


__all__ = [
    "agreement_tiles",
    "deciding_tiles",
    "error_tiles",
    "label_tiles",
    "map_tiles",
    "picture_tiles",
]
