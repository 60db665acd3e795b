"""One row a sample becomes one row a sample and date."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cropcore.sources.table.columns import ALIASES, first_of
from cropcore.sources.table.reading import as_numbers, read_columns
from cropcore.sources.table.sheet import Header, Load

DATE = "date"
"""Name of the column of dates that melting makes."""
ROW = "id"
"""Name of the column of sample names that melting makes where a table has none."""


@dataclass(frozen=True)
class Wide:
    """A table with one row a sample and, for each band, one column a date or step."""

    path: Path
    fixed: tuple[str, ...]
    """Columns that hold one value a sample."""
    series: Mapping[str, Mapping[Hashable, str]]
    """Name of each band to the column of each of its dates or steps."""
    numbered: bool = False
    """Whether samples have no name and get the number of their row."""

    @property
    def steps(self) -> list[Hashable]:
        """All dates or steps, ascending."""
        found = {step for columns in self.series.values() for step in columns}
        return sorted(found)  # type: ignore[type-var]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the long table."""
        made = (ROW, DATE) if self.numbered else (DATE,)
        return (*made, *self.fixed, *self.series)

    def read(
        self, columns: Sequence[str], text: Iterable[str], beside: Sequence[str] = ()
    ) -> pd.DataFrame:
        """The rows of the file, as far as columns of the long table need them.

        Args:
            columns: Of the long table.
            text: Those that keep the characters of a CSV.
            beside: Further columns of the file.
        """
        wanted = [name for name in self.fixed if name in columns]
        for name, of_step in self.series.items():
            if name in columns:
                wanted += of_step.values()
        wanted = list(dict.fromkeys((*wanted, *beside)))
        kept = [name for name in text if name in wanted]
        return read_columns(self.path, wanted, kept)

    def melt(self, frame: pd.DataFrame, days: np.ndarray, columns: Sequence[str]) -> pd.DataFrame:
        """The long table, indexed by row of the file; dates without any value are left out.

        Args:
            frame: Rows of the file.
            days: Date of each step, datetime64[D] (row, step).
            columns: Of the long table.
        """
        steps = self.steps
        names = [name for name in self.series if name in columns]
        values = np.full((len(frame), len(steps), len(names)), np.nan, dtype=np.float32)
        at = {step: place for place, step in enumerate(steps)}
        for band, name in enumerate(names):
            for step, column in self.series[name].items():
                with np.errstate(over="ignore"):
                    values[:, at[step], band] = as_numbers(frame[column], self.path)
        seen = np.asarray(~np.isnan(values).all(axis=2))
        seen[~seen.any(axis=1), 0] = True  # a sample without any value is still one
        row, at_step = np.nonzero(seen)
        long = frame[[name for name in self.fixed if name in columns]].iloc[row]
        long.index = pd.Index(row)  # errors name rows of the file
        made = {DATE: days[row, at_step]} | ({ROW: row + 1} if self.numbered else {})
        made |= {name: values[row, at_step, band] for band, name in enumerate(names)}
        return long.assign(**{name: made[name] for name in made if name in columns})[list(columns)]


def wide_of(header: Header, series: Mapping[str, Mapping[Hashable, str]]) -> Wide:
    """A wide table whose other columns hold one value a sample each.

    Args:
        header: Of the file.
        series: Name of each band to the column of each of its dates or steps.
    """
    used = {DATE, *series, *(column for of_step in series.values() for column in of_step.values())}
    fixed = tuple(name for name in header.columns if not {name, name.casefold()} & used)
    numbered = first_of(fixed, ALIASES["id"]) is None
    return Wide(header.path, fixed, series, numbered)


def unnamed(wide: Wide) -> tuple[str, ...]:
    """What to say of a table without a column of names."""
    return ("Samples have no names and get the numbers of their rows.",) if wide.numbered else ()


def loads_with(wide: Wide, days: np.ndarray) -> Load:
    """A loader for steps whose dates are the same in all rows.

    Args:
        wide: The table.
        days: Date of each step, datetime64[D] (step,).
    """

    def load(columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
        frame = wide.read(columns, text)
        return wide.melt(frame, np.broadcast_to(days, (len(frame), len(days))), columns)

    return load


__all__ = ["DATE", "ROW", "Wide", "loads_with", "unnamed", "wide_of"]
