"""Intervals by drawing groups, and McNemar's test."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score

from cropcore.accuracy import bootstrap_difference, bootstrap_interval, mcnemar
from cropcore.errors import LabelError, UnknownNameError

RNG = np.random.default_rng(0)
N_CLASSES = 4
GROUPS = np.repeat(np.arange(60), 10)
REFERENCE = RNG.integers(0, N_CLASSES, 600)


def predictions(share_right, seed=0, by_group=False):
    rng = np.random.default_rng(seed)
    right = rng.random(60)[GROUPS] < share_right if by_group else rng.random(600) < share_right
    return np.where(right, REFERENCE, (REFERENCE + 1) % N_CLASSES)


PREDICTED = predictions(0.8)


@pytest.mark.parametrize("statistic", ["overall_accuracy", "macro_f1", "kappa"])
def test_the_interval_holds_the_value(statistic):
    low, high = bootstrap_interval(REFERENCE, PREDICTED, GROUPS, statistic, N_CLASSES)
    assert low < (0.73 if statistic == "kappa" else 0.8) < high
    assert 0.02 < high - low < 0.15


def test_draws_equal_those_done_the_long_way():
    groups, n = GROUPS[:80], 40
    reference, predicted = REFERENCE[:80], PREDICTED[:80]
    times = np.random.default_rng(5).multinomial(8, np.full(8, 1 / 8), size=n)
    values = []
    for often in times:
        rows = np.repeat(np.arange(80), often[groups])
        labels = np.unique(reference[rows])
        values.append(
            f1_score(
                reference[rows], predicted[rows], labels=labels, average="macro", zero_division=0
            )
        )
    interval = bootstrap_interval(reference, predicted, groups, "macro_f1", N_CLASSES, n=n, seed=5)
    np.testing.assert_allclose(interval, np.quantile(values, [0.025, 0.975]), rtol=1e-12)


def test_errors_that_come_in_groups_widen_the_interval():
    alone, grouped = (
        bootstrap_interval(
            REFERENCE, predictions(0.8, by_group=by_group), GROUPS, "overall_accuracy", N_CLASSES
        )
        for by_group in (False, True)
    )
    assert grouped[1] - grouped[0] > 2 * (alone[1] - alone[0])


def test_the_same_seed_gives_the_same_interval():
    first, again, other = (
        bootstrap_interval(REFERENCE, PREDICTED, GROUPS, "macro_f1", N_CLASSES, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_the_level_sets_the_width():
    wide, narrow = (
        bootstrap_interval(REFERENCE, PREDICTED, GROUPS, "macro_f1", N_CLASSES, level=level)
        for level in (0.99, 0.5)
    )
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_a_difference_is_a_minus_b():
    better, worse = predictions(0.95), predictions(0.8, seed=3)
    interval = bootstrap_difference(REFERENCE, better, worse, GROUPS, "overall_accuracy", N_CLASSES)
    assert 0.05 < interval[0] < (better == REFERENCE).mean() - (worse == REFERENCE).mean()
    back = bootstrap_difference(REFERENCE, worse, better, GROUPS, "overall_accuracy", N_CLASSES)
    assert back == pytest.approx((-interval[1], -interval[0]))


def test_a_model_does_not_differ_from_itself():
    interval = bootstrap_difference(REFERENCE, PREDICTED, PREDICTED, GROUPS, "macro_f1", N_CLASSES)
    assert interval == (0, 0)


def test_many_classes_are_worked_off_in_parts(monkeypatch):
    whole = bootstrap_interval(REFERENCE, PREDICTED, GROUPS, "macro_f1", N_CLASSES)
    monkeypatch.setattr("cropcore.accuracy.bootstrap._CELLS_AT_ONCE", 50)
    assert bootstrap_interval(REFERENCE, PREDICTED, GROUPS, "macro_f1", N_CLASSES) == whole


@pytest.mark.parametrize(
    ("reference", "predicted", "groups"),
    [
        (REFERENCE, PREDICTED[:5], GROUPS),
        (REFERENCE, PREDICTED, GROUPS[:5]),
        (REFERENCE[:0], PREDICTED[:0], GROUPS[:0]),
        (REFERENCE, PREDICTED + 1, GROUPS),
    ],
)
def test_what_does_not_fit_is_refused(reference, predicted, groups):
    with pytest.raises(LabelError, match="of the same samples"):
        bootstrap_interval(reference, predicted, groups, "macro_f1", N_CLASSES)


def test_an_unknown_statistic_is_answered():
    with pytest.raises(UnknownNameError, match="one of overall_accuracy, macro_f1, kappa"):
        bootstrap_interval(REFERENCE, PREDICTED, GROUPS, "dice", N_CLASSES)


def paired(both, only_a, only_b, neither):
    right_a = np.repeat([1, 1, 0, 0], [both, only_a, only_b, neither])
    right_b = np.repeat([1, 0, 1, 0], [both, only_a, only_b, neither])
    return np.ones(len(right_a), int), right_a, right_b


@pytest.mark.parametrize(("only_a", "only_b"), [(3, 9), (12, 12), (0, 5), (1, 0)])
def test_few_disagreements_are_tested_exactly(only_a, only_b):
    outcome = mcnemar(*paired(50, only_a, only_b, 4))
    expected = stats.binomtest(only_a, only_a + only_b).pvalue
    assert outcome.p == pytest.approx(expected)
    assert (outcome.only_a, outcome.only_b) == (only_a, only_b)


def test_many_disagreements_are_tested_by_chi_squared():
    outcome = mcnemar(*paired(500, 40, 20, 7))
    assert outcome.statistic == pytest.approx(19**2 / 60)
    assert outcome.p == pytest.approx(stats.chi2.sf(19**2 / 60, 1))


def test_models_that_agree_do_not_differ():
    outcome = mcnemar(*paired(10, 0, 0, 3))
    assert (outcome.statistic, outcome.p) == (0, 1)
