"""All that is asked of a set of test answers, against its parts."""

import numpy as np
import pytest

from cropcore.confidence import (
    Trust,
    brier,
    equal_mass_calibration_error,
    expected_calibration_error,
    nll,
    softmax,
)


@pytest.fixture(scope="module")
def trust():
    random = np.random.default_rng(5)
    logits = random.normal(0, 2, (600, 4))
    chances = softmax(logits).cumsum(axis=1)
    reference = np.minimum((random.random((600, 1)) > chances).sum(axis=1), 3)
    groups = np.repeat(np.arange(60), 10).astype(str)
    return Trust(softmax(logits), softmax(logits * 3), reference, groups)


def test_what_was_tested(trust):
    assert len(trust) == 600
    assert trust.n_groups == 60
    np.testing.assert_array_equal(trust.correct, trust.predicted == trust.reference)


def test_honest_probabilities_are_found_honest_and_sharpened_ones_are_not(trust):
    assert trust.gap.low[0] < 0 < trust.gap.high[0]
    assert trust.scores.ece < trust.softmax_scores.ece
    assert trust.scores.equal_mass < trust.softmax_scores.equal_mass
    assert trust.scores.nll < trust.softmax_scores.nll
    assert trust.scores.brier < trust.softmax_scores.brier


def test_scores_are_those_of_their_functions(trust):
    sure = trust.softmax.max(axis=1)
    assert trust.softmax_scores.ece == expected_calibration_error(sure, trust.correct)
    assert trust.softmax_scores.equal_mass == equal_mass_calibration_error(sure, trust.correct)
    assert trust.scores.nll == nll(trust.probabilities, trust.reference)
    assert trust.scores.brier == brier(trust.probabilities, trust.reference)


def test_gap_of_each_class_is_over_the_samples_given_it(trust):
    gaps = trust.gap_of_given
    assert gaps.count.tolist() == np.bincount(trust.predicted, minlength=4).tolist()
    for at in range(4):
        mine = trust.predicted == at
        stated = trust.probabilities[mine].max(axis=1).mean()
        assert gaps.gap[at] == pytest.approx(stated - trust.correct[mine].mean())


def test_every_ranking_beats_chance_and_none_beats_the_best(trust):
    assert list(trust.rankings) == ["p_max", "margin", "entropy"]
    error_rate = 1 - trust.correct.mean()
    for ranking in trust.rankings.values():
        assert trust.least_area < ranking.curve.area < error_rate
        assert 0.5 < ranking.auroc < 1


def test_thresholds_and_curve_tell_the_same(trust):
    n = int(trust.kept.count[70])
    curve = trust.rankings["p_max"].curve
    assert 1 - trust.kept.accuracy[70] == pytest.approx(curve.risk[n - 1])
    assert n / len(trust) == pytest.approx(curve.coverage[n - 1])


def test_diagram_before_and_after_calibration(trust):
    after, before = trust.diagram(10), trust.diagram(10, calibrated=False)
    assert after.curve.count.sum() == before.curve.count.sum() == 600
    assert before.curve.count[-1] > after.curve.count[-1], "sharpened, so more of them are sure"
