"""``cropcore region import eopatch``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results, say
from cropcore.errors import StorageError
from cropcore.mapping.storage import storing, writing_folder
from cropcore.workspace import workspace


def import_eopatch(
    source: Annotated[Path, typer.Argument(help="An EOPatch folder of eo-learn.")],
    out: Annotated[
        Path | None, typer.Option(help="Region folder to make; else in the workspace's regions.")
    ] = None,
    feature: Annotated[str | None, typer.Option(help="Imagery to take, a name in data/.")] = None,
    bands: Annotated[
        str | None, typer.Option(help="Its bands in order, separated by commas.")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="Classes to take, a name in mask_timeless/.")
    ] = None,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Turn an EOPatch into a region folder of GeoTIFFs."""
    from cropcore.sources.eopatch import open_eopatch, write_region

    patch = open_eopatch(source, feature=feature, bands=given.names(bands), labels=labels)
    target = out or workspace(folder) / "regions" / source.resolve().name
    if target.exists():
        raise StorageError(
            target,
            expected="a new folder",
            got="one that is there already",
            advice="choose another --out, or remove it first",
        )
    with writing_folder(target) as partial, storing(target):
        write_region(partial, patch)
    found = {
        "path": str(target),
        "acquisitions": [time.isoformat() for time in patch.times],
        "bands": list(patch.bands),
        "width": patch.values.shape[2],
        "height": patch.values.shape[1],
        "crs": patch.crs,
        "hidden": float(patch.hidden.mean()),
        "labels": patch.classes is not None,
        "notes": list(patch.notes),
    }
    if as_json:
        print_json(found)
        return
    for note in patch.notes:
        say(f"Note: {note}")
    results.print(
        Text(
            f"{len(patch.times)} acquisitions of {found['width']} x {found['height']} pixels, "
            f"{found['hidden']:.0%} hidden, {patch.crs}\nbands: {' '.join(patch.bands)}\n"
            f"region: {target}"
        )
    )
