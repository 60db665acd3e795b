"""Two runs figure by figure: the numbers are those of the runs, the intervals those of draws."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from cropcore.accuracy import bootstrap_f1_differences
from cropcore.confidence import expected_calibration_error
from cropcore.training.comparing import compare_runs, pair_runs
from cropcore.training.differences import Difference, compare_closely
from tests.conftest import train_table
from tests.tables import make_table


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A fair forest and one tree that may hardly branch, on a table that makes both err."""
    folder = tmp_path_factory.mktemp("differences")
    make_table(n_samples=180, noise=0.25).to_csv(folder / "samples.csv", index=False)
    return [
        train_table(folder / name, folder / "samples.csv", "random_forest", changes=few, folds=3)
        for name, few in (("bad", {"n_trees": 1, "min_samples_leaf": 60}), ("good", {"n_trees": 9}))
    ]


@pytest.fixture(scope="module")
def found(runs):
    return compare_closely(*runs)


def test_single_figures_are_those_of_the_command_line(runs, found):
    told = compare_runs(*runs)
    for item in found.differences[:4]:
        assert (item.a, item.b) == (told["a"][item.name], told["b"][item.name])
        assert item.support == told["n"]
    for name in ("overall_accuracy", "macro_f1"):
        (item,) = (one for one in found.differences if one.name == name)
        assert item.ci95 == told["ci95"][name]
        assert item.delta == pytest.approx(told["delta"][name])
    assert found.confusion[1].tolist() == told["b"]["confusion"]
    assert (found.agreement, found.groups) == (told["agreement"], told["groups"])
    assert found.votes.p == told["mcnemar"]["p"]


def test_every_class_has_its_row(found):
    rows = [item for item in found.differences if item.name == "f1"]
    assert [item.code for item in rows] == list(found.legend.codes)
    pair = found.pair
    expected = f1_score(pair.reference, pair.b.predicted, average=None)
    np.testing.assert_allclose([item.b for item in rows], expected)
    assert sum(item.support for item in rows) == len(pair)
    assert all(item.ci95[0] <= item.delta <= item.ci95[1] for item in rows)


def test_calibration_error_is_drawn_by_group(found):
    """The same by brute force: whole groups drawn anew, the error measured again."""
    pair = found.pair
    names = np.unique(pair.groups)
    random = np.random.default_rng(1)
    drawn = []
    for _ in range(300):
        chosen = random.choice(names, len(names))
        at = np.concatenate([np.flatnonzero(pair.groups == name) for name in chosen])
        errors = []
        for tested in (pair.a.take(at), pair.b.take(at)):
            right = tested.predicted == tested.reference
            errors.append(expected_calibration_error(tested.probabilities.max(axis=1), right))
        drawn.append(errors[1] - errors[0])
    (item,) = (one for one in found.differences if one.name == "ece")
    np.testing.assert_allclose(item.ci95, np.quantile(drawn, [0.025, 0.975]), atol=0.02)


def test_run_against_itself_is_sure_of_nothing(runs):
    same = compare_closely(runs[0], runs[0])
    assert not any(item.certain for item in same.differences)
    assert {item.delta for item in same.differences} == {0}
    assert len(pair_runs(runs[0], runs[0])) == len(same.pair)


@pytest.mark.parametrize(
    ("ends", "certain"),
    [((0.01, 0.2), True), ((-0.2, -0.01), True), ((-0.1, 0.1), False), ((0, 0.1), False)],
)
def test_a_difference_is_certain_where_its_interval_excludes_none(ends, certain):
    assert Difference("kappa", 0.5, 0.6, ends).certain is certain


def test_f1_intervals_are_opposite_the_other_way_round():
    random = np.random.default_rng(0)
    reference, a, b = random.integers(0, 3, (3, 200))
    groups = np.repeat(np.arange(20), 10)
    there = bootstrap_f1_differences(reference, a, b, groups, 4)
    back = bootstrap_f1_differences(reference, b, a, groups, 4)
    np.testing.assert_allclose(there, -back[:, ::-1])
    np.testing.assert_array_equal(there[3], [0, 0])
    assert (there[:3, 0] < there[:3, 1]).all()
