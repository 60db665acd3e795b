"""Dates of a wide table whose columns count steps: from the sample's own first and last day."""

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from cropcore.errors import TableError
from cropcore.sources.table.days import as_days

START = ("start_date", "season_start")
"""Columns that say on which day a sample's series begins."""
END = ("end_date", "season_end")
"""Columns that say on which day it ends."""
Frequency = Literal["month", "dekad"]
"""Steps that begin on the 1st of each month, or on the 1st, 11th and 21st."""


def spread(frame: pd.DataFrame, start: str, end: str, after: np.ndarray, path: Path) -> np.ndarray:
    """Dates spread evenly from the first day to the last, datetime64[D] (row, step).

    Args:
        frame: Rows of the file.
        start: Column of first days.
        end: Column of last days.
        after: Steps after the first, ascending, int (step,).
        path: The file, for messages.

    Raises:
        TableError: A day cannot be read, or a series ends before it begins.
    """
    first, last = as_days(frame[start], path), as_days(frame[end], path)
    if (last < first).any():
        row = int(np.argmax(last < first))
        raise TableError(
            f"{path}, row {row + 1} of the data",
            expected=f"an {end} that comes after {start}",
            got=f"{first[row]} to {last[row]}",
            advice="correct the dates",
        )
    share = after / max(int(after[-1]), 1)
    days = (last - first).astype(np.int64)[:, None] * share
    return np.asarray(first[:, None] + np.rint(days).astype("timedelta64[D]"))


def calendar_steps(
    frame: pd.DataFrame, start: str, after: np.ndarray, frequency: Frequency, path: Path
) -> np.ndarray:
    """First days of the months or dekads counted from that of the first day, datetime64[D].

    Args:
        frame: Rows of the file.
        start: Column of first days.
        after: Steps after the first, int (step,).
        frequency: Whether steps are months or dekads.
        path: The file, for messages.

    Raises:
        TableError: A day cannot be read.
    """
    first = as_days(frame[start], path)
    months = first.astype("datetime64[M]").astype(np.int64)[:, None]
    if frequency == "month":
        return (months + after).astype("datetime64[M]").astype("datetime64[D]")
    in_month = (first - first.astype("datetime64[M]")).astype(np.int64)[:, None]
    dekads = 3 * months + np.minimum(in_month // 10, 2) + after
    days = (dekads // 3).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(days + 10 * (dekads % 3))


__all__ = ["END", "START", "Frequency", "calendar_steps", "spread"]
