"""Bands are recognised by the names people give them, and nothing else is."""

import pytest

from cropcore.bands import BANDS, find_band, match_band


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("B08", "B08", "reflectance"),
        ("b8", "B08", "reflectance"),
        ("B8A", "B8A", "reflectance"),
        ("S2_B04", "B04", "reflectance"),
        ("VV", "VV", "dB"),
        ("VV_dB", "VV", "dB"),
        ("vh_linear", "VH", "linear"),
        ("S1.VH", "VH", "dB"),
        ("NDVI", "ndvi", "index"),
        ("nir", "nir", "reflectance"),
        ("SWIR1", "swir16", "reflectance"),
    ],
)
def test_known_names(label, name, unit):
    band = find_band(label)
    assert band is not None
    assert (band.name, band.unit) == (name, unit)


@pytest.mark.parametrize(
    "label",
    ["ewoc_code", "label", "B13", "B8B", "elevation_m", "", "tile", "B04_dB", "VV_count", "date"],
)
def test_other_names_are_not_bands(label):
    assert find_band(label) is None


def test_band_stands_for_another_of_the_same_common_name():
    assert match_band("B04", ("B02", "B04")) == "B04"
    assert match_band("red", ("B02", "B04")) == "B04"
    assert match_band("B12", ("mir", "red")) == "mir"
    assert match_band("B05", ("B04", "B06")) is None
    assert match_band("swir22", ("mir", "B12")) is None, "two would do: neither is chosen"


def test_table_is_keyed_by_name():
    assert all(name == band.name for name, band in BANDS.items())
