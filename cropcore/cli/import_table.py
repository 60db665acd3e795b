"""``cropcore region import table``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results, say
from cropcore.errors import StorageError
from cropcore.mapping.storage import storing
from cropcore.sources.table import SamplesTable, open_table
from cropcore.sources.table.writing import write_long
from cropcore.training.files import replace_file
from cropcore.workspace import workspace

_SUFFIX = ".parquet"


def import_table(
    source: Annotated[
        Path,
        typer.Argument(help="CSV or Parquet, long or wide; CropHarvest, EuroCropsML."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder, or name.parquet; else the workspace's regions.")
    ] = None,
    label: given.Label = None,
    group: given.Group = None,
    block: given.Block = None,
    bands: given.Bands = None,
    scale: given.Scale = None,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Turn samples of any known shape into one plain long table, in physical units."""
    options = given.source_options(label, group, block, 1, bands, scale, None)
    table = open_table(source, options)
    target = _target(source, out or workspace(folder) / "regions")
    with storing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, lambda path: write_long(table, path))
    found = _report(table, target)
    if as_json:
        print_json(found)
        return
    for note in table.notes:
        say(f"Note: {note}")
    _show(found)


def _target(source: Path, out: Path) -> Path:
    """The file to write; one that is there already may be what runs learnt from.

    Raises:
        StorageError: There is one.
    """
    name = source.resolve()
    stem = name.name if source.is_dir() else name.stem
    target = out if out.suffix.lower() == _SUFFIX else out / f"{stem}{_SUFFIX}"
    if target.exists():
        raise StorageError(
            target,
            expected="a new file",
            got="one that is there already",
            advice="choose another --out, or remove it first",
        )
    return target


def _report(table: SamplesTable, target: Path) -> dict[str, Any]:
    codes, counts = np.unique(table.samples.codes, return_counts=True)
    name = {item.code: item.name for item in table.legend}
    return {
        "path": str(target),
        "samples": len(table.ids),
        "groups": len(np.unique(table.samples.groups)),
        "classes": {
            name[code]: count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
        },
        "first": str(table.days.min()),
        "last": str(table.days.max()),
        "rows": len(table.days),
        "bands": {part.source: list(part.bands) for part in table.parts},
        "notes": list(table.notes),
    }


def _show(found: Mapping[str, Any]) -> None:
    classes = ", ".join(f"{name} ({count:,})" for name, count in found["classes"].items())
    bands = "; ".join(f"{name} {' '.join(bands)}" for name, bands in found["bands"].items())
    results.print(
        Text(
            f"{found['samples']:,} samples in {found['groups']:,} groups, {found['rows']:,} rows "
            f"from {found['first']} to {found['last']}\n"
            f"classes: {classes}\nbands: {bands}\ntable: {found['path']}"
        )
    )
