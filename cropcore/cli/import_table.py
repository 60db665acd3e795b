"""``cropcore region import table``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results, say
from cropcore.errors import SettingError, StorageError
from cropcore.mapping.storage import storing
from cropcore.sources import open_source
from cropcore.sources.region.region_toml import FILE_NAME as REGION_TOML
from cropcore.sources.table import open_table
from cropcore.sources.table.joining import FIXED, REGION, joined_frame
from cropcore.sources.table.writing import long_frame, write_long
from cropcore.training.files import replace_file
from cropcore.workspace import workspace

_SUFFIX = ".parquet"


def import_table(
    sources: Annotated[
        list[Path],
        typer.Argument(
            help="CSV or Parquet, long or wide; CropHarvest, EuroCropsML. Or several of these and "
            "region folders, to be joined."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder, or name.parquet; else the workspace's regions.")
    ] = None,
    label: given.Label = None,
    group: given.Group = None,
    block: given.Block = None,
    bands: given.Bands = None,
    scale: given.Scale = None,
    per_class: Annotated[
        int, typer.Option(min=1, help="Joined: most samples of one class of one region.")
    ] = 2000,
    seed: Annotated[int, typer.Option(help="Joined: decides which samples, where more.")] = 0,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Turn samples of any known shape into one plain long table, in physical units."""
    options = given.source_options(label, group, block, 10, bands, scale, None)
    target = _target(sources, out or workspace(folder) / "regions")
    if len(sources) == 1:
        table = open_table(sources[0], options)
        frame, notes = long_frame(table), list(table.notes)
    else:
        named = {name: open_source(path, options) for name, path in _names(sources).items()}
        frame, notes = joined_frame(named, per_class, seed)
    with storing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, lambda path: write_long(frame, path))
    found = _report(frame, target, notes)
    if as_json:
        print_json(found)
        return
    for note in notes:
        say(f"Note: {note}")
    _show(found)


def _names(sources: list[Path]) -> dict[str, Path]:
    """What the regions are called: by their files or folders.

    Raises:
        SettingError: Two are called the same.
    """
    named = {_stem(path): path for path in sources}
    if len(named) < len(sources):
        raise SettingError(
            "regions",
            expected="names that differ",
            got=", ".join(_stem(path) for path in sources),
            advice="rename a folder or file",
        )
    return named


def _stem(source: Path) -> str:
    path = source.resolve()
    path = path.parent if path.name == REGION_TOML else path
    return path.name if path.is_dir() else path.stem


def _target(sources: list[Path], out: Path) -> Path:
    """The file to write; one that is there already may be what runs learnt from.

    Raises:
        StorageError: There is one.
    """
    stem = _stem(sources[0]) if len(sources) == 1 else f"{_stem(sources[0])}_and_others"
    target = out if out.suffix.lower() == _SUFFIX else out / f"{stem}{_SUFFIX}"
    if target.exists():
        raise StorageError(
            target,
            expected="a new file",
            got="one that is there already",
            advice="choose another --out, or remove it first",
        )
    return target


def _report(frame: pd.DataFrame, target: Path, notes: list[str]) -> dict[str, Any]:
    one_each = frame.drop_duplicates("id")
    counts = one_each["label"].astype(str).value_counts().sort_index()
    bands = [str(name) for name in frame if name not in FIXED]
    parts = {
        "optical": [name for name in bands if not name.endswith("_dB")],
        "radar": [name.removesuffix("_dB") for name in bands if name.endswith("_dB")],
    }
    return {
        "path": str(target),
        "samples": len(one_each),
        "groups": one_each["group" if "group" in frame else "id"].nunique(),
        "regions": one_each[REGION].unique().tolist() if REGION in frame else [],
        "classes": {str(name): int(count) for name, count in counts.items()},
        "first": f"{frame['date'].min():%Y-%m-%d}",
        "last": f"{frame['date'].max():%Y-%m-%d}",
        "rows": len(frame),
        "bands": {name: part for name, part in parts.items() if part},
        "notes": notes,
    }


def _show(found: Mapping[str, Any]) -> None:
    classes = ", ".join(f"{name} ({count:,})" for name, count in found["classes"].items())
    bands = "; ".join(f"{name} {' '.join(bands)}" for name, bands in found["bands"].items())
    of = f" of {len(found['regions'])} regions" if found["regions"] else ""
    results.print(
        Text(
            f"{found['samples']:,} samples{of} in {found['groups']:,} groups, "
            f"{found['rows']:,} rows from {found['first']} to {found['last']}\n"
            f"classes: {classes}\nbands: {bands}\ntable: {found['path']}"
        )
    )
