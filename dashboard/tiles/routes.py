"""Addresses of tiles: everything in them is checked against what there is.

::

    /tiles/{run}/{map}/{class|confidence|margin|entropy|clear}/{z}/{x}/{y}.png?hide=3,7&least=80
    /error-tiles/{run}/{region}/{z}/{x}/{y}.png
    /region-tiles/{region}/labels/{z}/{x}/{y}.png?hide=3,7
    /region-tiles/{region}/{rgb|nir}/{date}/{z}/{x}/{y}.png
    /agreement-tiles/{run_a}/{run_b}/{region}/{z}/{x}/{y}.png?only=kept
    /deciding-tiles/{run}/{region}/{z}/{x}/{y}.png
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from rasterio.errors import RasterioError
from rio_tiler.errors import RioTilerError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cropcore.confidence import entropy, margin
from cropcore.errors import CropcoreError
from cropcore.mapping import CLASS_MAP, CLEAR_OBSERVATIONS, CONFIDENCE, PROBABILITIES
from cropcore.mapping.agreement import Verdict
from dashboard.catalog import (
    DECIDING_DATES,
    RegionEntry,
    RunEntry,
    find_region,
    find_run,
    list_deciding,
    list_folders,
    list_maps,
)
from dashboard.compared import agreement
from dashboard.opened import PICTURES, OpenRegion, opened
from dashboard.tiles import drawing

_WHOLE = re.compile(r"\d{1,8}", re.ASCII)
_PERCENT = re.compile(r"\d{1,2}|100", re.ASCII)
_HIDDEN = re.compile(r"\d{1,3}(,\d{1,3}){0,253}", re.ASCII)
_SPREADS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "margin": margin,
    "entropy": lambda probabilities: 1 - entropy(probabilities),
}
_KEEP = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}


def tile_routes(base: str = "", drawn: Callable[[], None] = lambda: None) -> list[Route]:
    """The routes of all tiles.

    Args:
        base: Path below which the dashboard is served.
        drawn: Called after each tile.
    """
    z_x_y = "{z}/{x}/{y}.png"
    table: dict[str, Callable[[Request], bytes]] = {
        f"/tiles/{{run}}/{{map}}/{{layer}}/{z_x_y}": _map_tile,
        f"/error-tiles/{{run}}/{{region}}/{z_x_y}": _error_tile,
        f"/region-tiles/{{region}}/labels/{z_x_y}": _labels_tile,
        f"/region-tiles/{{region}}/{{kind}}/{{date}}/{z_x_y}": _picture_tile,
        f"/agreement-tiles/{{run_a}}/{{run_b}}/{{region}}/{z_x_y}": _agreement_tile,
        f"/deciding-tiles/{{run}}/{{region}}/{z_x_y}": _deciding_tile,
    }
    routes = [Route(f"{base}{path}", _answer(draw, drawn)) for path, draw in table.items()]
    # Streamlit would answer anything else with its page.
    rooms = ("/tiles", "/error-tiles", "/region-tiles", "/agreement-tiles", "/deciding-tiles")
    return [*routes, *(Route(f"{base}{room}/{{rest:path}}", _nothing) for room in rooms)]


def _answer(
    draw: Callable[[Request], bytes], drawn: Callable[[], None]
) -> Callable[[Request], Response]:
    """A route's function; runs in a thread, as reading rasters takes time."""

    def answer(request: Request) -> Response:
        try:
            picture = draw(request)
        except (CropcoreError, RasterioError, RioTilerError, OSError):
            raise HTTPException(404, "There is no such picture.") from None
        drawn()
        return Response(picture, media_type="image/png", headers=_KEEP)

    return answer


def _nothing(request: Request) -> Response:
    raise HTTPException(404, "There is no such picture.")


def _map_tile(request: Request) -> bytes:
    run = _known(request, "run", {key: path for key, (path, _) in list_folders("runs").items()})
    folder = _known(request, "map", list_maps(run))
    layer, tile = request.path_params["layer"], _tile(request)
    if layer == "class":
        sure = folder / CONFIDENCE, _least(request)
        return drawing.class_tile(folder / CLASS_MAP, tile, _hidden(request), *sure)
    if layer == "confidence":
        return drawing.confidence_tile(folder / CONFIDENCE, tile, _least(request))
    if layer == "clear":
        return drawing.clear_tile(folder / CLEAR_OBSERVATIONS, tile)
    if layer in _SPREADS:
        sure = folder / CONFIDENCE, _least(request)
        return drawing.spread_tile(folder / PROBABILITIES, _SPREADS[layer], tile, *sure)
    raise HTTPException(404, "There is no such layer.")


def _error_tile(request: Request) -> bytes:
    tile, (run,), region = _tile(request), *_asked(request, "run")
    found = agreement(run, run, region, False)
    return drawing.agreement_tile(found, tile, (Verdict.BOTH_RIGHT, Verdict.BOTH_WRONG))


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


def _agreement_tile(request: Request) -> bytes:
    tile, scope = _tile(request), request.query_params.get("only")
    if scope not in (None, "kept"):
        raise HTTPException(400, "only is kept, or nothing.")
    (a, b), region = _asked(request, "run_a", "run_b")
    return drawing.agreement_tile(agreement(a, b, region, scope == "kept"), tile)


def _deciding_tile(request: Request) -> bytes:
    run = _known(request, "run", {key: path for key, (path, _) in list_folders("runs").items()})
    folder = _known(request, "region", list_deciding(run))
    return drawing.class_tile(folder / DECIDING_DATES, _tile(request), frozenset())


def _asked(request: Request, *names: str) -> tuple[list[RunEntry], RegionEntry]:
    """The runs and the region of an address."""
    region = find_region(request.path_params["region"])
    runs = [find_run(request.path_params[name]) for name in names]
    usable = [run for run in runs if run and run.usable]
    if len(usable) < len(names) or region is None or region.kind != "region":
        raise HTTPException(404, "There is no such run or region.")
    return usable, region


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


def _least(request: Request) -> int:
    raw = request.query_params.get("least", "0")
    if not _PERCENT.fullmatch(raw):
        raise HTTPException(400, "least is a whole number from 0 to 100.")
    return int(raw)


__all__ = ["tile_routes"]
