"""CSV and Parquet files into columns of names and numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cropcore.errors import MissingFileError, TableError

SUFFIXES = (".csv", ".parquet", ".pq")
"""File name endings of samples tables."""
LARGEST_BYTES = 2 * 1024**3
_FORMATS = {
    ".npz": "the arrays data, dates and center in a readable .npz file",
    ".h5": "the array of a sample in a readable HDF5 file",
    ".geojson": "labels with places in a readable GeoJSON file",
}
_WHOLE = re.compile(r"-?\d+")
_WHOLE_AS_FLOAT = re.compile(r"-?\d+\.0*")
_SEPARATORS = (",", ";", "\t")
_DECIMAL_COMMA = re.compile(r"(?:^|[;\t])\"?-?\d*,\d+(?:[eE][-+]?\d+)?\"?(?=[;\t\r\n]|$)", re.ASCII)
_LONGEST = 1_000_000
"""Characters of a line that are looked at."""
_LOOKED_AT = 200
"""Lines that tell how numbers are written."""
_UNREADABLE = (pa.ArrowException, pd.errors.ParserError, UnicodeDecodeError, OSError)


@dataclass(frozen=True)
class Names:
    """A column of names, coded."""

    names: np.ndarray
    """Distinct names, str (name,): by number where all are whole numbers, else by alphabet."""
    codes: np.ndarray
    """Position in ``names`` of each row, int64 (row,); −1 where missing."""


def column_names(path: Path) -> tuple[str, ...]:
    """The columns of a table, in file order.

    Raises:
        MissingFileError: There is no such file.
        TableError: It is no readable table, is too large or repeats a column.
    """
    check_file(path)
    try:
        if path.suffix.lower() == ".csv":
            header = pd.read_csv(
                path, sep=_separator(path), header=None, nrows=1, dtype=str, encoding="utf-8-sig"
            )
            names = [str(name).strip() for name in header.iloc[0] if isinstance(name, str)]
        else:
            names = [str(name) for name in pq.read_schema(path).names]
    except pd.errors.EmptyDataError:
        raise _empty(path) from None
    except _UNREADABLE as error:
        raise unreadable(path, error) from error
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise TableError(
            path,
            expected="every column to have its own name",
            got=f"{repeated[0]!r} more than once",
            advice="rename or drop one of them",
        )
    return tuple(names)


def nested_columns(path: Path) -> frozenset[str]:
    """Columns of a Parquet file that hold a list or a structure in each cell; none in a CSV.

    Raises:
        TableError: It is no readable table.
    """
    if path.suffix.lower() == ".csv":
        return frozenset()
    try:
        schema = pq.read_schema(path)
    except _UNREADABLE as error:
        raise unreadable(path, error) from error
    return frozenset(item.name for item in schema if pa.types.is_nested(item.type))


def read_nested(
    path: Path, plain: Sequence[str], nested: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, list[object]]]:
    """Read a Parquet file whose cells hold lists, as tables of one row a sample do.

    Args:
        path: The file.
        plain: Columns of single values.
        nested: Columns of lists.

    Returns:
        The plain columns, and the lists of each row of the others.

    Raises:
        TableError: The file is damaged, lacks a column or holds no rows.
    """
    try:
        table = _columns(path, [*plain, *nested])
        frame = table.select(list(plain)).to_pandas()
        lists = {name: table[name].to_pylist() for name in nested}
    except (*_UNREADABLE, KeyError) as error:
        raise unreadable(path, error) from error
    if not len(table):
        raise _empty(path)
    return frame, lists


def read_columns(path: Path, columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
    """Read some columns of a table; those in ``text`` keep the characters of a CSV.

    Raises:
        TableError: The file is damaged, holds no rows, or lists in its cells.
    """
    nested: list[str] = []
    try:
        if path.suffix.lower() == ".csv":
            frame = pd.read_csv(
                path,
                sep=_separator(path),
                decimal=_decimal(path),
                dtype=dict.fromkeys(text, str),
                encoding="utf-8-sig",
                low_memory=False,
                skipinitialspace=True,
            )
            frame = _in_step(frame, path).rename(columns=str.strip)[list(columns)]
        else:
            table = _columns(path, columns)
            nested = [item.name for item in table.schema if pa.types.is_nested(item.type)]
            frame = table.to_pandas()[list(columns)]
    except _UNREADABLE as error:
        raise unreadable(path, error) from error
    if frame.empty:
        raise _empty(path)
    if nested:
        raise TableError(
            f"{path}, column {nested[0]}",
            expected="one value per row",
            got="a list or structure in each",
            advice="write one row per sample and date, with one column per band",
        )
    return frame


def _columns(path: Path, names: Sequence[str]) -> pa.Table:
    """Columns of a Parquet file without its notes, which pandas would read though told not to."""
    return pq.ParquetFile(path).read(columns=list(names)).replace_schema_metadata()


def _in_step(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Rows counted from 0; row names before the first column, as R writes them, are left out.

    Raises:
        TableError: Rows hold more than that beside what the header names.
    """
    if isinstance(frame.index, pd.MultiIndex):
        raise TableError(
            path,
            expected=f"{frame.shape[1]} values in each row, as the header has names",
            got=f"rows of {frame.shape[1] + frame.index.nlevels}",
            advice="repair the header or export the table again",
        )
    return frame.reset_index(drop=True)


def as_names(column: pd.Series) -> Names:
    """Code a column of names; ``1.0`` is ``1`` where all are whole numbers, empty is missing."""
    rough, distinct = pd.factorize(column)
    texts = ["" if pd.isna(value) else str(value).strip() for value in distinct]
    if all(_WHOLE.fullmatch(text) or _WHOLE_AS_FLOAT.fullmatch(text) for text in texts if text):
        texts = [text.partition(".")[0] for text in texts]
    names = natural_order({text for text in texts if text})
    position = {name: code for code, name in enumerate(names)} | {"": -1}
    lookup = np.array([*(position[text] for text in texts), -1], dtype=np.int64)
    return Names(np.array(names, dtype=str), lookup[rough])


def natural_order(names: Iterable[str]) -> list[str]:
    """Names sorted as numbers where all are whole numbers, else by alphabet."""
    listed = sorted(names)
    if all(_WHOLE.fullmatch(name) for name in listed):
        return sorted(listed, key=int)
    return listed


def as_numbers(column: pd.Series, path: Path) -> np.ndarray:
    """Read a column of numbers as float64 (row,), NaN where empty.

    Raises:
        TableError: It holds something else.
    """
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if column.isna().all():
        return np.full(len(column), np.nan)
    numeric = pd.to_numeric(column, errors="coerce")
    odd = column[numeric.isna() & column.notna()]
    shown = odd.iloc[0] if len(odd) else column.dropna().iloc[0]
    raise TableError(
        f"{path}, column {column.name}",
        expected="numbers",
        got=f"text such as {str(shown)[:40]!r}",
        advice="correct the column, or choose other ones with --bands",
    )


def check_file(path: Path) -> None:
    """Refuse what is no CSV or Parquet file of a size that can be read.

    Raises:
        MissingFileError: There is no such file.
        TableError: It is something else.
    """
    if not path.exists():
        raise MissingFileError(
            path, expected="a samples table", got="no such file", advice="check the path"
        )
    if not path.is_file() or path.suffix.lower() not in SUFFIXES:
        raise TableError(
            path,
            expected=f"a file ending in {', '.join(SUFFIXES)}",
            got="a folder" if path.is_dir() else f"the ending {path.suffix or 'none'}",
            advice="save the table as CSV or Parquet",
        )
    check_size(path, path.stat().st_size)


def check_size(path: Path, size: int) -> None:
    """Refuse what would not fit into memory.

    Args:
        path: What is read.
        size: Bytes on disk.

    Raises:
        TableError: There are too many.
    """
    if size > LARGEST_BYTES:
        raise TableError(
            path,
            expected=f"at most {LARGEST_BYTES / 1024**3:g} GB",
            got=f"{size / 1024**3:.1f} GB",
            advice="keep fewer samples or columns, or save it as Parquet",
        )


def _separator(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline(_LONGEST)
    return max(_SEPARATORS, key=header.count)


def _decimal(path: Path) -> str:
    """A comma where numbers are written with one and something else separates columns."""
    if _separator(path) == ",":
        return "."
    with path.open(encoding="utf-8-sig") as file:
        lines = (file.readline(_LONGEST) for _ in range(_LOOKED_AT))
        return "," if any(_DECIMAL_COMMA.search(line) for line in lines) else "."


def _empty(path: Path) -> TableError:
    return TableError(
        path,
        expected="one row per sample and date",
        got="an empty table",
        advice="export the table again",
    )


def unreadable(path: Path, error: Exception) -> TableError:
    """The error for a damaged file of samples."""
    return TableError(
        path,
        expected=_FORMATS.get(path.suffix.lower(), "a readable CSV (UTF-8) or Parquet file"),
        got=f"a damaged one ({str(error)[:120]})",
        advice="export or copy the file again",
    )


__all__ = [
    "LARGEST_BYTES",
    "SUFFIXES",
    "Names",
    "as_names",
    "as_numbers",
    "check_file",
    "check_size",
    "column_names",
    "natural_order",
    "nested_columns",
    "read_columns",
    "read_nested",
    "unreadable",
]
