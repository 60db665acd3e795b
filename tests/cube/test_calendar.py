"""Time inside a model: days since the season's start on a calendar without leap days."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cropcore.cube import Calendar, season_days
from cropcore.cube.calendar import MONTH, date_of, day_number, fit_calendar
from cropcore.errors import SettingError

DAYS = st.dates(date(1975, 1, 1), date(2060, 12, 31))
CALENDARS = st.builds(
    Calendar,
    month=st.integers(1, 12),
    day=st.integers(1, 28),
    period=st.floats(1, 60),
    n_dates=st.integers(1, 80),
)


def moved(day: date, years: int) -> date:
    """The same day of another year, as a person would say it."""
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year + years)


@given(DAYS, DAYS, st.integers(-3, 3))
def test_moving_by_whole_years_changes_no_day(day, start, years):
    assert season_days([day], start) == season_days([moved(day, years)], moved(start, years))


@given(st.lists(DAYS, min_size=1, max_size=20), CALENDARS, st.integers(-3, 3))
def test_moving_by_whole_years_changes_no_position(days, calendar, years):
    days = sorted(days)
    later = [moved(day, years) for day in days]
    start = calendar.season_start(days[0], days[-1])
    later_start = calendar.season_start(later[0], later[-1])
    assert later_start == start.replace(year=start.year + years)
    np.testing.assert_array_equal(
        calendar.positions(days, start), calendar.positions(later, later_start)
    )


@pytest.mark.parametrize("year", [2019, 2020, 2024, 2100])
def test_29_february_counts_as_28(year):
    february = day_number([date(2020, 2, 28), date(2020, 2, 29), date(2020, 3, 1)])
    assert february.tolist() == [february[0], february[0], february[0] + 1]
    assert day_number([date(year, 3, 1)]) - day_number([date(year, 2, 28)]) == 1


def test_every_year_has_365_days():
    firsts = day_number([date(year, 1, 1) for year in range(1999, 2030)])
    assert set(np.diff(firsts)) == {365}


@given(DAYS, st.integers(-800, 800))
def test_a_date_is_found_back_from_its_day(start, day):
    if (start.month, start.day) == (2, 29):
        start = start.replace(day=28)
    assert season_days([date_of(day, start)], start) == day


@given(CALENDARS, DAYS, st.integers(0, 700))
def test_no_other_year_covers_more_of_a_series(calendar, first, length):
    last = first + timedelta(days=length)
    start = calendar.season_start(first, last)
    assert (start.month, start.day) == (calendar.month, calendar.day)

    def covered(begin):
        low, high = season_days([first, last], begin)
        half = calendar.period / 2
        return min(high, calendar.n_dates * calendar.period - half) - max(low, -half)

    others = [start.replace(year=start.year + years) for years in (-2, -1, 1, 2)]
    assert covered(start) >= max(covered(other) for other in others) - 1e-9


@pytest.mark.parametrize(
    ("first", "last", "season"),
    [
        (date(2020, 9, 1), date(2021, 8, 20), date(2020, 9, 1)),
        (date(2020, 8, 5), date(2021, 6, 1), date(2020, 9, 1)),
        (date(2021, 3, 1), date(2021, 7, 1), date(2020, 9, 1)),
        (date(2021, 6, 1), date(2022, 6, 1), date(2021, 9, 1)),
    ],
)
def test_the_season_is_the_one_that_covers_most(first, last, season):
    assert Calendar(9, 1, 10, 36).season_start(first, last) == season


def test_an_archive_that_begins_in_winter_finds_its_summer():
    """A model of March to October, imagery from January to December of another year."""
    calendar = Calendar(3, 5, 10, 24)
    assert calendar.season_start(date(2022, 1, 5), date(2022, 12, 28)) == date(2022, 3, 5)


def test_what_the_data_say_of_the_season_counts():
    calendar = Calendar(1, 1, 10, 36)
    first, last = date(2021, 3, 1), date(2023, 10, 30)
    assert calendar.season_start(first, last, date(2022, 1, 1)) == date(2022, 1, 1)
    assert calendar.season_start(first, last, date(2021, 12, 20)) == date(2022, 1, 1)


def test_a_season_that_begins_before_the_imagery():
    """The year starts in January, the first acquisition is of March."""
    timeline = tuple(date(2021, 3, 1) + timedelta(days=10 * number) for number in range(24))
    calendar = fit_calendar([timeline], start=(1, 1))
    start = calendar.season_start(timeline[0], timeline[-1], date(2021, 1, 1))
    assert start == date(2021, 1, 1)
    assert (calendar.positions(timeline, start) >= 0).all()


def test_a_chosen_start_within_the_year_takes_the_longer_part():
    timeline = tuple(date(2021, 1, 3) + timedelta(days=10 * number) for number in range(36))
    calendar = fit_calendar([timeline], start=(4, 1))
    assert calendar.season_start(timeline[0], timeline[-1]) == date(2021, 4, 1)
    assert calendar.n_dates == 27


@pytest.mark.parametrize(("month", "day"), [(2, 29), (13, 1), (0, 1), (4, 31), (6, 0)])
def test_starts_that_are_no_day_of_every_year_are_refused(month, day):
    with pytest.raises(SettingError, match="season start"):
        Calendar(month, day, 10, 5)


@given(CALENDARS, DAYS, st.lists(st.integers(-60, 900), min_size=1, max_size=30))
def test_a_position_is_the_nearest_regular_date(calendar, any_day, offsets):
    start = calendar.season_start(any_day, any_day)
    dates = [start + timedelta(days=offset) for offset in offsets]
    days = season_days(dates, start)
    for day, position in zip(days, calendar.positions(dates, start), strict=True):
        distance = np.abs(calendar.days.astype(np.float64) - day)
        if position < 0:
            assert distance.min() >= calendar.period / 2 - 1e-3
        else:
            assert distance[position] <= distance.min() + 1e-3


def test_regular_dates_are_calendar_dates():
    dates = Calendar(12, 1, 10, 4).dates(date(2019, 12, 1))
    assert dates == (date(2019, 12, 1), date(2019, 12, 11), date(2019, 12, 21), date(2019, 12, 31))


@pytest.mark.parametrize(("period", "n_dates"), [(0, 3), (-1, 3), (10, 0), (0.1, 5000)])
def test_impossible_calendars_are_refused(period, n_dates):
    with pytest.raises(SettingError, match="composite period: expected a period in days"):
        Calendar(1, 1, period, n_dates)


def monthly(year: int, month: int, n: int) -> tuple[date, ...]:
    months = [(year * 12 + month - 1 + number) for number in range(n)]
    return tuple(date(number // 12, number % 12 + 1, 1) for number in months)


def test_monthly_series_get_a_monthly_calendar():
    calendar = fit_calendar([monthly(2021, 9, 17)])
    assert (calendar.month, calendar.day, calendar.n_dates) == (9, 1, 17)
    assert calendar.period == MONTH
    positions = calendar.positions(monthly(2021, 9, 17), date(2021, 9, 1))
    np.testing.assert_array_equal(positions, np.arange(17))


def test_dense_series_get_ten_days():
    timeline = tuple(date(2022, 3, 1) + timedelta(days=5 * number) for number in range(40))
    calendar = fit_calendar([timeline])
    assert (calendar.month, calendar.day, calendar.period) == (3, 1, 10)
    assert calendar.n_dates == 21  # day 195 is nearest to day 200


def test_the_season_starts_where_most_series_begin_around_new_year():
    firsts = [date(2020, 12, 28), date(2019, 1, 3), date(2022, 1, 10)]
    timelines = [(first, first + timedelta(days=100)) for first in firsts]
    calendar = fit_calendar(timelines)
    assert (calendar.month, calendar.day) == (12, 28)
    assert calendar.season_start(date(2019, 1, 3), date(2019, 4, 1)) == date(2018, 12, 28)


@given(st.lists(DAYS, min_size=1, max_size=6), st.integers(1, 300), st.integers(-3, 3))
def test_the_same_calendar_fits_all_years(firsts, length, years):
    timelines = [(first, first + timedelta(days=length)) for first in firsts]
    later = [tuple(moved(day, years) for day in timeline) for timeline in timelines]
    assert fit_calendar(timelines) == fit_calendar(later) or any(
        (day.month, day.day) == (2, 29) for timeline in timelines for day in timeline
    )


def test_a_chosen_start_and_period_are_kept():
    calendar = fit_calendar([monthly(2021, 9, 12)], start=(2, 29), period=5)
    assert (calendar.month, calendar.day, calendar.period) == (2, 28, 5)
