"""``cropcore region import stac``."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import messages, print_json, results, say
from cropcore.errors import RegionError, SettingError, StorageError
from cropcore.mapping.storage import megabytes, require_space, storing, writing_folder
from cropcore.sources import SourceOptions, check_source
from cropcore.workspace import workspace

if TYPE_CHECKING:
    from cropcore.sources.stac import Plan, StacRequest
    from cropcore.sources.stac.loading import Told
    from cropcore.sources.stac.scene import Answer


def import_stac(
    source: Annotated[
        str, typer.Argument(help="Address or path of a catalogue, collection, item or search API.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Region folder to make; else in the workspace's regions.")
    ] = None,
    collection: Annotated[
        list[str] | None, typer.Option(help="Collection to take; repeat it or use commas.")
    ] = None,
    bbox: Annotated[str | None, typer.Option(help="Area: west,south,east,north, degrees.")] = None,
    area: Annotated[
        Path | None, typer.Option(help="Area: the box around the parcels or raster of this file.")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(help="Time, such as 2021-03-01/2021-10-31, 2021-05 or 2021.")
    ] = None,
    bands: Annotated[
        str | None, typer.Option(help="Bands, separated by commas; else all for land.")
    ] = None,
    max_cloud: Annotated[
        float | None, typer.Option(help="Leave out items that say they are cloudier, percent.")
    ] = None,
    resolution: Annotated[
        float | None, typer.Option(help="Side of a pixel, units of the system; else each band's.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="Such as EPSG:32631; else that of most items.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Parcels, points or raster of classes to train on.")
    ] = None,
    label: given.Label = None,
    offset_by_baseline: Annotated[
        bool,
        typer.Option(help="Sentinel-2 without a declared offset: -0.1 from baseline 04.00 on."),
    ] = False,
    sign: Annotated[
        Literal["planetary-computer"] | None, typer.Option(help="Whose files need a token.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Keeps downloads; else the workspace's cache/stac.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be loaded, and how much; then end.")
    ] = False,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Turn imagery of a STAC catalogue into a region folder of GeoTIFFs."""
    from cropcore.sources.stac.packages import require_packages

    require_packages()
    from cropcore.sources import stac

    home = workspace(folder)
    target = out or home / "regions" / _region_name(source)
    if not dry_run and target.exists():
        raise StorageError(
            target,
            expected="a new folder",
            got="one that is there already",
            advice="choose another --out, or remove it first",
        )
    request = stac.StacRequest(
        source=source,
        collections=tuple(
            dict.fromkeys(name for text in collection or [] for name in given.names(text) or ())
        ),
        box=_box(bbox, area, labels),
        span=None if dates is None else stac.Span.parse(dates),
        bands=given.names(bands),
        max_cloud=_within("--max-cloud", max_cloud, 100),
        by_baseline=offset_by_baseline,
        sign=sign,
    )
    kept = stac.Cache(cache or home / "cache" / "stac")
    io = stac.CatalogueIO(source)
    signer = stac.Signer(io) if sign else None
    planner = stac.Planner(request.box, crs, _within("--resolution", resolution, 1e6))
    answer = stac.ask(request, kept, io, signer)
    plan = planner(answer.scenes)
    reference = None if labels is None else stac.Labels(labels, label)
    if reference is not None:
        reference.check(plan.grid)
    found = _found(plan, answer, request)
    _tell(found)
    if dry_run:
        if as_json:
            print_json(found)
        return
    kept.folder.mkdir(parents=True, exist_ok=True)
    require_space(kept.folder, plan.n_bytes, kept.folder)
    with _progress() as told:
        loader = stac.Loader(kept, signer, told)
        loaded = loader(plan)
    with writing_folder(target) as partial:
        with storing(target):
            stac.write_region(partial, plan, loader, request, answer, reference)
        _check(partial, target)
    if as_json:
        print_json({"path": str(target), **found, "loaded": loaded})
        return
    results.print(Text(f"region: {target}\nlook it over: cropcore region check {target}"))


def _box(bbox: str | None, area: Path | None, labels: Path | None) -> Any:
    """The area of the option that says it; that of the labels where none does."""
    from cropcore.sources.stac import box_around, parse_box

    if bbox is not None and area is not None:
        raise SettingError(
            "--area", expected="one area", got="--bbox beside it", advice="give one of them"
        )
    if bbox is not None:
        return parse_box(bbox)
    file = area or labels
    return None if file is None else box_around(file)


def _within(option: str, value: float | None, most: float) -> float | None:
    if value is not None and not 0 < value <= most:
        raise SettingError(
            option, expected=f"a number above 0, up to {most:g}", got=f"{value:g}",
            advice="correct it",
        )  # fmt: skip
    return value


def _check(partial: Path, target: Path) -> None:
    """Refuse a region that could not be used; what was downloaded is kept in the cache."""
    report = check_source(partial, SourceOptions())
    if not report.ok:
        raise RegionError(
            target,
            expected="imagery and labels that make up a region",
            got=report.errors[0].replace(f"{partial}/", "").rstrip("."),
            advice="choose others; downloads are kept",
        )


def _region_name(source: str) -> str:
    parts = [part for part in source.partition("?")[0].split("/") if part.strip(". ")]
    plain = [part for part in parts if part not in ("catalog.json", "collection.json")]
    name = (plain or ["stac"])[-1].removesuffix(".json")
    return "".join(char if char.isalnum() or char in "-_." else "-" for char in name) or "stac"


def _found(plan: "Plan", answer: "Answer", request: "StacRequest") -> dict[str, Any]:
    """What will be loaded."""
    items = Counter(scene.collection for scene in answer.scenes)
    grid = plan.grid
    return {
        "source": request.source,
        "items": dict(items),
        "dates": {
            name: [take.day.isoformat() for take in plan.of(name)] for name in plan.sources
        },
        "bands": {name: list(plan.bands(name)) for name in plan.sources},
        "crs": grid.crs,
        "width": grid.width,
        "height": grid.height,
        "pixels": grid.width * grid.height,
        "megabytes": round(plan.n_bytes / 1e6, 3),
        "licence": {info.id: info.licence for info in answer.collections},
        "notes": [*answer.notes, *plan.notes],
    }  # fmt: skip


def _tell(found: dict[str, Any]) -> None:
    for note in found["notes"]:
        say(f"Note: {note}")
    for name, days in found["dates"].items():
        bands = " ".join(found["bands"][name])
        say(f"{name}: {len(days)} acquisitions from {days[0]} to {days[-1]}; {bands}")
    say(
        f"{sum(found['items'].values())} items, {found['width']} x {found['height']} pixels, "
        f"{found['crs']}; {megabytes(found['megabytes'] * 1e6)} uncompressed to load at most"
    )


@contextmanager
def _progress() -> "Iterator[Told]":
    """A bar on stderr."""
    columns = (
        TextColumn("loading"), BarColumn(), MofNCompleteColumn(), TextColumn("band blocks"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(
        *columns, console=messages, transient=True, disable=not messages.is_terminal
    ) as bar:
        task = bar.add_task("loading", total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield told
