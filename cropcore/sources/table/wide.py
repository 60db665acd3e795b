"""Wide tables: one row a sample, one column a band and date.

Columns name a band and a date (``B02_20210405``, ``B02_2021-04-05``, ``20210405_B02``, or with
the name of a scene between, as Google Earth Engine's ``toBands`` makes them), or a band and a
step (``B2_0`` … ``B2_11``, ``VV_t3``). Steps need a column ``start_date``: with ``end_date``
beside it they are spread evenly from one to the other, without they count months.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from cropcore.bands import find_band
from cropcore.errors import TableError
from cropcore.sources.base import SourceOptions
from cropcore.sources.table.columns import first_of, names_of
from cropcore.sources.table.melting import loads_with, unnamed, wide_of
from cropcore.sources.table.sheet import Header, Sheet
from cropcore.sources.table.steps import END, START, calendar_steps, spread

_DAY = r"(?P<year>19\d\d|20\d\d)[-_.]?(?P<month>0[1-9]|1[0-2])(?:[-_.]?(?P<day>\d\d))?"
_BAND_THEN_DAY = re.compile(rf"X?(?P<band>.+?)[-_. ]?{_DAY}")
_DAY_THEN_BAND = re.compile(rf"X?{_DAY}(?:T\d{{4,6}})?Z?[-_. ](?P<band>.+)")
_COUNTER = r"(?:ts|t|step|date|month|m)?[-_. ]?(?P<step>\d{1,3})"
_BAND_THEN_STEP = re.compile(rf"(?P<band>.+?)[-_. ]{_COUNTER}", re.IGNORECASE)
_STEP_THEN_BAND = re.compile(rf"X?{_COUNTER}[-_. ](?P<band>.+)", re.IGNORECASE)
_MOST_MONTHS = 24
"""More steps than this, and nothing but a start, are more likely to be something else."""


class _Found(NamedTuple):
    band: str
    at: Hashable
    """A date or a step."""


def is_wide(header: Header) -> bool:
    """Whether most bands of a table stand in columns of several dates or steps."""
    plain = sum(find_band(column) is not None for column in header.columns)
    _, series = _series(header)
    dated = sum(len(columns) for columns in series.values())
    return dated > plain and any(find_band(name) for name in series)


def read_wide(header: Header, options: SourceOptions) -> Sheet:
    """See a wide table as a long one.

    Raises:
        TableError: Two columns are the same band and date, or steps cannot be placed in time.
    """
    numbered_steps, series = _series(header)
    wide = wide_of(header, series)
    if not numbered_steps:
        days = np.array(wide.steps, dtype="datetime64[D]")
        return Sheet(header.path, wide.columns, loads_with(wide, days), unnamed(wide))
    start, end = first_of(wide.fixed, START), first_of(wide.fixed, END)
    if start is None or (end is None and len(wide.steps) > _MOST_MONTHS):
        wanted = START[0] if start is None else f"{END[0]} beside {start}"
        raise TableError(
            header.path,
            expected=f"a column {wanted} that places the {len(wide.steps)} steps of each sample",
            got=f"the columns {names_of(wide.fixed)}",
            advice="add it, or name columns by band and date, such as B04_2021-04-05",
        )
    steps = np.array(wide.steps, dtype=np.int64)
    after = steps - steps[0]

    def load(columns: Sequence[str], text: Iterable[str]) -> pd.DataFrame:
        frame = wide.read(columns, text, [start, end] if end else [start])
        if end is not None:
            days = spread(frame, start, end, after, header.path)
        else:
            days = calendar_steps(frame, start, after, "month", header.path)
        return wide.melt(frame, days, columns)

    placed = f"spread evenly from {start} to {end}" if end else f"taken as months from {start}"
    said = f"The {len(steps)} steps of each sample are {placed}."
    return Sheet(header.path, wide.columns, load, (said, *unnamed(wide)))


def _series(header: Header) -> tuple[bool, dict[str, dict[Hashable, str]]]:
    """Columns by band and date or, where there are more of these, by band and step.

    Raises:
        TableError: Two columns are the same band and date.
    """
    dated = _gathered(header, _dated)
    counted = _gathered(header, _counted)
    by_step = _n_bands(counted) > _n_bands(dated)
    return by_step, counted if by_step else dated


def _gathered(
    header: Header, understood: Callable[[str], _Found | None]
) -> dict[str, dict[Hashable, str]]:
    series: dict[str, dict[Hashable, str]] = {}
    for column in header.columns:
        found = None if column in header.nested else understood(column)
        if found is None:
            continue
        columns = series.setdefault(found.band, {})
        if found.at in columns and find_band(found.band) is not None:
            raise TableError(
                header.path,
                expected=f"one column for {found.band} and {found.at}",
                got=f"{columns[found.at]} and {column}",
                advice="drop one of them",
            )
        columns[found.at] = column
    return {band: columns for band, columns in series.items() if len(columns) > 1}


def _n_bands(series: dict[str, dict[Hashable, str]]) -> int:
    """Columns of bands that are known by name."""
    return sum(len(columns) for band, columns in series.items() if find_band(band))


def _dated(column: str) -> _Found | None:
    found = _BAND_THEN_DAY.fullmatch(column) or _DAY_THEN_BAND.fullmatch(column)
    if found is None:
        return None
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"] or 1))
    except ValueError:
        return None
    return _Found(_last_part(found["band"]), day)


def _counted(column: str) -> _Found | None:
    found = _BAND_THEN_STEP.fullmatch(column) or _STEP_THEN_BAND.fullmatch(column)
    return None if found is None else _Found(found["band"], int(found["step"]))


def _last_part(name: str) -> str:
    """The band at the end of a name that begins with that of a scene."""
    for match in re.finditer(r"(?:^|[-_. ])(?=[^-_. ])", name):
        if find_band(name[match.end() :]) is not None:
            return name[match.end() :]
    return name


__all__ = ["is_wide", "read_wide"]
