"""Fillers nobody declared are no observations."""

import numpy as np
import pytest

from cropcore.cube.plausible import clear_impossible


@pytest.mark.parametrize("filler", [-9999e-4, -32768e-4, 65535e-4, -9999, 1e20])
def test_undeclared_fillers_are_missing(filler):
    values = np.array([[0.1, filler], [1.6, -0.02]], np.float32)
    assert clear_impossible(values, ("reflectance", "reflectance")) == 1
    assert np.isnan(values[0, 1])
    np.testing.assert_allclose(values[1], [1.6, -0.02], rtol=1e-6)


def test_each_unit_has_its_own_range():
    values = np.array([[0.3, -22.0, 5.0], [np.nan, -9999.0, -9999.0]], np.float32)
    assert clear_impossible(values, ("reflectance", "dB", "index")) == 1
    assert np.isfinite(values[0]).all()
    assert np.isnan(values[1]).tolist() == [True, True, False]
