"""The shapes in which people exchange samples, each seen as one long table."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cropcore.bands import find_band
from cropcore.errors import TableError
from cropcore.sources.base import SourceOptions
from cropcore.sources.table.columns import ALIASES, choose_bands, find_roles, first_of
from cropcore.sources.table.cropharvest import is_cropharvest_folder, read_cropharvest
from cropcore.sources.table.eurocropsml import (
    is_eurocropsml_folder,
    is_eurocropsml_table,
    read_eurocropsml_folder,
    read_eurocropsml_table,
)
from cropcore.sources.table.places import with_places
from cropcore.sources.table.reading import (
    SUFFIXES,
    check_file,
    column_names,
    nested_columns,
    read_columns,
)
from cropcore.sources.table.sheet import Header, Sheet
from cropcore.sources.table.sits import (
    is_sits_long,
    is_sits_wide,
    read_sits_long,
    read_sits_wide,
)
from cropcore.sources.table.wide import is_wide, read_wide
from cropcore.sources.table.worldcereal import (
    is_worldcereal_long,
    is_worldcereal_wide,
    read_worldcereal_long,
    read_worldcereal_wide,
)


@dataclass(frozen=True)
class Shape:
    """One way in which samples are laid out on disk."""

    title: str
    """What it is called, completing "Read as …"."""
    recognise: Callable[[Header], bool]
    """Whether a file or folder has this shape, by its columns and names."""
    read: Callable[[Header, SourceOptions], Sheet]
    """See it as a long table."""
    whole: bool = False
    """Whether to see it is to read all of it."""


def _is_long(header: Header) -> bool:
    """Whether each row has a date, and bands stand in columns under their own names."""
    dated = first_of(header.columns, ALIASES["date"]) is not None
    return dated and any(find_band(column) for column in header.columns)


def _read_long(header: Header, options: SourceOptions) -> Sheet:
    path = header.path
    return Sheet(path, header.columns, lambda columns, text: read_columns(path, columns, text))


LONG = Shape("a long table", _is_long, _read_long)
SHAPES = (
    Shape("a CropHarvest folder", is_cropharvest_folder, read_cropharvest, whole=True),
    Shape("a EuroCropsML folder", is_eurocropsml_folder, read_eurocropsml_folder, whole=True),
    Shape("a EuroCropsML table", is_eurocropsml_table, read_eurocropsml_table, whole=True),
    Shape("a WorldCereal wide table", is_worldcereal_wide, read_worldcereal_wide),
    Shape("a WorldCereal long table", is_worldcereal_long, read_worldcereal_long),
    Shape("a wide table, one column a band and date", is_wide, read_wide),
    LONG,
    Shape("a long table of sits", is_sits_long, read_sits_long),
    Shape("a wide table of sits", is_sits_wide, read_sits_wide),
)
"""Every shape, in the order in which they are tried."""


def open_sheet(path: Path, options: SourceOptions) -> Sheet:
    """Samples as a long table, whatever shape they have.

    What has no known shape is taken for a long table, whose columns then tell what is missing.

    Args:
        path: A CSV or Parquet file, or a folder of samples.
        options: What a person says beside it.

    Raises:
        MissingFileError: There is nothing.
        TableError: It cannot be read, or not placed in time.
    """
    header = _look(path)
    shape = _shape_of(header)
    sheet = with_places(shape.read(header, options))
    if shape is LONG:
        return sheet
    return replace(sheet, notes=(f"Read as {shape.title}.", *sheet.notes))


def check_columns(path: Path) -> None:
    """Make sure that a table has the columns of one, without reading its rows.

    Raises:
        InputError: It has not, or it cannot be read.
    """
    header, options = _look(path), SourceOptions()
    shape = _shape_of(header)
    if not shape.whole:
        columns = with_places(shape.read(header, options)).columns
        choose_bands(columns, find_roles(columns, options, path), options, path)


def _shape_of(header: Header) -> Shape:
    found = next((shape for shape in SHAPES if shape.recognise(header)), None)
    if found is None and header.is_folder:
        raise TableError(
            header.path,
            expected=f"a file ending in {', '.join(SUFFIXES)}, or a folder of samples",
            got="a folder without samples of EuroCropsML or CropHarvest",
            advice="save the table as CSV or Parquet",
        )
    return found or LONG


def _look(path: Path) -> Header:
    if path.is_dir():
        return Header(path)
    check_file(path)
    return Header(path, column_names(path), nested_columns(path))


__all__ = ["LONG", "SHAPES", "Shape", "check_columns", "open_sheet"]
