"""Intervals by drawing whole groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.accuracy import bootstrap_interval
from cropcore.confidence.grouped import share_intervals, sums_by_group


def test_sums_are_those_of_each_group_and_column():
    values = np.array([1.0, 2, 4, 8, 16])
    sums = sums_by_group(values, np.array(["b", "a", "b", "a", "a"]), np.array([0, 0, 0, 2, 2]), 3)
    assert sums.tolist() == [[2, 0, 24], [5, 0, 0]]


def test_one_column_is_the_interval_of_an_accuracy():
    """Same seed, same draws: the two rooms may not import each other, but must agree."""
    random = np.random.default_rng(3)
    groups = random.integers(0, 23, 400).astype(str)
    truth = random.integers(0, 3, 400)
    given_class = np.where(random.random(400) < 0.8, truth, (truth + 1) % 3)
    column = np.zeros(400, int)
    right = sums_by_group(given_class == truth, groups, column, 1)
    low, high = share_intervals(right, sums_by_group(np.ones(400), groups, column, 1))
    expected = bootstrap_interval(truth, given_class, groups, "overall_accuracy", 3)
    assert (low[0], high[0]) == pytest.approx(expected)


def test_samples_of_one_group_are_one_witness():
    """A hundred samples in two groups, one all right and one all wrong, leave everything open."""
    right, count = np.array([[50.0], [0.0]]), np.array([[50.0], [50.0]])
    low, high = share_intervals(right, count)
    assert (low[0], high[0]) == (0, 1)


def test_no_interval_without_two_groups():
    right, count = np.array([[3.0, 0, 2], [0, 0, 4]]), np.array([[4.0, 0, 4], [0, 0, 4]])
    low, high = share_intervals(right, count)
    assert np.isnan(low[:2]).all()
    assert np.isnan(high[:2]).all()
    assert low[2] == 0.5
    assert high[2] == 1


def test_nothing_known_is_no_error():
    low, high = share_intervals(np.zeros((3, 2)), np.zeros((3, 2)))
    assert np.isnan([low, high]).all()


@settings(max_examples=40)
@given(st.integers(2, 30), st.integers(0, 999))
def test_intervals_are_shares_and_the_same_for_the_same_seed(n_groups, seed):
    random = np.random.default_rng(seed)
    count = random.integers(0, 9, (n_groups, 4)).astype(float)
    right = np.floor(count * random.random((n_groups, 4)))
    low, high = share_intervals(right, count, n=60, seed=seed)
    known = ~np.isnan(low)
    assert (low[known] >= 0).all()
    assert (high[known] <= 1).all()
    assert (low[known] <= high[known]).all()
    again = share_intervals(right, count, n=60, seed=seed)
    np.testing.assert_array_equal(again, (low, high))


def test_draws_in_parts_are_the_draws_at_once(monkeypatch):
    random = np.random.default_rng(0)
    count = random.integers(1, 9, (20, 3)).astype(float)
    right = np.floor(count * random.random((20, 3)))
    whole = share_intervals(right, count, n=100)
    monkeypatch.setattr("cropcore.confidence.grouped._CELLS_AT_ONCE", 140)
    np.testing.assert_allclose(share_intervals(right, count, n=100), whole)
