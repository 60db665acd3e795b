"""A file of samples as the rest of the room sees it: a long table, whatever its shape on disk."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

Load = Callable[[Sequence[str], Iterable[str]], pd.DataFrame]
"""Reads some columns of a long table; those in the second argument keep the text of a CSV."""


@dataclass(frozen=True)
class Header:
    """What can be told of a file of samples without reading its rows."""

    path: Path
    columns: tuple[str, ...] = ()
    """Its columns in file order; none for a folder."""
    nested: frozenset[str] = frozenset()
    """Columns that hold a list or a structure in each cell."""

    @property
    def is_folder(self) -> bool:
        """Whether samples lie in files of their own."""
        return self.path.is_dir()


@dataclass(frozen=True)
class Sheet:
    """A long table: one row per sample and date, one column per band."""

    path: Path
    columns: tuple[str, ...]
    """Its columns, those that play a role and those that may be bands."""
    load: Load
    notes: tuple[str, ...] = ()
    """What was understood, guessed or left out, a sentence each."""


def sheet_of(path: Path, frame: pd.DataFrame, notes: Iterable[str] = ()) -> Sheet:
    """A long table that is in memory already."""
    return Sheet(
        path,
        tuple(frame.columns),
        lambda columns, text: frame[list(columns)],
        tuple(notes),
    )


__all__ = ["Header", "Load", "Sheet", "sheet_of"]
