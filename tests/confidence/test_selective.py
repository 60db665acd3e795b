"""Keeping only what is sure: risk and coverage, error detection, thresholds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from cropcore.confidence import error_detection, kept_above, least_area, risk_coverage

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=60)


def test_curve_by_hand():
    curve = risk_coverage(np.array([0.9, 0.5, 0.8, 0.7]), np.array([True, False, False, True]))
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert curve.risk.tolist() == [0, 1 / 2, 1 / 3, 2 / 4]
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equal_sureness_is_the_mean_over_all_orders():
    correct = np.array([True, False, True])
    curve = risk_coverage(np.full(3, 0.7), correct)
    assert curve.risk == pytest.approx([1 / 3] * 3)
    assert curve.area == pytest.approx(1 / 3), "no better than chance"


def test_best_order_puts_errors_last():
    correct = np.array([False, True, True, False])
    assert least_area(correct) == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    best = risk_coverage(correct + np.array([0, 0.1, 0.2, 0.3]), correct)
    assert best.area == pytest.approx(least_area(correct))


@given(PAIRS, st.randoms())
def test_curve_knows_no_order_and_lies_between_best_and_worst(pairs, random):
    sureness, correct = (np.array(part) for part in zip(*pairs, strict=True))
    curve = risk_coverage(sureness, correct)
    shuffled = list(pairs)
    random.shuffle(shuffled)
    again = risk_coverage(*(np.array(part) for part in zip(*shuffled, strict=True)))
    np.testing.assert_allclose(again.risk, curve.risk)
    assert curve.risk[-1] == pytest.approx((~correct).mean()), "all kept is the error rate"
    assert least_area(correct) - 1e-12 <= curve.area <= 1


@given(PAIRS)
def test_error_detection_is_that_of_scikit_learn(pairs):
    sureness, correct = (np.array(part) for part in zip(*pairs, strict=True))
    found = error_detection(sureness, correct)
    if correct.all() or not correct.any():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(correct, sureness))


def test_thresholds_by_hand():
    confidence = np.array([0.404, 0.8, 0.795001, 0.99, 1.0])
    correct = np.array([False, True, True, False, True])
    kept = kept_above(confidence, correct, np.array(["a", "a", "b", "c", "c"]))
    assert len(kept.count) == 101
    assert kept.count[[0, 40, 41, 80, 81, 99, 100]].tolist() == [5, 5, 4, 4, 2, 2, 1]
    assert kept.groups[[0, 80, 81, 100]].tolist() == [3, 3, 1, 1]
    assert kept.accuracy[[0, 41, 99, 100]] == pytest.approx([3 / 5, 3 / 4, 1 / 2, 1])
    assert np.isnan(kept.low[81]), "one group left"
    assert kept.low[0] <= 3 / 5 <= kept.high[0]


def test_nothing_left_has_no_share():
    kept = kept_above(np.array([0.5, 0.6]), np.array([True, True]), np.array([0, 1]))
    assert kept.count[[60, 61]].tolist() == [1, 0]
    assert np.isnan(kept.accuracy[61:]).all()
    assert np.isnan(kept.high[61:]).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.integers(0, 3)), min_size=1))
def test_a_higher_threshold_never_keeps_more(rows):
    confidence, correct, groups = (np.array(part) for part in zip(*rows, strict=True))
    kept = kept_above(confidence, correct, groups)
    assert kept.count[0] == len(rows)
    assert (np.diff(kept.count) <= 0).all()
    assert (np.diff(kept.groups) <= 0).all()
