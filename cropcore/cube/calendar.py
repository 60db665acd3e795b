"""Time inside a model: days since the season's start, in years of 365 days.

29 February counts as 28 February. So every year has the same days, several years overlay each
other, and moving all dates by whole years changes no number anywhere downstream.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from cropcore.errors import SettingError

_BEFORE_MONTH = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
DEFAULT_PERIOD = 10.0
MONTH = 365 / 12
MAX_DATES = 400


def day_number(dates: Iterable[date]) -> np.ndarray:
    """Days on the 365-day calendar, int64; differences between them are what counts."""
    days = np.array(list(dates), dtype="datetime64[D]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    months = days.astype("datetime64[M]").astype(np.int64) % 12
    in_month = (days - days.astype("datetime64[M]")).astype(np.int64)
    february_29 = (months == 1) & (in_month == 28)
    return np.asarray(365 * years + _BEFORE_MONTH[months] + in_month - february_29)


def season_days(dates: Iterable[date], start: date) -> np.ndarray:
    """Days since ``start`` on the 365-day calendar, int64, one per date."""
    return np.asarray(day_number(dates) - day_number([start])[0])


def date_of(day: float, start: date) -> date:
    """The calendar date that lies ``day`` days of a 365-day year after ``start``."""
    number = int(day_number([start])[0] + round(day))
    year, in_year = divmod(number, 365)
    month = int(np.searchsorted(_BEFORE_MONTH, in_year, side="right"))
    return date(year, month, int(in_year - _BEFORE_MONTH[month - 1]) + 1)


@dataclass(frozen=True)
class Calendar:
    """The regular dates of one model's input.

    The date at position *k* stands for the acquisitions nearer to day ``k * period`` than to any
    other regular date.

    Raises:
        SettingError: The period is not positive, the dates are none or too many, or the start is
            no day of every year.
    """

    month: int
    """Month in which the season starts, 1–12."""
    day: int
    """Day of that month, 1–31; never 29 February."""
    period: float
    """Days between regular dates."""
    n_dates: int
    """Number of regular dates."""

    def __post_init__(self) -> None:
        in_month = 28 if self.month == 2 else 30 if self.month in (4, 6, 9, 11) else 31
        if not (1 <= self.month <= 12 and 1 <= self.day <= in_month):
            raise SettingError(
                "season start",
                expected="a month and a day other than 29 February",
                got=f"{self.month:02d}-{self.day:02d}",
                advice="correct the season's start",
            )
        if not (0 < self.period <= 366 and 1 <= self.n_dates <= MAX_DATES):
            raise SettingError(
                "composite period",
                expected=f"a period in days that gives 1 to {MAX_DATES} dates",
                got=f"{self.period:g} days and {self.n_dates} dates",
                advice="choose another --period, or look for a stray date in the data",
            )

    @property
    def days(self) -> np.ndarray:
        """Days since the season's start, float32, shape (date,)."""
        return np.asarray(np.arange(self.n_dates) * self.period, dtype=np.float32)

    def season_start(self, first: date, last: date, said: date | None = None) -> date:
        """The season that a series belongs to, by its first day.

        Args:
            first: First acquisition of the series.
            last: Its last acquisition.
            said: First day of the season where the data say it; then the anniversary nearest to
                it is taken, else the one whose regular dates cover most of the series.
        """
        days = [first, last] if said is None else [first, last, said]
        reach = int(self.n_dates * self.period // 365) + 1
        years = range(min(days).year - reach, max(days).year + 2)
        starts = [date(year, self.month, self.day) for year in years]
        if said is not None:
            return min(starts, key=lambda start: abs(int(season_days([said], start)[0])))
        return max(starts, key=lambda start: self._suits(first, last, start))

    def _suits(self, first: date, last: date, start: date) -> tuple[float, int]:
        """Days of a series that a season covers; of equals, the one that begins nearest to it."""
        begin, end = (int(day) for day in season_days([first, last], start))
        half = self.period / 2
        covered = min(end, self.n_dates * self.period - half) - max(begin, -half)
        return covered, -abs(begin)

    def own_start(self, start: date) -> date:
        """The first day of its own season that is nearest to the first day of another's."""
        years = (start.year - 1, start.year, start.year + 1)
        found = (date(year, self.month, self.day) for year in years)
        return min(found, key=lambda own: abs((own - start).days))

    def positions(self, dates: Iterable[date], start: date) -> np.ndarray:
        """Regular date that each acquisition falls on, int64; −1 where it lies outside."""
        nearest = np.floor(season_days(dates, start) / self.period + 0.5).astype(np.int64)
        return np.where((nearest >= 0) & (nearest < self.n_dates), nearest, -1)

    def dates(self, start: date) -> tuple[date, ...]:
        """The regular dates of the season that begins on ``start``."""
        return tuple(date_of(float(day), start) for day in self.days)

    def every(self, period: float) -> "Calendar":
        """The same season in steps of another length; days that fall on a date here do there."""
        reach = (self.n_dates - 0.5) * self.period  # the first day after the last date's
        n_dates = int(np.ceil(reach / period + 0.5 - 1e-9))
        return replace(self, period=period, n_dates=n_dates)


def fit_calendar(
    timelines: Sequence[Sequence[date]],
    *,
    start: tuple[int, int] | None = None,
    period: float | None = None,
) -> Calendar:
    """The calendar that covers the given series.

    Args:
        timelines: Acquisition dates of each series, ascending, none empty.
        start: Month and day of the season's start; by default the earliest day of the year on
            which a series begins, counted around the circle of the year.
        period: Days between regular dates; by default 10, or the usual distance between
            acquisitions where that is longer (a twelfth of a year for monthly ones).
    """
    if start is None:
        start = _common_start([timeline[0] for timeline in timelines])
    month, day = (2, 28) if start == (2, 29) else start
    if period is None:
        period = usual_period(timelines)
    year = Calendar(month, day, period, max(int(365 // period), 1) if period > 0 else 1)
    spans = {(timeline[0], timeline[-1]) for timeline in timelines}
    last = max(season_days([end], year.season_start(begin, end))[0] for begin, end in sorted(spans))
    return Calendar(month, day, period, int(np.floor(max(last, 0) / period + 0.5)) + 1)


def _common_start(firsts: Sequence[date]) -> tuple[int, int]:
    days = day_number(firsts) % 365
    angle = days * (2 * np.pi / 365)
    middle = np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()) * (365 / (2 * np.pi))
    offset = (days - middle + 182.5) % 365
    earliest = firsts[int(np.argmin(offset))]
    return earliest.month, earliest.day


def usual_period(timelines: Sequence[Sequence[date]]) -> float:
    """The usual distance between acquisitions, days; 10 at least, a twelfth of a year if monthly.

    Args:
        timelines: Acquisition dates of each series, ascending; some may be empty.
    """
    gaps = [np.diff(day_number(timeline)) for timeline in timelines if len(timeline) > 1]
    gaps = [gap[gap > 0] for gap in gaps]
    joined = np.concatenate(gaps) if gaps else np.array([], dtype=np.int64)
    usual = float(np.median(joined)) if joined.size else DEFAULT_PERIOD
    if 28 <= usual <= 31:
        return MONTH
    return max(DEFAULT_PERIOD, usual)


__all__ = ["Calendar", "date_of", "day_number", "fit_calendar", "season_days", "usual_period"]
