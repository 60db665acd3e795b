"""From acquisitions to regular dates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cropcore.cube.compositing import composite, fill_gaps

VALUES = st.one_of(st.just(float("nan")), st.floats(-1, 1.5, width=32))
DECIBEL = st.one_of(st.just(float("nan")), st.floats(-35, 5, width=32))


def arrays(elements, most_dates=9):
    shape = st.tuples(st.integers(1, most_dates), st.integers(1, 4), st.just(2))
    return shape.flatmap(lambda size: hnp.arrays(np.float32, size, elements=elements))


def nan_median(values):
    clear = values[~np.isnan(values)]
    return np.median(clear) if clear.size else np.nan


def nan_mean_power(values):
    clear = values[~np.isnan(values)].astype(np.float64)
    return 10 * np.log10(np.mean(10 ** (clear / 10))) if clear.size else np.nan


@given(arrays(VALUES))
def test_reflectance_is_the_median_of_the_clear_values(values):
    result = composite(values, np.zeros(len(values), int), 1, ("reflectance", "index"))
    expected = np.apply_along_axis(nan_median, 0, values)
    np.testing.assert_allclose(result[0], expected, rtol=1e-5, atol=1e-6)


@given(arrays(DECIBEL))
def test_backscatter_is_the_mean_in_linear_power(values):
    result = composite(values, np.zeros(len(values), int), 1, ("dB", "dB"))
    expected = np.apply_along_axis(nan_mean_power, 0, values)
    np.testing.assert_allclose(result[0], expected, rtol=1e-4, atol=1e-3)


def test_mixed_units_go_their_own_way():
    values = np.array([[[0.2, -20.0]], [[0.4, -10.0]]], dtype=np.float32)
    result = composite(values, np.array([0, 0]), 1, ("reflectance", "dB"))
    np.testing.assert_allclose(result[0, 0], [0.3, 10 * np.log10(0.055)], rtol=1e-5)


def test_acquisitions_outside_are_left_out():
    values = np.arange(4, dtype=np.float32).reshape(4, 1, 1)
    result = composite(values, np.array([-1, 0, 2, -1]), 3, ("reflectance",))
    np.testing.assert_array_equal(result[:, 0, 0], [1, np.nan, 2])
    assert result.dtype == np.float32


@given(arrays(VALUES), st.randoms(use_true_random=False))
def test_the_order_of_acquisitions_does_not_matter(values, random):
    positions = np.array([random.randrange(3) for _ in range(len(values))])
    order = np.array(random.sample(range(len(values)), len(values)))
    units = ("reflectance", "reflectance")
    np.testing.assert_array_equal(
        composite(values, positions, 3, units),
        composite(values[order], positions[order], 3, units),
    )


@given(arrays(VALUES, most_dates=12))
def test_gaps_are_filled_linearly_and_edges_held(values):
    filled = fill_gaps(values)
    at = np.arange(len(values))
    for pixel in range(values.shape[1]):
        for band in range(values.shape[2]):
            series = values[:, pixel, band]
            clear = ~np.isnan(series)
            if not clear.any():
                assert np.isnan(filled[:, pixel, band]).all()
                continue
            expected = np.interp(at, at[clear], series[clear])
            np.testing.assert_allclose(filled[:, pixel, band], expected, rtol=1e-5, atol=1e-6)


@given(arrays(VALUES))
def test_clear_values_stay_as_they_are(values):
    clear = ~np.isnan(values)
    before = values.copy()
    filled = fill_gaps(values)
    np.testing.assert_array_equal(filled[clear], values[clear])
    np.testing.assert_array_equal(values, before)
    assert filled.dtype == np.float32
    assert filled is not values


@pytest.mark.parametrize("unit", ["reflectance", "dB"])
def test_a_single_acquisition_is_taken_unchanged(unit):
    values = np.array([[[-12.345678]]], dtype=np.float32)
    np.testing.assert_array_equal(composite(values, np.array([0]), 1, (unit,)), values)
