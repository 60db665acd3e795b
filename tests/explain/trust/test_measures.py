"""Trust measures where the answer is known: linear scores, rankings by hand, redrawn weights."""

import keras
import numpy as np
import pytest
from keras import layers

from cropcore.explain.trust import Grade, agreement, curves, randomisation, redraw, spearman
from cropcore.explain.trust.faithfulness import changed

SHAPE = (4, 5)
CELLS = np.array([(date, band) for date in range(4) for band in range(5)])
WEIGHTS = np.zeros(SHAPE)
WEIGHTS[1, 2], WEIGHTS[2, 3], WEIGHTS[0, 0] = 5, 3, -4
SERIES, BASELINE = np.ones(SHAPE), np.zeros(SHAPE)


def ask(series):
    """A logistic score of which three values decide."""
    return 1 / (1 + np.exp(-(series * WEIGHTS).sum(axis=(1, 2))))


def faithful(attribution, **others):
    return curves(ask, SERIES, BASELINE, CELLS, attribution.ravel(), signed=True, **others)


def test_curves_begin_and_end_where_they_should():
    deletion, insertion = faithful(WEIGHTS)
    whole, nothing = ask(SERIES[None])[0], 0.5
    for curve in (deletion.values, *deletion.random):
        assert (curve[0], curve[-1]) == pytest.approx((whole, nothing))
    for curve in (insertion.values, *insertion.random):
        assert (curve[0], curve[-1]) == pytest.approx((nothing, whole))


def test_supporting_values_go_first_and_opposing_ones_last():
    deletion, insertion = faithful(WEIGHTS, shares=(0, 0.05, 0.1, 0.95, 1))
    np.testing.assert_allclose(deletion.values, 1 / (1 + np.exp(-np.array([4, -1, -4, -4, 0.0]))))
    assert insertion.values[2] == pytest.approx(1 / (1 + np.exp(-8)))


def test_right_attribution_is_good_and_its_reverse_is_bad():
    assert [curve.grade for curve in faithful(WEIGHTS)] == [Grade.GOOD] * 2
    assert [curve.grade for curve in faithful(-WEIGHTS)] == [Grade.BAD] * 2


def test_nothing_at_stake_is_not_graded():
    found = curves(lambda x: np.full(len(x), 0.4), SERIES, BASELINE, CELLS, WEIGHTS.ravel(),
                   signed=False)  # fmt: skip
    assert [curve.grade for curve in found] == [Grade.NOT_APPLICABLE] * 2


def test_bands_of_patches_change_over_all_surroundings():
    seen = []

    def remember(series):
        seen.append(series)
        return series.mean(axis=(1, 2, 3, 4))

    patch = np.ones((4, 3, 3, 5))
    curves(remember, patch, 0 * patch, CELLS, WEIGHTS.ravel(), signed=True, n_random=2)
    (asked,) = seen  # once, about all
    assert (asked == asked[:, :, :1, :1]).all()


def test_values_without_attribution_stay():
    deletion, insertion = curves(ask, SERIES, BASELINE, CELLS[:7], WEIGHTS.ravel()[:7], signed=True)
    rest = SERIES.copy()
    rest[0], rest[1, :2] = 0, 0
    assert deletion.values[-1] == insertion.values[0] == pytest.approx(ask(rest[None])[0])


def test_more_values_are_changed_at_each_step():
    masks = changed(SHAPE, CELLS, np.stack([np.arange(20), np.arange(20)[::-1]]), np.array([0, 3]))
    assert masks.sum(axis=(2, 3)).tolist() == [[0, 3], [0, 3]]
    assert masks[0, 1, 0, :3].all()
    assert masks[1, 1, 3, 2:].all()


def test_spearman_counts_ranks_and_ties_and_says_nothing_of_constants():
    one = np.array([[1.0, 2, 3], [4, 5, 6]])
    assert spearman(one, np.exp(one)) == pytest.approx(1)
    assert spearman(one, -one) == pytest.approx(-1)
    assert spearman(np.array([1, 2, 2, 3]), np.array([1, 2, 3, 4])) == pytest.approx(
        0.9487, abs=1e-4
    )
    assert np.isnan(spearman(one, np.zeros_like(one)))


def test_agreement_is_with_methods_of_the_same_question():
    values = np.random.default_rng(0).normal(size=SHAPE)
    others = {"ours": values, "like": -2 * values, "other": values[::-1], "none": 0 * values}
    found = agreement(others, "ours", ("like", "none"))
    assert found.with_alike == pytest.approx(1)
    assert found.grade is Grade.GOOD
    assert found.to_json()["matrix"][0][3] is None
    assert agreement({"ours": values}, "ours", ()).grade is Grade.NOT_APPLICABLE


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    given = keras.Input(SHAPE)
    hidden = layers.BatchNormalization()(layers.Conv1D(6, 3, padding="same")(given))
    return keras.Model(given, layers.Dense(3)(layers.Flatten()(hidden)))


def test_redrawn_copy_has_other_weights_and_leaves_the_network_alone(network):
    before = [weight.copy() for weight in network.get_weights()]
    copied, again, other = redraw(network, 1), redraw(network, 1), redraw(network, 2)
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert copied.changed > 0.8
    for one, same, third in zip(
        copied.model.get_weights(),
        again.model.get_weights(),
        other.model.get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(one, same)
        np.testing.assert_allclose(np.sort(np.abs(one).ravel()), np.sort(np.abs(third).ravel()))
    assert not np.allclose(copied.model.layers[1].get_weights()[0], before[0])
    x = np.ones((1, *SHAPE), np.float32)
    assert not np.allclose(copied.model(x), network(x))


def test_network_without_anything_to_redraw_is_no_check():
    given = keras.Input((4,))
    flat = keras.Model(given, layers.Dense(2, kernel_initializer="zeros")(given))
    with pytest.raises(RuntimeError, match="0 of 10 weights"):
        redraw(flat)


def test_randomisation_grades_what_survives():
    values = np.random.default_rng(0).normal(size=(24, 10))
    others = [np.random.default_rng(seed).normal(size=(24, 10)) for seed in (1, 2)]
    assert randomisation(values, others, 1.0).grade is Grade.GOOD
    assert randomisation(values, [values], 1.0).grade is Grade.BAD
    assert randomisation(values, [0 * values], 1.0).grade is Grade.NOT_APPLICABLE
