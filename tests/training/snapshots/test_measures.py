"""How far layers tell classes apart: by hand, and against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge

from cropcore.training.snapshots.measures import (
    compact,
    date_accuracy,
    fisher_ratio,
    gram,
    leading,
    probe_accuracy,
    silent_share,
)

LABELS = np.array([0, 0, 1, 1])


def clouds(n=120, n_classes=3, width=6, apart=3.0, seed=0):
    """Samples around the corners of a simplex, their classes and folds."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % n_classes
    centres = apart * np.eye(n_classes, width)
    return centres[labels] + random.normal(size=(n, width)), labels, np.arange(n) // n_classes % 5


def test_fisher_ratio_by_hand():
    values = np.array([[0.0], [2.0], [10.0], [12.0]])
    # class means 1 and 11, all 6: between 4 * 25 = 100, within 4 * 1 = 4
    assert fisher_ratio(values, LABELS) == pytest.approx(25)


def test_fisher_ratio_stands_for_each_date_alone():
    values = np.stack([[[0.0], [2.0]], [[2.0], [2.0]], [[10.0], [0.0]], [[12.0], [0.0]]])
    ratio = fisher_ratio(values, LABELS)
    assert ratio.shape == (2,)
    assert ratio[0] == pytest.approx(25)
    assert ratio[1] == pytest.approx(1e9), "nothing within the classes, yet finite"
    assert (fisher_ratio(np.ones((4, 3, 2)), LABELS) == 0).all()


def test_fisher_ratio_of_all_dates_weighs_each_by_its_scatter():
    random = np.random.default_rng(1)
    values = random.normal(size=(40, 5, 3)) * np.arange(1, 6)[:, None]
    labels = random.integers(0, 3, 40)
    flat = fisher_ratio(values.reshape(40, -1), labels)
    each = fisher_ratio(values, labels)
    assert each.min() <= flat <= each.max()


def test_fisher_ratio_of_chance_is_what_the_page_says():
    random = np.random.default_rng(2)
    values, labels = random.normal(size=(300, 200)), np.arange(300) % 11
    assert fisher_ratio(values, labels) == pytest.approx(10 / 289, rel=0.1)


def test_turning_and_scaling_all_units_changes_nothing():
    values, labels, _ = clouds()
    turn, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(6, 6)))
    assert fisher_ratio(7 * values @ turn + 4, labels) == pytest.approx(
        fisher_ratio(values, labels)
    )


@pytest.mark.parametrize(("apart", "width"), [(3.0, 6), (1.0, 6), (1.0, 400)])
def test_probe_is_ridge_regression_tested_on_other_folds(apart, width):
    values, labels, fold = clouds(apart=apart, width=width)
    found = probe_accuracy(gram(values), labels, fold)
    expected = np.empty(len(labels), bool)
    for at in range(5):
        known, new = fold != at, fold == at
        centred = values[known] - values[known].mean(axis=0)
        oracle = Ridge(0.01 * float((centred**2).sum()) / known.sum())
        oracle.fit(values[known], np.eye(3)[labels[known]])
        expected[new] = oracle.predict(values[new]).argmax(axis=1) == labels[new]
    np.testing.assert_array_equal(found, expected)


def test_probe_learns_nothing_of_what_it_is_tested_on():
    random = np.random.default_rng(4)
    group = np.repeat(np.arange(30), 4)
    labels = random.integers(0, 2, 30)[group]
    values = np.eye(30)[group] + 0.01 * random.normal(size=(120, 30))  # tells groups, not classes
    assert probe_accuracy(gram(values), labels, group % 5).mean() < 0.7
    assert probe_accuracy(gram(values), labels, np.tile(np.arange(4), 30)).mean() == 1


def test_probe_needs_two_folds():
    values, labels, fold = clouds()
    assert len(probe_accuracy(gram(values), labels, np.zeros_like(fold))) == 0
    same = probe_accuracy(gram(np.ones((120, 3))), labels, fold)
    assert same.mean() == pytest.approx(1 / 3)


@pytest.mark.parametrize("width", [4, 150])
def test_probe_of_each_date_is_that_of_the_whole_layer_at_it(width):
    values, labels, fold = clouds(width=width, apart=3.0)
    random = np.random.default_rng(5)
    dates = np.stack([values * share + random.normal(size=values.shape) for share in (0, 1, 9)], 1)
    expected = [probe_accuracy(gram(dates[:, at]), labels, fold).mean() for at in range(3)]
    found = date_accuracy(dates, labels, fold)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert found[0] < found[2]


def test_probe_of_dates_without_anything_to_learn_or_to_test():
    labels, fold = np.array([0, 1] * 6), np.arange(12) // 2 % 3
    values = np.zeros((12, 2, 3))
    np.testing.assert_array_equal(date_accuracy(values, labels, fold), 0.5)
    assert np.isnan(date_accuracy(values, labels, np.zeros_like(fold))).all()


def test_silent_units_are_zero_for_everybody():
    values = np.zeros((5, 3, 4))
    values[2, 1, 0] = 0.1
    values[0, 0, 3] = -0.1
    assert silent_share(values) == 0.5


@pytest.mark.parametrize("shape", [(40, 9, 50), (30, 200)])
def test_compact_is_a_pca_that_leads_back(shape):
    random = np.random.default_rng(5)
    low = random.normal(size=(*shape[:-1], 4)) @ random.normal(size=(4, shape[-1]))
    values = (low + 0.01 * random.normal(size=shape)).astype(np.float32)
    small = compact(values, 8)
    assert small.values.shape == (*shape[:-1], 8)
    back = small.values @ small.basis + small.mean
    assert np.abs(back - values).max() < 0.1
    oracle = PCA(8).fit(values.reshape(-1, shape[-1]))
    assert small.explained == pytest.approx(oracle.explained_variance_ratio_.sum(), rel=1e-4)
    np.testing.assert_allclose(small.basis @ small.basis.T, np.eye(8), atol=1e-6)


def test_few_units_are_kept_as_they_are():
    values = np.random.default_rng(6).normal(size=(10, 4, 3))
    small = compact(values, 3)
    assert small.basis is None
    assert small.values is values
    assert compact(np.ones((5, 9)), 2).explained == 1, "nothing varies, nothing is lost"


def test_leading_scores_have_the_products():
    values = np.random.default_rng(7).normal(size=(30, 5))
    products = gram(values)
    scores = leading(products, 8)
    np.testing.assert_allclose(scores @ scores.T, products, atol=1e-8)
    assert scores.shape == (30, 8)
