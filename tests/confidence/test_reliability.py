"""Reliability diagrams and gaps, counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cropcore.confidence import calibration_curve, confidence_gaps, reliability_diagram

CONFIDENCE = np.array([0.55, 0.58, 0.6, 0.81, 0.9, 0.95])
CORRECT = np.array([True, False, True, False, True, True])
GROUPS = np.array(["a", "a", "b", "c", "c", "d"])


def test_bins_groups_and_intervals_by_hand():
    diagram = reliability_diagram(CONFIDENCE, CORRECT, GROUPS, 10)
    assert diagram.curve.count.tolist() == [0, 0, 0, 0, 0, 3, 0, 0, 2, 1]
    assert diagram.groups.tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 1, 1]
    assert diagram.curve.accuracy[[5, 8, 9]] == pytest.approx([2 / 3, 1 / 2, 1])
    assert diagram.curve.confidence[5] == pytest.approx((0.55 + 0.58 + 0.6) / 3)
    assert (diagram.low[5], diagram.high[5]) == (0.5, 1), "group a is half right, group b wholly"
    assert np.isnan(diagram.low[[8, 9]]).all(), "one group is no sample of groups"


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.integers(0, 5)), min_size=1, max_size=60),
    st.sampled_from([5, 10, 15, 20]),
)
def test_diagram_is_the_curve_with_its_doubt(rows, bins):
    confidence, correct, groups = (np.array(part) for part in zip(*rows, strict=True))
    diagram = reliability_diagram(confidence, correct, groups, bins)
    curve = calibration_curve(confidence, correct, bins)
    np.testing.assert_array_equal(diagram.curve.count, curve.count)
    assert (diagram.groups <= diagram.curve.count).all()
    assert ((diagram.groups > 0) == (diagram.curve.count > 0)).all()
    assert (np.isnan(diagram.low) == (diagram.groups < 2)).all()


def test_gap_of_all_samples():
    gaps = confidence_gaps(CONFIDENCE, CORRECT, GROUPS)
    assert gaps.count.tolist() == [6]
    assert gaps.groups.tolist() == [4]
    assert gaps.gap[0] == pytest.approx(CONFIDENCE.mean() - 4 / 6)
    assert gaps.low[0] < gaps.gap[0] < gaps.high[0]


def test_gap_of_each_part_and_of_an_empty_one():
    gaps = confidence_gaps(CONFIDENCE, CORRECT, GROUPS, np.array([0, 0, 0, 2, 2, 2]), 3)
    assert gaps.count.tolist() == [3, 0, 3]
    assert gaps.groups.tolist() == [2, 0, 2]
    assert gaps.accuracy[[0, 2]] == pytest.approx([2 / 3, 2 / 3])
    assert np.isnan(gaps.gap[1])
    assert np.isnan(gaps.low[1])
    ends = (0.565 - 0.5, 0.6 - 1)  # group a alone, group b alone
    assert (gaps.high[0], gaps.low[0]) == pytest.approx(ends)


def test_overstatement_is_above_zero_and_honesty_is_not():
    random = np.random.default_rng(1)
    confidence = random.uniform(0.5, 1, 6000)
    groups = random.integers(0, 200, 6000)
    honest = confidence_gaps(confidence, random.random(6000) < confidence, groups)
    assert honest.low[0] < 0 < honest.high[0]
    boasting = confidence_gaps(confidence, random.random(6000) < confidence - 0.1, groups)
    assert boasting.low[0] > 0.05
    assert boasting.gap[0] == pytest.approx(0.1, abs=0.02)
