"""The one path from acquisitions to model input."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.cube import Acquisitions, Calendar, Preparation, SourceBands, Steps
from cropcore.errors import RunError, SettingError

START = date(2021, 3, 1)
CALENDAR = Calendar(3, 1, 10, 6)
OPTICAL = SourceBands("optical", ("B04", "B08"))
RADAR = SourceBands("radar", ("VV",))
LATE = Preparation(
    CALENDAR,
    (replace(OPTICAL, calendar=CALENDAR.every(12)), replace(RADAR, calendar=CALENDAR.every(6))),
    "late",
    Steps(indices=("NDVI",)),
)


def optical(values, dates, bands=("B04", "B08")):
    return Acquisitions("optical", dates, bands, ("reflectance",) * len(bands), values)


def radar(values, dates):
    return Acquisitions("radar", dates, ("VV",), ("dB",), values)


def days(*offsets):
    return tuple(START + timedelta(days=offset) for offset in offsets)


def clouded(rng, *shape):
    values = rng.random(shape, dtype=np.float32)
    values[rng.random(shape) < 0.4] = np.nan
    return values


def test_sources_keep_their_dates_and_stand_side_by_side():
    s2 = optical(np.array([[[0.1, 0.2]], [[0.3, 0.4]]], np.float32), days(0, 50))
    s1 = radar(np.array([[[-12.0]]], np.float32), days(20))
    series, clear = Preparation(CALENDAR, (OPTICAL, RADAR))([s2, s1], START)
    assert series.shape == (1, 6, 3)
    assert series.dtype == np.float32
    np.testing.assert_allclose(series[0, :, 0], np.linspace(0.1, 0.3, 6), rtol=1e-5)
    np.testing.assert_array_equal(series[0, :, 2], np.full(6, -12, np.float32))
    assert clear.tolist() == [True]


def test_bands_come_in_the_order_of_the_model():
    values = np.array([[[0.1, 0.2, 0.3]]], np.float32)
    source = optical(values, days(0), ("B08", "B02", "B04"))
    series, _ = Preparation(CALENDAR, (OPTICAL,))([source], START)
    np.testing.assert_allclose(series[0, 0], [0.3, 0.1])


def test_bands_of_another_sensor_are_found_by_common_name():
    source = optical(np.array([[[0.1, 0.2]]], np.float32), days(0), ("nir", "red"))
    series, _ = Preparation(CALENDAR, (OPTICAL,))([source], START)
    np.testing.assert_allclose(series[0, 0], [0.2, 0.1])


def test_another_name_of_the_source_will_do():
    source = Acquisitions(
        "sentinel-2", days(0), OPTICAL.bands, ("reflectance",) * 2, np.ones((1, 1, 2), np.float32)
    )
    series, _ = Preparation(CALENDAR, (OPTICAL,))([source], START)
    assert np.isfinite(series).all()


def test_a_missing_band_is_named():
    preparation = Preparation(CALENDAR, (OPTICAL, RADAR))
    with pytest.raises(RunError, match="expected the bands VV of radar that the model"):
        preparation([optical(np.ones((1, 1, 2), np.float32), days(0))], START)


def test_free_axes_are_flattened():
    rng = np.random.default_rng(0)
    block = rng.random((3, 2, 4, 2), dtype=np.float32)  # (time, y, x, band)
    preparation = Preparation(CALENDAR, (OPTICAL,))
    series, clear = preparation([optical(block, days(0, 11, 48))], START)
    flat, _ = preparation([optical(block.reshape(3, 8, 2), days(0, 11, 48))], START)
    np.testing.assert_array_equal(series, flat)
    assert clear.shape == (8,)


def test_never_clear_is_told():
    values = np.full((2, 3, 2), np.nan, np.float32)
    values[1, 1, 0] = 0.5
    values[0, 2] = 0.5
    series, clear = Preparation(CALENDAR, (OPTICAL,))([optical(values, days(0, 10))], START)
    assert clear.tolist() == [False, True, True]
    assert np.isnan(series[1, :, 1]).all()


def test_what_lies_outside_the_season_does_not_count():
    values = np.full((1, 1, 2), 0.5, np.float32)
    _, clear = Preparation(CALENDAR, (OPTICAL,))([optical(values, days(300))], START)
    assert not clear.any()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(2, 12))
def test_a_pixel_does_not_depend_on_its_batch(seed, n_pixels, n_dates):
    rng = np.random.default_rng(seed)
    dates = days(*sorted(rng.integers(-10, 70, n_dates).tolist()))
    s2 = clouded(rng, n_dates, n_pixels, 2)
    s1 = (clouded(rng, n_dates, n_pixels, 1) * 20 - 25).astype(np.float32)
    preparation = Preparation(CALENDAR, (OPTICAL, RADAR))
    together, clear = preparation([optical(s2, dates), radar(s1, dates)], START)
    for pixel in range(n_pixels):
        one = slice(pixel, pixel + 1)
        alone, seen = preparation([optical(s2[:, one], dates), radar(s1[:, one], dates)], START)
        np.testing.assert_array_equal(alone[0], together[pixel])
        assert seen[0] == clear[pixel]


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(-3, 3))
def test_moving_all_years_changes_nothing(seed, years):
    rng = np.random.default_rng(seed)
    values = clouded(rng, 8, 5, 2)
    dates = days(*sorted(rng.integers(0, 700, 8).tolist()))
    dates = tuple(day.replace(day=min(day.day, 28)) for day in dates)
    later = tuple(day.replace(year=day.year + years) for day in dates)
    own = (replace(OPTICAL, calendar=Calendar(3, 1, 16, 44)), replace(RADAR, calendar=CALENDAR))
    for preparation in (
        Preparation(Calendar(3, 1, 10, 70), (OPTICAL, RADAR)),
        Preparation(Calendar(3, 1, 10, 70), own, "late"),
    ):
        here, there = (
            preparation([optical(values, seen), radar(values[..., :1], seen)], start)
            for seen, start in ((dates, START), (later, START.replace(year=START.year + years)))
        )
        np.testing.assert_array_equal(here[0], there[0])
        np.testing.assert_array_equal(here[1], there[1])


def test_two_sources_alike_are_told_apart_by_name_or_not_at_all():
    """A model of two radars must not see one of them twice."""
    ascending, descending = (SourceBands(name, ("VV",)) for name in ("s1_asc", "s1_desc"))
    preparation = Preparation(CALENDAR, (ascending, descending))

    def seen(name, value):
        values = np.full((1, 1, 1), value, np.float32)
        return Acquisitions(name, days(0), ("VV",), ("dB",), values)

    series, _ = preparation([seen("s1_desc", -15), seen("s1_asc", -5)], START)
    assert series[0, 0].tolist() == [-5, -15]
    series, _ = preparation([seen("other", -15), seen("s1_asc", -5)], START)
    assert series[0, 0].tolist() == [-5, -15]
    with pytest.raises(RunError, match="2 sources that could be s1_asc"):
        preparation([seen("one", -5), seen("two", -15)], START)


def test_pixel_that_a_source_never_saw_is_not_clear():
    s2 = optical(np.full((1, 2, 2), 0.1, np.float32), days(0))
    s1 = radar(np.array([[[-12.0], [np.nan]]], np.float32), days(20))
    _, clear = Preparation(CALENDAR, (OPTICAL, RADAR))([s2, s1], START)
    assert clear.tolist() == [True, False]


def test_late_fusion_keeps_each_source_on_its_own_dates():
    s2 = optical(np.array([[[0.1, 0.3]], [[0.2, 0.6]]], np.float32), days(0, 48))
    s1 = radar(np.array([[[-12.0]], [[-18.0]]], np.float32), days(0, 54))
    series, clear = LATE([s2, s1], START)
    assert LATE.shape == series.shape[1:] == (10, 4)
    assert [(item.name, item.bands, item.columns) for item in LATE.inputs] == [
        ("optical", ("B04", "B08", "NDVI"), (0, 1, 3)), ("radar", ("VV",), (2,)),
    ]  # fmt: skip
    seen, heard = (item.take(series)[0] for item in LATE.inputs)
    np.testing.assert_allclose(seen[:, 0], [*np.linspace(0.1, 0.2, 5), 0.2], rtol=1e-5)
    np.testing.assert_allclose(seen[:, 2], 0.5, rtol=1e-5)
    np.testing.assert_allclose(heard[:, 0], np.linspace(-12, -18, 10), rtol=1e-5)
    assert np.isnan(series[0, 6:, [0, 1, 3]]).all(), "padding"
    assert clear.tolist() == [True]
    assert LATE.looks([s2, s1], START).tolist() == [[2], [2]]
    assert LATE.dates(START) == tuple(sorted({*days(*range(0, 61, 12)), *days(*range(0, 55, 6))}))


def test_late_fusion_leaves_out_what_a_source_never_saw():
    s2 = optical(np.full((1, 3, 2), 0.1, np.float32), days(0))
    s2.values[0, 0] = np.nan
    s1 = radar(np.array([[[-12.0], [np.nan], [-12.0]]], np.float32), days(20))
    _, clear = LATE([s2, s1], START)
    assert clear.tolist() == [False, False, True]


def test_early_fusion_is_one_input():
    (whole,) = Preparation(CALENDAR, (OPTICAL, RADAR)).inputs
    series = np.random.default_rng(0).random((2, 6, 3))
    assert (whole.name, whole.calendar, whole.bands) == ("series", CALENDAR, ("B04", "B08", "VV"))
    np.testing.assert_array_equal(whole.take(series), series)


@pytest.mark.parametrize(
    ("sources", "fusion", "message"),
    [
        ((OPTICAL, RADAR), "late", "without such dates"),
        ((replace(OPTICAL, calendar=CALENDAR),), "late", "got 1"),
        (
            (replace(OPTICAL, calendar=CALENDAR), replace(RADAR, calendar=Calendar(4, 1, 10, 6))),
            "late",
            "the same season",
        ),
        ((OPTICAL, replace(RADAR, calendar=CALENDAR)), "early", "a source with dates of its own"),
    ],
)
def test_dates_that_do_not_suit_the_fusion_are_refused(sources, fusion, message):
    with pytest.raises(SettingError, match=message):
        Preparation(CALENDAR, sources, fusion)


@given(st.floats(1, 60), st.integers(1, 40), st.floats(10, 60))
def test_a_season_in_other_steps_has_the_same_days(period, n_dates, other):
    calendar = Calendar(3, 1, period, n_dates)
    anew = calendar.every(other)
    within = [day for day in days(*range(int(period * n_dates) + 5)) if day.year == 2021]
    kept = calendar.positions(within, START) >= 0
    assert (anew.positions(within, START)[kept] >= 0).all()
    assert (anew.n_dates - 1.5) * other < (n_dates - 0.5) * period, "no date too many"
    assert calendar.every(period) == calendar


def test_imagery_finds_its_dates_by_name_or_bands():
    assert LATE.calendar_of("radar", ("VV", "VH")).period == 6
    assert LATE.calendar_of("sentinel-1", ("VH", "VV")).period == 6
    assert LATE.calendar_of("s2", ("B02", "B04", "B08")).period == 12
    assert LATE.calendar_of("optical", ("B02",)) is None
