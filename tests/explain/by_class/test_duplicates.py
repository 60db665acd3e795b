"""Bands that are one and the same are found, and nothing else."""

import numpy as np

from cropcore.explain.by_class import duplicate_bands


def test_bands_hang_together_by_pairs():
    random = np.random.default_rng(0)
    first, other = random.normal(size=(2, 200, 5))
    noise = random.normal(size=(3, 200, 5)) * 0.15
    series = np.stack([first, other, first + noise[0], -first + noise[1], noise[2]], axis=-1)
    series[3, 2, 1] = np.nan
    found = duplicate_bands(series)
    assert found.groups == ((0, 2, 3),)
    assert found.group_of(3) == (0, 2, 3)
    assert found.group_of(1) == ()
    assert all(abs(pair.correlation) > 0.95 for pair in found.pairs)
    assert found.pairs[0].first == 0
    expected = np.corrcoef(np.delete(first.ravel(), 17), np.delete(series[..., 2].ravel(), 17))
    pair = next(pair for pair in found.pairs if (pair.first, pair.second) == (0, 2))
    assert abs(pair.correlation - expected[0, 1]) < 1e-6


def test_constant_and_single_bands_are_like_no_other():
    series = np.ones((9, 4, 3), np.float32)
    series[..., 0] = np.arange(36).reshape(9, 4)
    assert duplicate_bands(series).groups == ()
    assert duplicate_bands(series[..., :1]).pairs == ()
    assert duplicate_bands(np.full((2, 2, 2), np.nan)).groups == ()
