"""Columns of dates, in the ways that people and programs write them."""

import re
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from cropcore.errors import TableError

_YEARS = (1970, 2100)
_DIGITS = re.compile(r"[0-9]{6,13}")
_PARTS = re.compile(r"(?P<first>[0-9]{1,2})(?P<mark>[/.-])(?P<second>[0-9]{1,2})(?P=mark)[0-9]{4}")
_WORDED = ("%Y-%j", "A%Y%j", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
"""Tried beside ISO 8601, day of the year as MODIS counts it among them."""
_NUMBERED = {6: "%Y%m", 7: "%Y%j", 8: "%Y%m%d"}
"""By the number of digits."""
_CLOCKS: dict[int, Literal["s", "ms"]] = {9: "s", 10: "s", 11: "ms", 12: "ms", 13: "ms"}
"""Since 1970-01-01, by the number of digits, as Google Earth Engine's ``system:time_start``."""
_DAY_FIRST, _MONTH_FIRST = "%d{0}%m{0}%Y", "%m{0}%d{0}%Y"


def as_days(column: pd.Series, path: Path) -> np.ndarray:
    """Read a column of dates, datetime64[D] (row,); what could be read two ways is refused.

    Raises:
        TableError: As :func:`read_days`, or day and month can only be guessed.
    """
    days, guess = read_days(column, path)
    if guess:
        raise _ambiguous(column, path)
    return days


def read_days(column: pd.Series, path: Path) -> tuple[np.ndarray, str]:
    """Read a column of dates: ISO text, timestamps, numbers such as 20210405, or as people write.

    Where 01/09/2021 could be the 1st of September or the 9th of January, and one of both numbers
    is the same in all rows, that one is taken for the day: monthly series are written so.

    Returns:
        datetime64[D] (row,), and a sentence on what was guessed, empty where nothing was.

    Raises:
        TableError: A date is missing, cannot be read, lies outside 1970–2100, or could be read
            two ways.
    """
    distinct_codes, distinct = pd.factorize(column, use_na_sentinel=False)
    plain = pd.Series(distinct)
    guess = ""
    if pd.api.types.is_datetime64_any_dtype(plain):
        parsed = pd.to_datetime(plain, utc=True)
    else:
        text = _text(plain)
        parsed = _parsed(text)
        parts = text.str.fullmatch(_PARTS.pattern).fillna(value=False).astype(bool)
        if parsed.notna().sum() < parts.sum():
            order, guessed = _order(text[parts], column, path)
            parsed = pd.to_datetime(text, format=order, errors="coerce", utc=True)
            if guessed:
                first = "day, month, year" if order.startswith("%d") else "month, day, year"
                guess = f"Dates such as {text[parts].iloc[0]} are taken as {first}."
    odd = np.asarray(~parsed.dt.year.between(*_YEARS).fillna(value=False), dtype=bool)
    if odd.any():
        row = int(np.argmax(odd[distinct_codes]))
        raise TableError(
            f"{path}, row {int(column.index[row]) + 1} of the data, column {column.name}",
            expected=f"a date such as 2021-04-05 in the years {_YEARS[0]} to {_YEARS[1]}",
            got=repr(str(column.iloc[row])[:40]),
            advice="write dates as YYYY-MM-DD",
        )
    days = parsed.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    return np.asarray(days[distinct_codes]), guess


def _text(plain: pd.Series) -> pd.Series:
    """Dates as text; whole numbers without a decimal point."""
    if pd.api.types.is_numeric_dtype(plain):
        whole = plain.where((plain % 1 == 0) & (plain.abs() < 1e15))
        return whole.astype("Int64").astype("string")
    text = plain.astype("string").str.strip()
    return text.str.replace(r"^([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})[ T].*$", r"\1", regex=True)


def _parsed(text: pd.Series) -> pd.Series:
    """The reading that makes most of the dates out."""
    digits = text.str.fullmatch(_DIGITS.pattern).fillna(value=False).astype(bool)
    if 2 * digits.sum() > text.notna().sum():
        n_digits = int(text[digits].str.len().mode().iloc[0])
        same = text.where(digits & (text.str.len() == n_digits))
        if n_digits in _CLOCKS:
            ticks = pd.to_numeric(same).to_numpy(dtype=np.float64, na_value=np.nan)
            stamps = pd.to_datetime(ticks, unit=_CLOCKS[n_digits], errors="coerce", utc=True)
            return pd.Series(stamps)
        return pd.to_datetime(same, format=_NUMBERED[n_digits], errors="coerce", utc=True)
    best = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
    for written in _WORDED if best.isna().any() else ():
        other = pd.to_datetime(text, format=written, errors="coerce", utc=True)
        best = other if other.notna().sum() > best.notna().sum() else best
    return best


def _order(text: pd.Series, column: pd.Series, path: Path) -> tuple[str, bool]:
    """Whether the day or the month comes first, as a format; and whether that is a guess."""
    parts = text.str.extract(_PARTS.pattern)
    first, second = (parts[name].astype(int) for name in ("first", "second"))
    mark = parts["mark"].iloc[0]
    day_first, month_first = _DAY_FIRST.format(mark), _MONTH_FIRST.format(mark)
    if (first > 12).any() or mark == ".":
        return day_first, False
    if (second > 12).any():
        return month_first, False
    if first.nunique() == 1 < second.nunique():
        return day_first, True
    if second.nunique() == 1 < first.nunique():
        return month_first, True
    raise _ambiguous(column, path)


def _ambiguous(column: pd.Series, path: Path) -> TableError:
    return TableError(
        f"{path}, column {column.name}",
        expected="dates that can be read one way only",
        got=f"{str(column.iloc[0])[:40]!r}, in which day and month could be either",
        advice="write dates as YYYY-MM-DD",
    )


__all__ = ["as_days", "read_days"]
