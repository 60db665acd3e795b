"""Which points are placed well enough and were seen in the season, by their own columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cropcore.cube import Grid
from cropcore.sources.region.label_metres import pixel_side
from cropcore.sources.region.label_values import choose_column, plain_text

_ACCURACY = ("accuracy_m",)
_DATE = ("date",)
_SHORTEST_DATE = 8
"""Letters of 20230501; a year alone is no day."""


@dataclass(frozen=True)
class FitPoints:
    """Points to use."""

    kept: np.ndarray
    """Whether each point is used, bool (point,)."""
    notes: tuple[str, ...]
    """What was left out, a sentence each."""


def fit_points(
    name: str,
    table: pd.DataFrame,
    grid: Grid,
    *,
    max_error: float | None,
    season: tuple[date, date] | None,
) -> FitPoints:
    """Leave out points that may lie in another pixel or were observed in another season.

    Points whose accuracy or date is not known are kept.

    Args:
        name: Of their file, for the notes.
        table: Their attributes; ``accuracy_m`` and ``date`` are looked at.
        grid: Of the imagery.
        max_error: Largest accuracy, metres; half a pixel's side where not given.
        season: Its first and last day; any day will do where ``None``.
    """
    columns = [str(column) for column in table.columns]
    kept = np.ones(len(table), dtype=bool)
    notes = []
    accuracy = choose_column(name, columns, None, _ACCURACY, "accuracies")
    if accuracy is not None:
        limit = pixel_side(grid) / 2 if max_error is None else max_error
        texts = table[accuracy].map(plain_text)
        error = pd.to_numeric(texts, errors="coerce").to_numpy(float)
        vague = np.abs(error) > limit
        kept &= ~vague
        unread = texts[np.isnan(error) & (texts != "").to_numpy()].tolist()
        notes += _kept_unread(name, table, "accuracy", unread)
        if vague.any():
            what = "half a pixel" if max_error is None else "max_error"
            notes.append(
                f"{name}: {vague.sum()} of {len(table)} points left out: placed less well than to "
                f"{limit:g} m ({what})."
            )
    dated = choose_column(name, columns, None, _DATE, "dates")
    if dated is not None and season is not None:
        days, unread = _days(table[dated].tolist())
        first, last = (np.datetime64(day) for day in season)
        outside = ~np.isnat(days) & ((days < first) | (days > last))
        kept &= ~outside
        if outside.any():
            notes.append(
                f"{name}: {outside.sum()} of {len(table)} points left out: observed outside the "
                f"season ({season[0]} to {season[1]})."
            )
        notes += _kept_unread(name, table, "date", unread)
    return FitPoints(kept, tuple(notes))


def _kept_unread(name: str, table: pd.DataFrame, what: str, texts: list[str]) -> list[str]:
    if not texts:
        return []
    return [
        f"{name}: {len(texts)} of {len(table)} points kept whose {what} cannot be read, such as "
        f"{texts[0][:20]!r}."
    ]


def _days(values: Sequence[object]) -> tuple[np.ndarray, list[str]]:
    """Days, datetime64[D] with NaT where there is none, and what could not be read."""
    texts = pd.Series([plain_text(value) for value in values], dtype=str)
    whole = texts.where(texts.str.len() >= _SHORTEST_DATE, "")
    times = pd.to_datetime(whole, errors="coerce", format="ISO8601", utc=True)
    days = times.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    return days, texts[np.isnat(days) & (texts != "").to_numpy()].tolist()


__all__ = ["FitPoints", "fit_points"]
