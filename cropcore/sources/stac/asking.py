"""From a request to scenes: the catalogue is asked, or the answer it gave before is taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from cropcore.bands import BANDS
from cropcore.errors import RegionError, SettingError
from cropcore.sources.stac.cache import Cache
from cropcore.sources.stac.catalogue import Catalogue, RawItem
from cropcore.sources.stac.fetching import CatalogueIO, Sign, UnreachableError, shown
from cropcore.sources.stac.headers import completed
from cropcore.sources.stac.item import ItemReader, usual_names
from cropcore.sources.stac.request import Box, StacRequest
from cropcore.sources.stac.scene import Answer, Scene


def ask(request: StacRequest, cache: Cache, io: CatalogueIO, sign: Sign | None = None) -> Answer:
    """The scenes of a request, by time.

    Where the server cannot be reached, the answer that it gave to the same request before is
    taken, and that is told.

    Args:
        request: What is wanted.
        cache: Keeps answers.
        io: Reads the catalogue.
        sign: Makes addresses of files valid.

    Raises:
        RegionError: The catalogue cannot be read, or none of its items is of use.
        MissingFileError: There is no such file.
        SettingError: No item holds a band that was asked for.
    """
    catalogue = Catalogue(io, request)
    try:
        raw = catalogue.items()
    except UnreachableError:
        kept = cache.answer(request.digest)
        if kept is None:
            raise
        stale = f"The catalogue cannot be reached; its answer of {kept.asked} is used."
        return kept.model_copy(update={"notes": (*kept.notes, stale)})
    scenes, notes = _understood(request, raw, io)
    scenes, told = completed(scenes, sign)
    answer = Answer(
        scenes=tuple(scenes),
        collections=tuple(
            catalogue.collections[name]
            for name in sorted({scene.collection for scene in scenes})
            if name in catalogue.collections
        ),
        notes=(*notes, *told),
        asked=datetime.now(UTC).date(),
    )
    cache.keep_answer(request.digest, answer)
    return answer


def _understood(
    request: StacRequest, raw: Sequence[RawItem], io: CatalogueIO
) -> tuple[list[Scene], list[str]]:
    chosen = [item for item in raw if _wanted(item.content, request)]
    if not chosen:
        raise RegionError(
            shown(request.source),
            expected="items of this collection, area and time",
            got=f"none of {len(raw)} items" if raw else "no items",
            advice="check --collection, --bbox and --dates",
        )
    wanted = None if request.bands is None else usual_names(request.bands)
    read = ItemReader(wanted, io.remote, request.by_baseline)
    every = [read(item.content, item.base) for item in chosen]
    span = request.span
    timely = [scene for scene in every if span is None or span.first <= scene.day <= span.last]
    limit = request.max_cloud
    clear = [
        scene for scene in timely if limit is None or scene.cloud is None or scene.cloud <= limit
    ]
    useful = [scene for scene in clear if any(not layer.is_mask for layer in scene.layers)]
    if not useful:
        raise _nothing(request, chosen, every, timely, clear)
    scenes = _newest(useful)
    notes = [
        text.format(count)
        for text, count in (
            (f"{{}} items with more than {limit:g} % clouds are left out." if limit is not None
             else "{}", len(timely) - len(clear)),
            ("{} items hold no band that is used and are left out.", len(clear) - len(useful)),
            ("{} items are older versions of others and are left out.", len(useful) - len(scenes)),
        )
        if count
    ]  # fmt: skip
    held = {layer.name for scene in scenes for layer in scene.layers}
    absent = [name for name in wanted or () if name not in held]
    if absent:
        raise SettingError(
            "--bands",
            expected=f"some of {', '.join(sorted(_offered(chosen, io)))}",
            got=", ".join(absent),
            advice="choose among the bands of the items",
        )
    return sorted(scenes, key=lambda scene: (scene.time, scene.id)), notes


def _wanted(item: Any, request: StacRequest) -> bool:
    """Whether an item is of the collections and, by its own bounding box, of the area."""
    if request.collections and item.get("collection") not in request.collections:
        return False
    return request.box is None or _touches(item.get("bbox"), request.box)


def _touches(theirs: Any, box: Box) -> bool:
    numbers = isinstance(theirs, list) and len(theirs) in (4, 6)
    if not numbers or not all(isinstance(value, int | float) for value in theirs):
        return True
    west, south = theirs[:2]
    east, north = theirs[len(theirs) // 2 :][:2]
    return bool(west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1])


def _newest(scenes: Iterable[Scene]) -> list[Scene]:
    """One scene of each tile and time: that of the latest processing."""
    newest: dict[tuple[str, ...], Scene] = {}
    for scene in scenes:
        same = (scene.collection, scene.platform, scene.time.isoformat(timespec="seconds"))
        key = (*same, scene.tile or f"item {scene.id}")
        kept = newest.get(key)
        if kept is None or (scene.baseline, scene.id) > (kept.baseline, kept.id):
            newest[key] = scene
    return list(newest.values())


def _offered(items: Sequence[RawItem], io: CatalogueIO) -> set[str]:
    read = ItemReader(tuple(BANDS), io.remote)
    scenes = [read(item.content, item.base) for item in items[:20]]
    return {layer.name for scene in scenes for layer in scene.layers if not layer.is_mask}


def _nothing(
    request: StacRequest,
    chosen: Sequence[RawItem],
    every: Sequence[Scene],
    timely: Sequence[Scene],
    clear: Sequence[Scene],
) -> RegionError | SettingError:
    """Why nothing is left of items that were found."""
    if not timely:
        days = sorted(scene.day for scene in every)
        return RegionError(
            shown(request.source),
            expected="items in the time of --dates",
            got=f"{len(every)} items from {days[0]} to {days[-1]}",
            advice="choose other dates",
        )
    if not clear:
        least = min(scene.cloud or 0.0 for scene in timely)
        return RegionError(
            shown(request.source),
            expected=f"items with at most {request.max_cloud:g} % clouds",
            got=f"{len(timely)} items, the clearest with {least:g} %",
            advice="raise --max-cloud",
        )
    assets = Counter(str(key) for item in chosen[:20] for key in item.content.get("assets") or {})
    return RegionError(
        shown(request.source),
        expected=f"assets with {', '.join(request.bands or ('bands such as red or vv',))}",
        got=shown(", ".join(assets)) or "no assets",
        advice="choose a collection of imagery, or other --bands",
    )


__all__ = ["ask"]
