"""From stored numbers to physical units: what is said counts, what is guessed is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.calibration import Calibration
from tests.building import write_raster

SHAPE = (1, 6, 8)


def seen(tmp_path, stored, band="B04", toml="", options=None, **raster):
    """Typical value in memory, and the notes."""
    values = np.full(SHAPE, stored, raster.pop("dtype", np.int16))
    path = tmp_path / "x" / "2021-01-01.tif"
    write_raster(path, values, bands=(band,), **raster)
    if toml:
        (tmp_path / "region.toml").write_text(f'[sources.x]\npattern = "x/{{date}}.tif"\n{toml}')
    region = open_region(tmp_path, options or SourceOptions())
    (source,) = region.read(region.grid.whole).sources
    assert source.values.dtype == np.float32
    return float(source.values[0, 3, 3, 0]), source.units[0], " ".join(region.notes)


def test_gdal_scale_and_offset(tmp_path):
    value, _, notes = seen(tmp_path, 3000, scales=[1e-4], offsets=[-0.1], nodata=0)
    assert value == pytest.approx(0.2)
    assert notes == ""


def test_gdal_scale_counts_more_than_the_tag(tmp_path):
    value, *_ = seen(tmp_path, 3000, scales=[1e-4], tags={"SCALE": "7"}, nodata=0)
    assert value == pytest.approx(0.3)


def test_tags(tmp_path):
    value, _, notes = seen(tmp_path, 600, tags={"SCALE": "0.001", "OFFSET": "-0.1"}, nodata=0)
    assert value == pytest.approx(0.5)
    assert notes == ""


@pytest.mark.parametrize("tag", ["many", "nan", "0", ""])
def test_tags_that_say_nothing(tmp_path, tag):
    value, *_ = seen(tmp_path, 600, tags={"SCALE": tag}, nodata=0)
    assert value == pytest.approx(0.06)


def test_the_description_counts_more_than_the_file(tmp_path):
    value, *_ = seen(tmp_path, 600, toml="scale = 0.001\noffset = -0.2", scales=[1e-4], nodata=0)
    assert value == pytest.approx(0.4)


def test_a_person_counts_most(tmp_path):
    options = SourceOptions(scale=1e-3)
    value, _, notes = seen(tmp_path, 600, toml="scale = 5", options=options, nodata=0)
    assert value == pytest.approx(0.6)
    assert notes == ""


def test_reflectance_in_ten_thousandths_is_guessed_and_told(tmp_path):
    value, _, notes = seen(tmp_path, 1840, nodata=-1)
    assert value == pytest.approx(0.184)
    assert "no scale is given; stored reflectance (typically 1840) is multiplied by 0.0001" in notes


def test_the_offset_of_new_products_is_never_guessed(tmp_path):
    value, *_ = seen(tmp_path, 1840, nodata=0, dtype=np.uint16)
    assert value == pytest.approx(0.184)


def test_plain_reflectance_stays(tmp_path):
    value, _, notes = seen(tmp_path, 0.184, dtype=np.float32)
    assert value == pytest.approx(0.184)
    assert notes == ""


def test_zero_is_no_data_of_integers_where_nothing_is_declared(tmp_path):
    values = np.full(SHAPE, 1000, np.uint16)
    values[0, 1, 2] = 0
    write_raster(tmp_path / "x" / "2021-01-01.tif", values, bands=("B04",))
    region = open_region(tmp_path, SourceOptions())
    hidden = np.isnan(region.read(region.grid.whole).sources[0].values[0, ..., 0])
    assert np.argwhere(hidden).tolist() == [[1, 2]]
    assert "x: no nodata value is declared; 0 is taken for it." in region.notes


def test_zero_is_a_value_where_something_else_is_declared(tmp_path):
    assert seen(tmp_path, 0, nodata=-32768, tags={"SCALE": "0.0001"})[0] == 0.0


def test_zero_is_a_value_of_floats(tmp_path):
    assert seen(tmp_path, 0, dtype=np.float32)[0] == 0.0


def test_nodata_of_the_description(tmp_path):
    assert np.isnan(seen(tmp_path, 55, toml="nodata = 55", nodata=-1)[0])


@pytest.mark.parametrize(
    ("band", "stored", "dtype", "toml", "tags", "expected", "told"),
    [
        ("VV", -12.5, np.float32, "", {}, -12.5, "taken for decibels"),
        ("VV_dB", -12.5, np.float32, "", {}, -12.5, ""),
        ("VV", -1250, np.int16, "", {}, -12.5, "multiplied by 0.01"),
        ("VV", -1250, np.int16, "", {"SCALE": "0.01", "UNITS": "dB sigma0"}, -12.5, ""),
        ("VV", 0.1, np.float32, "", {}, -10.0, "taken for linear power"),
        ("VV", 0.1, np.float32, 'unit = "linear"', {}, -10.0, ""),
        ("VV", 0.1, np.float32, "", {"UNITS": "linear"}, -10.0, ""),
        ("VH_linear", 0.01, np.float32, "", {}, -20.0, ""),
        ("VV", 2.0, np.float32, 'unit = "dB"', {}, 2.0, ""),
        ("VV", 100, np.int16, 'unit = "linear"\nscale = 0.001', {}, -10.0, ""),
        ("VV", 0.0, np.float32, 'unit = "linear"', {}, np.nan, ""),
        ("VV", -0.1, np.float32, 'unit = "linear"', {}, np.nan, ""),
    ],
)
def test_backscatter(tmp_path, band, stored, dtype, toml, tags, expected, told):
    value, unit, notes = seen(tmp_path, stored, band, toml, dtype=dtype, tags=tags)
    assert value == pytest.approx(expected, nan_ok=True)
    assert unit == "dB"
    assert told in notes
    assert bool(told) == bool(notes)


@pytest.mark.parametrize(("stored", "dtype"), [(0.7, np.float32), (7000, np.int16)])
def test_indices(tmp_path, stored, dtype):
    value, unit, _ = seen(tmp_path, stored, "NDVI", dtype=dtype)
    assert (value, unit) == (pytest.approx(0.7), "index")


def test_each_file_may_have_its_own_scale(tmp_path):
    for day, scale, offset in (("01", 1e-4, 0.0), ("11", 1e-4, -0.1), ("21", 2e-4, 0.0)):
        values = np.full(SHAPE, 3000, np.uint16)
        path = tmp_path / "x" / f"2021-01-{day}.tif"
        write_raster(path, values, bands=("B04",), nodata=0, scales=[scale], offsets=[offset])
    region = open_region(tmp_path, SourceOptions())
    values = region.read(region.grid.whole).sources[0].values
    assert values[:, 0, 0, 0] == pytest.approx([0.3, 0.2, 0.6])


def test_the_guess_looks_beyond_empty_files(tmp_path):
    for day, number in (("01", 0), ("11", 0), ("21", 1500)):
        values = np.full(SHAPE, number, np.uint16)
        write_raster(tmp_path / "x" / f"2021-01-{day}.tif", values, bands=("B04",))
    region = open_region(tmp_path, SourceOptions())
    values = region.read(region.grid.whole).sources[0].values
    assert values[2, 0, 0, 0] == pytest.approx(0.15)


@given(
    st.lists(st.integers(-32768, 32767), min_size=1),
    st.sampled_from([None, -32768, 0, 99.5, np.nan, 1e12]),
    st.sampled_from([np.int16, np.int32, np.float32, np.float64]),
)
def test_nodata_and_nothing_else_becomes_nan(numbers, nodata, dtype):
    stored = np.array(numbers, dtype=dtype)
    values = Calibration(1e-4, 0.5, nodata)(stored)
    assert values.dtype == np.float32
    for number, value in zip(numbers, values.tolist(), strict=True):
        if number == nodata:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(number * 1e-4 + 0.5, abs=1e-5)


@given(st.lists(st.floats(width=32), min_size=1))
def test_infinities_and_no_power_become_nan(numbers):
    values = Calibration(power=True)(np.array(numbers, np.float32))
    for number, value in zip(numbers, values.tolist(), strict=True):
        if np.isfinite(number) and number > 0:
            assert value == pytest.approx(10 * np.log10(number), abs=1e-3)
        else:
            assert np.isnan(value)
