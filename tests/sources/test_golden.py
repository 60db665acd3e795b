"""Figures worked out by hand, from the numbers in a file to the input of a model."""

from datetime import date, timedelta

import numpy as np
import pytest

from cropcore.cube import Acquisitions, Calendar, Grid, Preparation, SourceBands, Steps
from cropcore.cube.compositing import composite, fill_gaps
from cropcore.cube.indices import compute_index
from cropcore.cube.radar import LeeFilter
from cropcore.cube.resampling import Warp
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from tests.building import CLEAR, CLOUD, transform, write_raster

START = date(2021, 4, 1)
NAN = float("nan")


def days(*offsets: int) -> tuple[date, ...]:
    return tuple(START + timedelta(days=offset) for offset in offsets)


def prepared(region, bands, *, source="s2", steps=None, n_dates=1) -> np.ndarray:
    """The one source of a region as a model sees it, (pixel, time, band)."""
    preparation = Preparation(
        Calendar(START.month, START.day, 10, n_dates),
        (SourceBands(source, bands),),
        steps=steps or Steps(),
    )
    return preparation(region.read(region.grid.whole).sources, START)[0]


# Reflectance


@pytest.fixture
def field(tmp_path):
    """Four looks at two pixels within one period, in stored numbers; the third is under cloud."""
    red = ([1500, 1500], [1900, 1900], [9000, 9000], [1720, 1720])
    nir = ([3900, 3900], [3300, 3300], [9500, 9500], [3604, 3604])
    for day, *values in zip(days(0, 1, 2, 3), red, nir, strict=True):
        path = tmp_path / "s2" / f"{day}.tif"
        write_raster(path, np.array(values, np.uint16)[:, None], bands=("B04", "B08"), nodata=0)
        scene = CLOUD if day == days(2)[0] else CLEAR
        write_raster(path.with_suffix(".scl.tif"), np.full((1, 2), scene, np.uint8))

    def described(text: str):
        toml = f'[sources.s2]\npattern = "s2/{{date}}.tif"\nscale = 1e-4\n{text}\n'
        (tmp_path / "region.toml").write_text(toml)
        return open_region(tmp_path, SourceOptions())

    return described


@pytest.mark.parametrize(
    ("text", "red", "nir", "ndvi"),
    [
        # medians of the clear 1500, 1900, 1720 and 3900, 3300, 3604
        ("", 0.1720, 0.3604, 0.1884 / 0.5324),  # .354
        # processing baselines from 04.00 on add 1000 to what they store
        ("offset = -0.1", 0.0720, 0.2604, 0.1884 / 0.3324),  # .567
    ],
)
def test_ndvi_of_a_scene_with_and_without_its_offset(field, text, red, nir, ndvi):
    series = prepared(field(text), ("B04", "B08"), steps=Steps(indices=("NDVI",)))
    np.testing.assert_allclose(series[:, 0], [[red, nir, ndvi]] * 2, rtol=1e-5)
    assert ndvi == pytest.approx(0.567 if text else 0.354, abs=5e-4)


def test_composites_are_medians_of_what_is_clear():
    values = np.array([[0.30, 0.1], [NAN, NAN], [0.10, NAN], [0.20, 0.7], [0.90, NAN]], np.float32)
    result = composite(values[..., None], np.zeros(5, int), 1, ("reflectance",))
    np.testing.assert_allclose(result[0, :, 0], [0.25, 0.4], rtol=1e-6)  # the middle two of four


def test_gaps_are_bridged_by_lines_and_ends_held():
    series = np.array([NAN, 0.2, NAN, NAN, 0.5, NAN, 0.1, NAN], np.float32)
    expected = [0.2, 0.2, 0.3, 0.4, 0.5, 0.3, 0.1, 0.1]
    np.testing.assert_allclose(fill_gaps(series[:, None, None])[:, 0, 0], expected, rtol=1e-6)


# Backscatter


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ([-10.0, -20.0, -20.0], 'unit = "dB"'),
        ([-1000, -2000, -2000], 'unit = "dB"\nscale = 0.01'),
        ([0.1, 0.01, 0.01], 'unit = "linear"'),
    ],
)
def test_backscatter_is_averaged_in_linear_power(tmp_path, stored, text):
    """(.1 + .01 + .01) / 3 = .04, which is −13.98 dB; the mean of decibels would be −16.67."""
    kind = np.int16 if isinstance(stored[0], int) else np.float32
    for day, value in zip(days(0, 2, 4), stored, strict=True):
        write_raster(tmp_path / "s1" / f"{day}.tif", np.full((1, 2, 3), value, kind), bands=("VV",))
    toml = f'[sources.s1]\npattern = "s1/{{date}}.tif"\n{text}\n'
    (tmp_path / "region.toml").write_text(toml)
    series = prepared(open_region(tmp_path, SourceOptions()), ("VV",), source="s1")
    np.testing.assert_allclose(series, -13.9794, atol=1e-4)


def test_backscatter_is_resampled_in_linear_power(tmp_path):
    """Pixels of 20 m with .1 and .01 side by side, seen at 10 m: shares of 1, ¾, ¼ and 0."""
    write_raster(tmp_path / "s2" / "2021-04-01.tif", np.full((1, 2, 4), 900, "u2"), bands=("B04",))
    power = np.array([[[0.1, 0.01]]], np.float32)
    path = tmp_path / "s1" / "2021-04-01.tif"
    write_raster(path, 10 * np.log10(power), bands=("VV_dB",), affine=transform(pixel=20.0))
    region = open_region(tmp_path, SourceOptions())
    radar = next(item for item in region.read(region.grid.whole).sources if item.source == "s1")
    expected = 10 * np.log10([0.1, 0.0775, 0.0325, 0.01])  # −10, −11.11, −14.88, −20
    np.testing.assert_allclose(radar.values[0, :, :, 0], [expected] * 2, atol=1e-4)


def test_radar_indices_of_linear_power():
    """VV −10 dB is .1, VH −16 dB is .0251."""
    values, units = np.array([[-10.0, -16.0]], np.float32), ("dB", "dB")
    ratio = compute_index("VHVVR", values, ("VV", "VH"), units)
    radar_vegetation = compute_index("DpRVIVV", values, ("VV", "VH"), units)
    assert ratio[0] == pytest.approx(0.251189, rel=1e-5)  # VH / VV = 10 ** −0.6
    assert radar_vegetation[0] == pytest.approx(0.803042, rel=1e-5)  # 4 VH / (VV + VH)


def test_a_bright_pixel_through_the_speckle_filter():
    """Nine pixels, 2 amid ones: mean 10/9, variance 8/81, speckle variance 1/20 of mean².

    So the ground varies by (8/81 − 5/81) / 1.05 = 20/567, and the gain is 4/11.
    """
    power = np.ones((3, 3), np.float32)
    power[1, 1] = 2
    filtered = LeeFilter(window=3, looks=20)(power)
    assert filtered[1, 1] == pytest.approx(10 / 9 + 4 / 11 * (2 - 10 / 9), rel=1e-6)


# Between pixels


def test_what_is_missing_bleeds_into_no_neighbour():
    """The middle of three 20 m pixels is missing: its place stays empty, the others stay whole."""
    fine = Grid("EPSG:32631", (10.0, 0.0, 0.0, 0.0, -10.0, 20.0), 6, 2)
    coarse = Grid("EPSG:32631", (20.0, 0.0, 0.0, 0.0, -20.0, 20.0), 3, 1)
    for middle, expected in (
        (NAN, [0.1, 0.1, NAN, NAN, 0.3, 0.3]),
        (0.2, [0.1, 0.125, 0.175, 0.225, 0.275, 0.3]),
    ):
        stored = np.array([0.1, middle, 0.3], np.float32).reshape(1, 3, 1)
        found = Warp(coarse, fine).interpolate(fine.whole, 1, lambda part, s=stored: s[part.slices])
        np.testing.assert_allclose(found[..., 0], [expected] * 2, rtol=1e-6)


# The calendar


def test_a_year_later_is_the_same_even_across_29_february():
    """Clouds are screened by the days between looks, which a leap day would change."""
    blue = (0.04, 0.1005, 0.04)  # may rise by .06 in 30 days, by .061 in 31
    values = np.array([[[level, level, 0.3]] for level in blue], np.float32)
    preparation = Preparation(
        Calendar(1, 1, 10, 13),
        (SourceBands("s2", ("B02", "B04", "B08")),),
        steps=Steps(screening=True, filling="whittaker", indices=("NDVI",)),
    )
    units = ("reflectance",) * 3
    found = []
    for year in (2020, 2021, 2022):  # 2020 has a 29 February
        seen = tuple(date(year, *day) for day in ((2, 10), (3, 12), (4, 11)))
        source = Acquisitions("s2", seen, ("B02", "B04", "B08"), units, values)
        found.append(preparation([source], date(year, 1, 1))[0])
        assert preparation.looks([source], date(year, 1, 1)).tolist() == [[2]]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[2], found[1])
