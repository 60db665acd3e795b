"""Measures of one sample's class probabilities, and scores once the truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special, stats
from sklearn.metrics import log_loss

from cropcore.confidence import brier, entropy, least, margin, nll, p_max, softmax

LOGITS = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(2, 5)),
    elements=st.floats(-80, 80, width=32),
)


@given(LOGITS)
def test_softmax_is_that_of_scipy(logits):
    probabilities = softmax(logits)
    assert probabilities.dtype == np.float64
    expected = special.softmax(logits.astype(np.float64), axis=-1)
    np.testing.assert_allclose(probabilities, expected, rtol=1e-12)


def test_softmax_bears_large_logits():
    np.testing.assert_allclose(softmax(np.array([[1e4, 0.0], [-1e4, -1e4]])), [[1, 0], [0.5, 0.5]])


@given(LOGITS)
def test_measures_are_what_they_say(logits):
    probabilities = softmax(logits)
    ordered = np.sort(probabilities, axis=-1)
    np.testing.assert_array_equal(p_max(probabilities), ordered[:, -1])
    np.testing.assert_array_equal(least(probabilities), 1 - ordered[:, -1])
    np.testing.assert_array_equal(margin(probabilities), ordered[:, -1] - ordered[:, -2])
    expected = stats.entropy(probabilities, axis=-1) / np.log(probabilities.shape[1])
    np.testing.assert_allclose(entropy(probabilities), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.25, 0.25, 0.25, 0.25], (0.25, 0.75, 0.0, 1.0)),
        ([0.0, 1.0, 0.0, 0.0], (1.0, 0.0, 1.0, 0.0)),
        ([0.5, 0.5, 0.0, 0.0], (0.5, 0.5, 0.0, 0.5)),
    ],
)
def test_the_ends_of_the_scales(probabilities, expected):
    values = np.array(probabilities)
    assert (p_max(values), least(values), margin(values), entropy(values)) == expected


def test_maps_keep_their_axes():
    probabilities = softmax(np.random.default_rng(0).normal(size=(3, 4, 5)))
    for measure in (p_max, least, margin, entropy):
        assert measure(probabilities).shape == (3, 4)


def test_a_single_class_is_sure():
    ones = np.ones((2, 1))
    assert margin(ones).tolist() == [1, 1]
    assert entropy(ones).tolist() == [0, 0]


def test_scores_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    probabilities, truth = softmax(rng.normal(size=(50, 3))), rng.integers(0, 3, 50)
    assert nll(probabilities, truth) == pytest.approx(log_loss(truth, probabilities))
    expected = ((probabilities - np.eye(3)[truth]) ** 2).sum(axis=1).mean()
    assert brier(probabilities, truth) == pytest.approx(expected)


def test_scores_do_not_change_what_they_are_given():
    probabilities = np.array([[0.7, 0.3]])
    brier(probabilities, np.array([0]))
    assert probabilities.tolist() == [[0.7, 0.3]]


def test_the_impossible_costs_much_but_not_everything():
    assert np.isfinite(nll(np.array([[1.0, 0.0]]), np.array([1])))
    assert brier(np.array([[1.0, 0.0]]), np.array([1])) == 2
