"""Addresses of tiles: everything in them is checked against what there is.

::

    /tiles/{run}/{map}/{class|confidence}/{z}/{x}/{y}.png?hide=3,7
    /region-tiles/{region}/labels/{z}/{x}/{y}.png?hide=3,7
    /region-tiles/{region}/{rgb|nir}/{date}/{z}/{x}/{y}.png
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rasterio.errors import RasterioError
from rio_tiler.errors import RioTilerError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cropcore.errors import CropcoreError
from cropcore.mapping import CLASS_MAP, CONFIDENCE
from dashboard.catalog import list_folders, list_maps
from dashboard.opened import PICTURES, OpenRegion, opened
from dashboard.tiles import drawing

_WHOLE = re.compile(r"\d{1,8}", re.ASCII)
_HIDDEN = re.compile(r"\d{1,3}(,\d{1,3}){0,253}", re.ASCII)
_KEEP = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}


def tile_routes(base: str = "") -> list[Route]:
    """The routes of all tiles, below the base path of the dashboard."""
    z_x_y = "{z}/{x}/{y}.png"
    table: dict[str, Callable[[Request], bytes]] = {
        f"/tiles/{{run}}/{{map}}/{{layer}}/{z_x_y}": _map_tile,
        f"/region-tiles/{{region}}/labels/{z_x_y}": _labels_tile,
        f"/region-tiles/{{region}}/{{kind}}/{{date}}/{z_x_y}": _picture_tile,
    }
    routes = [Route(f"{base}{path}", _answer(draw)) for path, draw in table.items()]
    rooms = ("/tiles", "/region-tiles")  # Streamlit would answer anything else with its page
    return [*routes, *(Route(f"{base}{room}/{{rest:path}}", _nothing) for room in rooms)]


def _answer(draw: Callable[[Request], bytes]) -> Callable[[Request], Response]:
    """A route's function; runs in a thread, as reading rasters takes time."""

    def answer(request: Request) -> Response:
        try:
            return Response(draw(request), media_type="image/png", headers=_KEEP)
        except (CropcoreError, RasterioError, RioTilerError, OSError):
            raise HTTPException(404, "There is no such picture.") from None

    return answer


def _nothing(request: Request) -> Response:
    raise HTTPException(404, "There is no such picture.")


def _map_tile(request: Request) -> bytes:
    run = _known(request, "run", {key: path for key, (path, _) in list_folders("runs").items()})
    folder = _known(request, "map", list_maps(run))
    layer, tile = request.path_params["layer"], _tile(request)
    if layer == "class":
        return drawing.class_tile(folder / CLASS_MAP, tile, _hidden(request))
    if layer == "confidence":
        return drawing.confidence_tile(folder / CONFIDENCE, tile)
    raise HTTPException(404, "There is no such layer.")


def _labels_tile(request: Request) -> bytes:
    tile, hidden = _tile(request), _hidden(request)
    region = _region(request)
    if region.legend is None:
        raise HTTPException(404, "The region has no labels.")
    return drawing.labels_tile(region, region.legend, tile, hidden)


def _picture_tile(request: Request) -> bytes:
    tile, kind = _tile(request), request.path_params["kind"]
    if kind not in PICTURES:
        raise HTTPException(404, "There is no such layer.")
    try:
        day = date.fromisoformat(request.path_params["date"])
    except ValueError:
        raise HTTPException(400, "A date looks like 2021-05-31.") from None
    return drawing.picture_tile(_region(request), kind, day, tile)


def _region(request: Request) -> OpenRegion:
    folders = {key: path for key, (path, _) in list_folders("regions").items() if path.is_dir()}
    return opened(_known(request, "region", folders))


def _known(request: Request, name: str, there: dict[str, Path]) -> Path:
    found = there.get(request.path_params[name])
    if found is None:
        raise HTTPException(404, f"There is no such {name}.")
    return found


def _tile(request: Request) -> tuple[int, int, int]:
    raw = [request.path_params[axis] for axis in ("z", "x", "y")]
    if not all(_WHOLE.fullmatch(text) for text in raw):
        raise HTTPException(400, "A tile has whole numbers z, x and y.")
    z, x, y = (int(text) for text in raw)
    if z > drawing.DEEPEST or x >= 2**z or y >= 2**z:
        raise HTTPException(400, "There is no such tile.")
    return z, x, y


def _hidden(request: Request) -> frozenset[int]:
    raw = request.query_params.get("hide", "")
    if raw and not _HIDDEN.fullmatch(raw):
        raise HTTPException(400, "hide is a list of class codes.")
    return frozenset(int(part) for part in raw.split(",") if part)


__all__ = ["tile_routes"]
