"""Indices by hand, and which there are."""

import numpy as np
import pytest

from cropcore.cube.indices import compute_index, index_bands, index_names
from cropcore.errors import UnknownNameError

OPTICAL = ("B02", "B03", "B04", "B05", "B08", "B8A", "B11")
VALUES = np.array([[0.03, 0.06, 0.04, 0.12, 0.44, 0.46, 0.20]], np.float32)
UNITS = ("reflectance",) * 7


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("NDVI", (0.44 - 0.04) / (0.44 + 0.04)),
        ("NDWI", (0.06 - 0.44) / (0.06 + 0.44)),
        ("NDMI", (0.44 - 0.20) / (0.44 + 0.20)),
        ("EVI", 2.5 * (0.44 - 0.04) / (0.44 + 6 * 0.04 - 7.5 * 0.03 + 1)),
        ("CIRE", 0.44 / 0.12 - 1),
    ],
)
def test_optical_indices_are_those_of_the_books(name, by_hand):
    assert compute_index(name, VALUES, OPTICAL, UNITS)[0] == pytest.approx(by_hand, abs=1e-6)


def test_radar_indices_are_computed_in_linear_power():
    values = np.array([[-10.0, -16.0]], np.float32)
    vv, vh = 10**-1.0, 10**-1.6
    for name, by_hand in (("VHVVR", vh / vv), ("DpRVIVV", 4 * vh / (vv + vh))):
        found = compute_index(name, values, ("VV", "VH"), ("dB", "dB"))
        assert found[0] == pytest.approx(by_hand, rel=1e-5)


def test_bands_are_found_by_common_name_and_missing_ones_are_said():
    assert index_bands("NDVI", ("red", "nir")) == ("nir", "red")
    assert index_bands("NDVI", ("red",)) is None
    with pytest.raises(UnknownNameError, match="got B04"):
        compute_index("NDVI", VALUES[:, 2:3], ("B04",), ("reflectance",))
    with pytest.raises(UnknownNameError, match="capitals matter"):
        index_bands("ndvi", OPTICAL)


def test_nothing_but_numbers_or_missing_comes_out():
    values = np.array([[0, 0], [np.nan, 0.4], [0.2, 0.2], [1e-12, -1e-12]], np.float32)
    found = compute_index("NDVI", values, ("B04", "B08"), ("reflectance",) * 2)
    assert np.isnan(found[[0, 1, 3]]).all()
    assert found[2] == 0


def test_every_listed_index_can_be_computed():
    bands = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12")
    random = np.random.default_rng(0)
    optical = random.uniform(0.05, 0.4, (5, len(bands)))
    radar = random.uniform(-20, -8, (5, 4))
    values = np.concatenate([optical, radar], axis=1).astype(np.float32)
    names = (*bands, "VV", "VH", "HH", "HV")
    units = ("reflectance",) * len(bands) + ("dB",) * 4
    assert len(index_names()) > 200
    for name in index_names():
        assert compute_index(name, values, names, units).shape == (5,), name
