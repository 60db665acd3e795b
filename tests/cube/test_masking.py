"""What lies near to clouds is hidden too: a disk, the same in blocks as whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import binary_dilation

from cropcore.cube.masking import dilate, halo_of


@pytest.mark.parametrize(
    ("distance", "pixel", "hidden"),
    [
        (0, (10, 10), 1), (9.9, (10, 10), 1), (10, (10, 10), 5), (15, (10, 10), 9),
        (20, (10, 10), 13), (20, (20, 20), 5), (20, (10, 20), 7), (60, (10, 10), 113),
        (0.3, (0.1, 0.1), 29),
    ],
)  # fmt: skip
def test_one_pixel_becomes_a_disk(distance, pixel, hidden):
    one = np.zeros((25, 25), bool)
    one[12, 12] = True
    grown = dilate(one, distance, pixel)
    assert grown.dtype == bool
    assert grown.sum() == hidden
    np.testing.assert_array_equal(grown, grown[::-1, ::-1])


@given(
    st.integers(0, 2**32 - 1),
    st.floats(0, 60),
    st.sampled_from([(10.0, 10.0), (9.995, 9.997), (10.0, 6.3)]),
)
def test_it_is_the_dilation_by_that_disk(seed, distance, pixel):
    hidden = np.random.default_rng(seed).random((30, 34)) < 0.02
    halo = halo_of(distance, pixel)
    away = np.arange(-halo, halo + 1)
    disk = np.hypot(away[:, None] * pixel[0], away * pixel[1]) <= distance * (1 + 1e-9)
    expected = binary_dilation(hidden, disk) if halo else hidden
    np.testing.assert_array_equal(dilate(hidden, distance, pixel), expected)


@given(st.integers(0, 2**32 - 1), st.floats(0, 80), st.integers(0, 30), st.integers(0, 30))
def test_a_block_with_its_halo_gives_the_same(seed, distance, row, col):
    pixel = (9.995, 9.997)
    hidden = np.random.default_rng(seed).random((50, 50)) < 0.01
    halo = halo_of(distance, pixel)
    top, left = max(row - halo, 0), max(col - halo, 0)
    part = dilate(hidden[top : row + 15 + halo, left : col + 15 + halo], distance, pixel)
    inner = part[row - top : row - top + 15, col - left : col - left + 15]
    whole = dilate(hidden, distance, pixel)[row : row + 15, col : col + 15]
    np.testing.assert_array_equal(inner, whole)


@pytest.mark.parametrize("value", [True, False])
def test_all_or_nothing_stays(value):
    hidden = np.full((4, 5), value)
    np.testing.assert_array_equal(dilate(hidden, 50, (10, 10)), hidden)
