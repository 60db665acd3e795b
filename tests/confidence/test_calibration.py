"""Temperature scaling and calibration curves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.confidence import (
    calibration_curve,
    equal_mass_calibration_error,
    expected_calibration_error,
    fit_temperature,
    nll,
    softmax,
)
from cropcore.errors import LabelError


def drawn(n, sharpness, seed=0, n_classes=4):
    """Logits stated ``sharpness`` times too strongly, and truths drawn from the honest ones."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, n_classes))
    chances = softmax(logits).cumsum(axis=1)
    truth = (rng.random((n, 1)) > chances).sum(axis=1)
    return logits * sharpness, np.minimum(truth, n_classes - 1)


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_overstatement_is_found(sharpness):
    logits, truth = drawn(20_000, sharpness)
    assert fit_temperature(logits, truth) == pytest.approx(sharpness, rel=0.04)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.floats(0.01, 100), st.integers(0, 999))
def test_it_is_never_worse_than_doing_nothing(n, sharpness, seed):
    logits, truth = drawn(n, sharpness, seed)
    temperature = fit_temperature(logits, truth)
    assert 0.049 <= temperature <= 20.1
    scaled = nll(softmax(logits / temperature), truth)
    assert scaled <= nll(softmax(logits), truth) + 1e-9 or sharpness > 10


def test_the_best_within_reach_is_taken():
    logits, truth = drawn(500, 2.0)
    best = nll(softmax(logits / fit_temperature(logits, truth)), truth)
    grid = [nll(softmax(logits / value), truth) for value in np.geomspace(0.05, 20, 400)]
    assert best <= min(grid) + 1e-6


def test_all_right_asks_for_the_lowest_temperature():
    assert fit_temperature(np.array([[3.0, 0.0]] * 5), np.zeros(5, int)) < 0.1


@pytest.mark.parametrize(
    ("logits", "truth"),
    [(np.zeros((0, 3)), []), (np.zeros((2, 3)), [0]), (np.array([[np.nan, 0.0]]), [0])],
)
def test_what_cannot_be_fitted_is_refused(logits, truth):
    with pytest.raises(LabelError, match="finite logits"):
        fit_temperature(logits, np.array(truth, int))


def test_a_curve_counts_bin_by_bin():
    confidence = np.array([0.05, 0.5, 0.55, 0.95, 1.0])
    correct = np.array([False, True, False, True, True])
    curve = calibration_curve(confidence, correct, bins=10)
    assert curve.count.tolist() == [1, 0, 0, 0, 1, 1, 0, 0, 0, 2]
    assert curve.accuracy[[0, 4, 5, 9]].tolist() == [0, 1, 0, 1]
    assert curve.confidence[9] == pytest.approx(0.975)
    assert np.isnan(curve.accuracy[1])
    expected = (0.05 + 0.5 + 0.55 + 0.05 + 0.0) / 5
    assert curve.error == pytest.approx(expected)


def test_there_are_fifteen_bins():
    curve = calibration_curve(np.array([0.0, 1.0]), np.array([True, True]))
    assert len(curve.count) == 15
    assert len(curve.edges) == 16
    assert curve.count[[0, -1]].tolist() == [1, 1]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_errors_are_shares_and_know_no_order(pairs):
    confidence = np.array([value for value, _ in pairs])
    correct = np.array([right for _, right in pairs])
    for measure in (expected_calibration_error, equal_mass_calibration_error):
        error = measure(confidence, correct)
        assert 0 <= error <= 1
        assert measure(confidence[::-1], correct[::-1]) == pytest.approx(error, abs=1e-12)


def test_the_error_is_that_of_its_definition():
    rng = np.random.default_rng(0)
    confidence = rng.random(500)
    correct = rng.random(500) < confidence**2
    error = 0.0
    for number in range(15):
        inside = (confidence > number / 15) & (confidence <= (number + 1) / 15)
        if inside.any():
            gap = abs(confidence[inside].mean() - correct[inside].mean())
            error += inside.mean() * gap
    assert expected_calibration_error(confidence, correct) == pytest.approx(error)


def test_honest_confidence_has_little_error():
    rng = np.random.default_rng(0)
    confidence = rng.random(50_000)
    correct = rng.random(50_000) < confidence
    assert expected_calibration_error(confidence, correct) < 0.01
    assert equal_mass_calibration_error(confidence, correct) < 0.01
    assert expected_calibration_error(confidence, ~correct) > 0.3


def test_equal_mass_looks_closely_where_the_crowd_is():
    rng = np.random.default_rng(0)
    confidence = 1 - rng.random(5000) * 0.05
    correct = np.where(confidence > 0.975, rng.random(5000) < 0.93, True)
    by_width = expected_calibration_error(confidence, correct)
    assert equal_mass_calibration_error(confidence, correct) > by_width + 0.005


def test_no_samples_have_no_error():
    empty = np.array([])
    assert np.isnan(expected_calibration_error(empty, empty))
    assert np.isnan(equal_mass_calibration_error(empty, empty))
