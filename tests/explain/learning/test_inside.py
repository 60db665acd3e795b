"""What is read from snapshots: likeness of epochs, paths on fixed axes, the date that helped."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from cropcore.explain.learning import (
    by_date,
    dates_csv,
    gates_by_date,
    largest_rise,
    norms,
    norms_csv,
    paths_of,
    read_inside,
    unbiased_cka,
)


def views(n=60, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, 8)), random.normal(size=(n, 5))


def test_likeness_does_not_see_turns_moves_and_scale():
    first, _ = views()
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))
    assert unbiased_cka(first, first) == pytest.approx(1)
    assert unbiased_cka(first, -3 * first @ turn + 5) == pytest.approx(1)
    assert unbiased_cka(first, first * np.arange(1, 9)) < 0.95, "units apart are another view"


def test_likeness_is_mutual():
    first, second = views()
    mixed = np.concatenate([first[:, :3], second], axis=1)
    assert unbiased_cka(first, mixed) == pytest.approx(unbiased_cka(mixed, first))
    assert 0.1 < unbiased_cka(first, mixed) < 0.9


def test_strangers_are_alike_by_nought_on_average():
    found = [unbiased_cka(*views(20, seed)) for seed in range(200)]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(200)
    assert min(found) < 0 < max(found)


def test_unbiased_estimator_by_hand():
    """The sum over all quadruples of different samples, which the estimator stands for."""
    from itertools import permutations

    first, second = (view[:6] for view in views())
    one, other = (view @ view.T for view in (first, second))

    def hsic(k, m):
        terms = [
            k[i, j] * (m[i, j] + m[q, r] - 2 * m[i, q]) for i, j, q, r in permutations(range(6), 4)
        ]
        return np.mean(terms)

    expected = hsic(one, other) / np.sqrt(hsic(one, one) * hsic(other, other))
    assert unbiased_cka(first, second) == pytest.approx(expected)


def test_paths_lie_on_the_components_of_all_epochs_together():
    seen = np.random.default_rng(2).normal(size=(4, 30, 6)) * np.arange(1, 7)
    seen -= seen.mean(axis=1, keepdims=True)
    seen /= np.sqrt((seen**2).sum(axis=2).mean(axis=1))[:, None, None]
    paths = paths_of(seen)
    oracle = PCA(2).fit(seen.reshape(-1, 6))
    expected = oracle.transform(seen.reshape(-1, 6)).reshape(4, 30, 2)
    np.testing.assert_allclose(np.abs(paths.points), np.abs(expected), atol=1e-8)
    np.testing.assert_allclose(paths.explained, oracle.explained_variance_ratio_)


def test_growth_and_drift_of_a_whole_layer_do_not_move_the_samples():
    seen = np.repeat(np.random.default_rng(2).normal(size=(1, 30, 6)), 3, axis=0)
    seen[1] = seen[1] * 50 + 7
    points = paths_of(seen).points
    np.testing.assert_allclose(points[1], points[0], atol=1e-9)


def test_axes_hold_all_epochs():
    seen = np.random.default_rng(3).normal(size=(4, 30, 6)) * np.arange(1, 5)[:, None, None]
    paths = paths_of(seen)
    for axis, (low, high) in enumerate(paths.limits):
        assert low < paths.points[..., axis].min()
        assert paths.points[..., axis].max() < high


def test_one_unit_and_no_movement_are_drawn_too():
    paths = paths_of(np.random.default_rng(4).normal(size=(2, 9, 1)))
    assert (paths.points[..., 1] == 0).all()
    assert paths.explained == pytest.approx((1, 0))
    assert paths_of(np.ones((2, 9, 3))).explained == (0, 0)


def test_the_date_that_helped():
    rise = largest_rise(np.array([0.1, 0.2, 1.2, 1.3]))
    assert (rise.step, rise.before, rise.after) == (2, pytest.approx(0.2), pytest.approx(1.2))
    back = largest_rise(np.array([1.3, 1.2, 0.2, 0.1]), backward=True)
    assert (back.step, back.before) == (1, pytest.approx(0.2))
    assert largest_rise(np.array([2.0, 1.0])) is None, "the first date has nothing to rise from"
    assert largest_rise(np.zeros(1)) is None


def test_probe_by_date_and_norms_are_read_and_taken_away(table_run):
    inside = read_inside(table_run.folder)
    share = by_date(inside, 0, "probe")
    assert share.shape == by_date(inside, 0).shape
    assert 0 <= share.min() < share.max() <= 1
    steps = [f"d{step}" for step in range(share.shape[1])]
    rows = [row.split(",") for row in dates_csv(inside, 0, steps).splitlines()]
    assert rows[0] == ["layer", "epoch", "step", "fisher_ratio", "probe_accuracy"]
    assert [float(row[4]) for row in rows[1:]] == pytest.approx(share.ravel().tolist(), rel=1e-4)
    found = norms(inside)
    assert found.kernels.shape == (len(inside.epochs), len(found.layers))
    rows = [row.split(",") for row in norms_csv(inside, found).splitlines()]
    assert rows[1][:2] == [found.layers[0], "0"]
    expected = [found.kernels[-1, -1], found.gradients[-1, -1]]
    assert list(map(float, rows[-1][2:])) == pytest.approx(expected, rel=1e-4)
    with pytest.raises(ValueError, match="no gates"):
        gates_by_date(inside, 0)
    with pytest.raises(ValueError, match="no dates"):
        by_date(inside, len(inside.layers) - 1)
