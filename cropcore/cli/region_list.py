"""``cropcore region list``."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results
from cropcore.errors import InputError
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.table.folders import is_samples_folder
from cropcore.sources.table.shapes import check_columns
from cropcore.workspace import sample_data, workspace

_TABLES = (".csv", ".parquet")


@dataclass(frozen=True)
class RegionEntry:
    """A region or samples table that a verb can be given by name."""

    name: str
    """What to call it on the command line."""
    title: str
    path: str
    kind: str
    """``region`` or ``table``."""
    bundled: bool
    """Whether it came with cropcore."""
    reason: str | None = None
    """Why it cannot be used as it is, one sentence."""


def list_regions(folder: given.Workspace = None, as_json: given.AsJson = False) -> None:
    """List the regions and samples tables of the workspace and those that came with cropcore."""
    place = workspace(folder)
    entries = [*entries_in(place / "regions", bundled=False)]
    entries += entries_in(sample_data() / "regions", bundled=True)
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    if not entries:
        results.print(Text(f"There are none yet: put one into {place / 'regions'}."))
        return
    table = Table("name", "title", "kind", "from", "usable")
    for entry in entries:
        table.add_row(
            Text(entry.name),
            Text(entry.title),
            entry.kind,
            "cropcore" if entry.bundled else "workspace",
            Text(entry.reason or "yes"),
        )
    results.print(table)


def entries_in(folder: Path, *, bundled: bool) -> Iterator[RegionEntry]:
    """The regions and tables directly in a folder, by name; a missing folder has none.

    Headers are read, pixels and rows are not: `region check` looks further.
    """
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        is_table = path.suffix.lower() in _TABLES if path.is_file() else is_samples_folder(path)
        if path.name.startswith(".") or not (is_table or path.is_dir()):
            continue
        title, reason = path.stem if is_table else path.name, None
        try:
            title = _table_title(path) if is_table else open_region(path, SourceOptions()).title
        except (InputError, OSError) as error:
            reason = str(error)
        kind = "table" if is_table else "region"
        yield RegionEntry(path.name, title, str(path), kind, bundled, reason)


def _table_title(path: Path) -> str:
    """A table's name, if its columns are those of a samples table.

    Raises:
        InputError: They are not, or it cannot be read.
    """
    check_columns(path)
    return path.stem
