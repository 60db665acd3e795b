"""Screening, smoothing, indices and counting on the way to the model."""

from datetime import date, timedelta

import numpy as np
import pytest

from cropcore.cube import Acquisitions, Calendar, Preparation, SourceBands, Steps
from cropcore.cube.screening import residual_clouds
from cropcore.cube.whittaker import whittaker
from cropcore.errors import SettingError

START = date(2021, 3, 1)
BANDS = ("B02", "B04", "B08")
CALENDAR = Calendar(3, 1, 10, 6)
SOURCE = SourceBands("s2", BANDS)


def acquired(values, *offsets):
    days = tuple(START + timedelta(days=offset) for offset in offsets)
    return Acquisitions("s2", days, BANDS, ("reflectance",) * 3, np.asarray(values, np.float32))


def column(*values):
    return np.array(values, float)[:, None]


def test_a_bright_day_between_dark_ones_is_cloud():
    blue, red = column(0.04, 0.12, 0.05), column(0.06, 0.13, 0.07)
    assert residual_clouds(blue, red, np.array([0, 5, 10]))[:, 0].tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("blue", "red", "days"),
    [
        ((0.04, 0.06, 0.05), (0.06, 0.08, 0.07), (0, 5, 10)),  # within the tolerated rise
        ((0.04, 0.08, 0.09), (0.06, 0.10, 0.11), (0, 5, 10)),  # brighter, and stays so
        ((0.04, 0.09, 0.05), (0.05, 0.25, 0.06), (0, 5, 10)),  # soil: red rises far more
        ((0.04, 0.10, 0.05), (0.06, 0.12, 0.07), (0, 60, 120)),  # months apart
        ((0.30,), (0.30,), (0,)),  # alone: nothing to compare with
        ((0.04, 0.20), (0.05, 0.21), (3, 3)),  # two looks of one day
    ],
)
def test_what_is_no_cloud(blue, red, days):
    assert not residual_clouds(column(*blue), column(*red), np.array(days)).any()


def test_clouds_at_the_ends_and_in_a_row_are_found():
    blue = column(0.20, 0.04, 0.15, 0.18, 0.05, 0.22)
    found = residual_clouds(blue, blue, np.arange(6) * 5.0)
    assert found[:, 0].tolist() == [True, False, True, True, False, True]
    assert not residual_clouds(np.full((4, 1), np.nan), np.full((4, 1), np.nan), np.arange(4)).any()


def test_screened_observation_is_missing_and_not_counted():
    dark, bright = (0.04, 0.06, 0.40), (0.20, 0.21, 0.45)
    source = acquired([[dark], [bright], [dark]], 0, 20, 40)
    series, _ = Preparation(CALENDAR, (SOURCE,), steps=Steps(screening=True))([source], START)
    np.testing.assert_allclose(series[0, :, 0], 0.04, rtol=1e-5)
    plain, _ = Preparation(CALENDAR, (SOURCE,))([source], START)
    assert plain[0, 2, 0] == pytest.approx(0.20)
    assert Preparation(CALENDAR, (SOURCE,)).looks([source], START).tolist() == [[3]]
    screened = Preparation(CALENDAR, (SOURCE,), steps=Steps(screening=True))
    assert screened.looks([source], START).tolist() == [[2]]
    assert np.isfinite(source.values).all(), "what was given is left as it was"


def test_looks_outside_the_season_do_not_count():
    values = np.ones((3, 2, 3), np.float32)
    values[1, 0] = np.nan
    source = acquired(values, -30, 10, 40)
    assert Preparation(CALENDAR, (SOURCE,)).looks([source], START).tolist() == [[1, 2]]


def test_smoothing_is_the_published_solution():
    random = np.random.default_rng(0)
    values = random.normal(size=(12, 4))
    values[random.random(values.shape) < 0.3] = np.nan
    differences = np.diff(np.eye(12), n=2, axis=0)
    smooth = whittaker(values, 7.0)
    for given, found in zip(values.T, smooth.T, strict=True):
        clear = np.isfinite(given)
        system = np.diag(clear.astype(float)) + 7 * differences.T @ differences
        np.testing.assert_allclose(found, np.linalg.solve(system, np.where(clear, given, 0)))


def test_smoothing_keeps_lines_and_leaves_what_has_no_line():
    line = np.linspace(0, 1, 9)
    gappy = np.where(np.isin(np.arange(9), [0, 3, 4, 8]), line, np.nan)
    lonely = np.where(np.arange(9) == 4, 0.5, np.nan)
    values = np.stack([gappy, lonely, np.full(9, np.nan)], axis=1).astype(np.float32)
    smooth = whittaker(values, 100.0)
    np.testing.assert_allclose(smooth[:, 0], line, atol=1e-5)
    np.testing.assert_array_equal(smooth[:, 1:], values[:, 1:])
    assert smooth.dtype == np.float32


def test_a_smooth_curve_is_held_where_nothing_was_seen():
    """Continued straight on, a crop that greens up would have had less than no cover before."""
    source = acquired([[(0.1, 0.1, level)] for level in (0.2, 0.3, 0.4)], 20, 30, 40)
    steps = Steps(filling="whittaker", smoothness=1.0)
    series, _ = Preparation(CALENDAR, (SOURCE,), steps=steps)([source], START)
    expected = [0.2, 0.2, 0.2, 0.3, 0.4, 0.4]
    np.testing.assert_allclose(series[0, :, 2], expected, rtol=1e-5)


def test_clouds_are_screened_only_where_they_can_be_seen():
    with pytest.raises(SettingError, match="screening: expected a source with the bands B02 and"):
        Preparation(CALENDAR, (SourceBands("s1", ("VV", "VH")),), steps=Steps(screening=True))
    radar = SourceBands("s1", ("VV",))
    assert Preparation(CALENDAR, (radar, SOURCE), steps=Steps(screening=True)).steps.screening


def test_indices_stand_behind_the_bands():
    steps = Steps.parse({"indices": "NDVI, EVI", "filling": "whittaker"}, "steps")
    preparation = Preparation(CALENDAR, (SOURCE,), steps=steps)
    assert preparation.bands == (*BANDS, "NDVI", "EVI")
    values = np.random.default_rng(0).uniform(0.05, 0.4, (5, 7, 3))
    series, _ = preparation([acquired(values, 0, 12, 25, 33, 50)], START)
    assert series.shape == (7, 6, 5)
    red, nir = series[..., 1], series[..., 2]
    np.testing.assert_allclose(series[..., 3], (nir - red) / (nir + red), rtol=1e-5)


def test_impossible_indices_are_refused(tmp_path):
    from cropcore.samples import fit_preparation
    from cropcore.sources import open_source
    from cropcore.sources.base import SourceOptions
    from tests.tables import make_table

    path = tmp_path / "samples.csv"
    make_table().to_csv(path, index=False)
    source = open_source(path, SourceOptions())
    for names in (("EVI2", "NDMI"), ("NDVI", "NDVI"), ("nonsense",)):
        with pytest.raises((SettingError, LookupError, ValueError), match="index"):
            fit_preparation(source, steps=Steps(indices=names))
    assert fit_preparation(source, steps=Steps(indices=("NDVI",))).bands[-1] == "NDVI"
