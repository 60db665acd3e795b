"""Stored numbers become reflectance and dB; what was guessed is said."""

import numpy as np
import pytest

from cropcore.bands import Band, find_band
from cropcore.sources.table.columns import BandColumn
from cropcore.sources.table.units import to_physical, without_fillers

RNG = np.random.default_rng(0)
REFLECTANCE = RNG.uniform(0.01, 0.6, 200).astype(np.float32)
DECIBEL = RNG.normal(-14, 3, 200).astype(np.float32)


def columns(*names):
    return [
        BandColumn(name, find_band(name) or Band(name, "index"), find_band(name) is not None)
        for name in names
    ]


def physical(scale=None, **stored):
    values = np.stack([np.asarray(series, np.float32) for series in stored.values()], axis=1)
    result, units, notes = to_physical(columns(*stored), values, scale)
    return result.T, units, " ".join(notes)


def test_reflectance_stays():
    (red,), units, notes = physical(B04=REFLECTANCE)
    np.testing.assert_array_equal(red, REFLECTANCE)
    assert units == ("reflectance",)
    assert not notes


def test_ten_thousandths_are_recognised_and_said():
    (blue, nir), _, notes = physical(B02=REFLECTANCE * 1000, B08=REFLECTANCE * 10000)
    np.testing.assert_allclose(nir, REFLECTANCE, rtol=1e-6)
    np.testing.assert_allclose(blue, REFLECTANCE / 10, rtol=1e-6)
    assert "stored × 10000" in notes


def test_a_given_scale_is_used():
    (red,), _, notes = physical(scale=0.01, B04=REFLECTANCE * 100)
    np.testing.assert_allclose(red, REFLECTANCE, rtol=1e-6)
    assert not notes


@pytest.mark.parametrize("factor", [1e8, -1.0, 0.001])
def test_what_stays_absurd_is_said(factor):
    _, _, notes = physical(B04=REFLECTANCE * factor)
    assert "check --scale" in notes


def test_percent_looks_dark_and_is_said():
    _, _, notes = physical(B04=REFLECTANCE * 60)
    assert "darker than water" in notes


def test_indices_times_ten_thousand():
    (ndvi, lai), units, notes = physical(ndvi=REFLECTANCE * 10000, lai=REFLECTANCE * 8)
    np.testing.assert_allclose(ndvi, REFLECTANCE, rtol=1e-6)
    np.testing.assert_allclose(lai, REFLECTANCE * 8, rtol=1e-6)
    assert units == ("index", "index")
    assert "ndvi are taken as stored × 10000" in notes


def test_unknown_columns_are_never_scaled():
    (rain,), _, notes = physical(scale=1e-4, rain=REFLECTANCE * 10000)
    np.testing.assert_allclose(rain, REFLECTANCE * 10000)
    assert not notes


@pytest.mark.parametrize("name", ["VV", "VV_linear"])
def test_linear_power_becomes_decibel(name):
    stored = np.concatenate([10 ** (DECIBEL / 10), [0.0]])
    (band,), units, notes = physical(**{name: stored})
    np.testing.assert_allclose(band[:-1], DECIBEL, rtol=1e-4)
    assert np.isnan(band[-1])
    assert units == ("dB",)
    assert "linear power" in notes


def test_decibel_is_recognised_by_its_sign():
    (band,), _, notes = physical(VH=DECIBEL)
    np.testing.assert_array_equal(band, DECIBEL)
    assert "is taken as dB, since" in notes


def test_a_decibel_suffix_says_all():
    (band,), _, notes = physical(VV_dB=DECIBEL)
    np.testing.assert_array_equal(band, DECIBEL)
    assert not notes


@pytest.mark.parametrize("name", ["VV", "VV_dB"])
def test_hundredths_of_decibel(name):
    (band,), _, notes = physical(**{name: DECIBEL * 100})
    np.testing.assert_allclose(band, DECIBEL, rtol=1e-5)
    assert "dB × 100" in notes


def test_raw_radar_counts_are_doubted():
    _, _, notes = physical(VV=np.linspace(3000, 30000, 50))
    assert "no backscatter" in notes


def test_usual_fillers_are_missing():
    values = np.array([[0.2, -9999, 7], [65535, -12, -9999], [np.inf, -13, np.inf]], np.float32)
    notes = " ".join(without_fillers(columns("B04", "VV", "rain"), values))
    np.testing.assert_array_equal(
        values, np.array([[0.2, np.nan, 7], [np.nan, -12, -9999], [np.nan, -13, np.nan]], "f4")
    )
    assert "2 infinite values" in notes
    assert "The number -9999 in VV counts as missing." in notes
    assert "The number 65535 in B04 counts as missing." in notes
