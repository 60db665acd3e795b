"""Backscatter in both units, and speckle that is smoothed where the ground is even."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import uniform_filter

from cropcore.cube.radar import SENTINEL_1_LOOKS, LeeFilter, to_decibels, to_power


@given(st.lists(st.floats(-60, 30, width=32), min_size=1))
def test_decibels_come_back(numbers):
    decibels = np.array(numbers, np.float32)
    again = to_decibels(to_power(decibels))
    assert again.dtype == np.float32
    np.testing.assert_allclose(again, decibels, atol=2e-5)


def test_no_data_and_no_power():
    assert np.isnan(to_power(np.array([np.nan, 4000.0]))).all()
    assert np.isnan(to_decibels(np.array([np.nan, 0, -1]))).all()
    np.testing.assert_allclose(to_decibels(np.array([1, 0.1, 100])), [0, -10, 20])


def speckled(ground: np.ndarray, looks: float, seed: int = 0) -> np.ndarray:
    """Ground of some power, seen with so many looks."""
    random = np.random.default_rng(seed)
    return (ground * random.gamma(looks, 1 / looks, ground.shape)).astype(np.float32)


@pytest.mark.parametrize("looks", [1.0, SENTINEL_1_LOOKS, 20.0])
@pytest.mark.parametrize("window", [3, 5, 7])
def test_even_ground_keeps_its_power_and_loses_its_speckle(looks, window):
    seen = speckled(np.full((600, 600), 0.08), looks)
    filtered = LeeFilter(window, looks)(seen)
    assert filtered.dtype == np.float32
    assert filtered.mean() == pytest.approx(seen.mean(), rel=0.005)
    least = 1 / window**2  # what a plain mean would leave
    assert least * 0.9 < filtered.var() / seen.var() < 1.8 * least + 0.01


def test_edges_are_kept_better_than_by_plain_means():
    ground = np.full((300, 300), 0.02)
    ground[:, 150:] = 0.4
    ground[::30, 40] = 20.0  # single bright targets
    seen = speckled(ground, SENTINEL_1_LOOKS)
    filtered, plain = LeeFilter()(seen), uniform_filter(seen, 5)
    edge = (slice(None), slice(146, 154))
    clean = np.abs(10 * np.log10(filtered[edge] / ground[edge])).mean()
    assert clean < 0.75 * np.abs(10 * np.log10(plain[edge] / ground[edge])).mean()
    targets = ground == 20.0
    np.testing.assert_allclose(filtered[targets], seen[targets], rtol=0.25)
    assert plain[targets].mean() < 0.2 * seen[targets].mean()


def test_ground_without_speckle_stays():
    even = np.full((9, 9), 0.3, np.float32)
    np.testing.assert_allclose(LeeFilter()(even), even, rtol=1e-6)
    assert LeeFilter()(np.zeros((4, 4), np.float32)).tolist() == [[0] * 4] * 4


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 5, 7]))
def test_missing_pixels_stay_missing_and_count_for_nothing(seed, window):
    random = np.random.default_rng(seed)
    seen = speckled(np.full((20, 24), 0.1), 4, seed)
    missing = random.random(seen.shape) < 0.3
    one, other = seen.copy(), seen.copy()
    one[missing], other[missing] = np.nan, np.inf
    filtered = LeeFilter(window)(one)
    np.testing.assert_array_equal(np.isnan(filtered), missing)
    np.testing.assert_array_equal(LeeFilter(window)(other), filtered)
    assert np.nanmin(filtered) >= seen[~missing].min() - 1e-7
    assert np.nanmax(filtered) <= seen[~missing].max() + 1e-7


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([3, 5, 9]))
def test_a_block_with_its_halo_gives_the_same_bits(row, col, window):
    seen = speckled(np.geomspace(1e-4, 50, 64 * 64).reshape(64, 64), 3)
    seen[5:9, 30:33] = np.nan
    lee = LeeFilter(window)
    top, left = max(row - lee.halo, 0), max(col - lee.halo, 0)
    part = lee(seen[top : row + 20 + lee.halo, left : col + 20 + lee.halo])
    inner = part[row - top : row - top + 20, col - left : col - left + 20]
    np.testing.assert_array_equal(inner, lee(seen)[row : row + 20, col : col + 20])
