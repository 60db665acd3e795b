"""Answers of several models made one, by rules that can be worked out by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from cropcore.confidence import aleatoric, entropy, epistemic, nll, softmax
from cropcore.prediction import Combination, fit_combination

RULES = ("mean", "vote", "weighted", "stacked")
NAMES = ("a", "b", "c")
SAID = np.array([[[0.8, 0.2, 0.0]], [[0.3, 0.6, 0.1]], [[0.1, 0.5, 0.4]]])


def answers(n_samples=300, n_classes=3, seed=0, skill=(2.0, 1.0, 0.0)):
    """Probabilities of members of differing skill, and the truth."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, n_classes, n_samples)
    logits = random.normal(size=(len(skill), n_samples, n_classes))
    logits += np.array(skill)[:, None, None] * np.eye(n_classes)[truth]
    return softmax(logits), truth


def combined(combination, said):
    return softmax(combination(said))


def even(rule, **others):
    return Combination(rule=rule, members=NAMES, weights=(1 / 3,) * 3, **others)


def test_mean_is_the_mean():
    np.testing.assert_allclose(combined(even("mean"), SAID), [[0.4, 1.3 / 3, 0.5 / 3]])


def test_votes_count_and_the_mean_decides_between_equals():
    found = combined(even("vote"), SAID)
    np.testing.assert_allclose(found, [[(1 + 0.4) / 4, (2 + 1.3 / 3) / 4, (0.5 / 3) / 4]])
    two = Combination(rule="vote", members=("a", "b"), weights=(0.5, 0.5))
    assert combined(two, SAID[:2]).argmax() == 0, "one vote each: 0.55 against 0.4"


def test_weights_weigh():
    some = Combination(rule="weighted", members=NAMES, weights=(0.5, 0.25, 0.25))
    np.testing.assert_allclose(combined(some, SAID), [[0.5, 0.375, 0.125]])


def test_stacking_is_logistic_regression_on_log_probabilities():
    coefficients = np.zeros((3, 9))
    coefficients[0, 0], coefficients[1, 4], coefficients[2, 8] = 1.0, 2.0, 0.5
    intercepts = (0.1, 0.2, 0.3)
    some = even(
        "stacked", coefficients=tuple(map(tuple, coefficients.tolist())), intercepts=intercepts
    )
    expected = [np.log(0.8) + 0.1, 2 * np.log(0.6) + 0.2, 0.5 * np.log(0.4) + 0.3]
    np.testing.assert_allclose(some(SAID), [expected])


@pytest.mark.parametrize("rule", RULES)
def test_every_member_has_a_say(rule):
    """One hybrid of the reference drops one of its inputs."""
    said, truth = answers(skill=(1.0, 1.0, 1.0))
    some = fit_combination(rule, NAMES, said, truth)
    before = some(said)
    for member in range(3):
        changed = said.copy()
        changed[member] = changed[member][:, ::-1]
        assert np.abs(some(changed) - before).max() > 1e-3


@pytest.mark.parametrize("rule", RULES)
def test_samples_and_windows_alike(rule):
    said, truth = answers(24)
    some = fit_combination(rule, NAMES, said, truth)
    window = some(said.reshape(3, 4, 6, 3))
    np.testing.assert_allclose(window.reshape(24, 3), some(said))


def test_weights_lie_on_the_simplex_and_nothing_near_fits_better():
    said, truth = answers()
    weights = np.array(fit_combination("weighted", NAMES, said, truth).weights)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert weights[0] > weights[1] > weights[2]

    def loss(some):
        return nll(np.tensordot(some, said, axes=1), truth)

    random = np.random.default_rng(1)
    for other in random.dirichlet(np.ones(3), 300):
        assert loss(weights) <= loss(other) + 1e-6


def test_stacking_learns_what_no_weights_can():
    """A member that swaps two classes is as good as one that does not."""
    said, truth = answers(600, skill=(0.0, 3.0, 0.0))
    said[1] = said[1][:, [1, 0, 2]]
    fresh, wanted = answers(600, seed=5, skill=(0.0, 3.0, 0.0))
    fresh[1] = fresh[1][:, [1, 0, 2]]
    right = {
        rule: (fit_combination(rule, NAMES, said, truth)(fresh).argmax(axis=1) == wanted).mean()
        for rule in ("weighted", "stacked")
    }
    assert right["stacked"] > right["weighted"] + 0.2


def test_class_without_a_validation_sample_keeps_what_members_say():
    said, truth = answers(60)
    known = truth != 2
    some = fit_combination("stacked", NAMES, said[:, known], truth[known])
    assert some.fits(3)
    assert some.unseen == (2,)
    shares = softmax(np.log(said).mean(axis=0))
    np.testing.assert_allclose(softmax(some(said))[:, 2], shares[:, 2])
    sure = np.full((3, 1, 3), [0.01, 0.01, 0.98])
    assert some(sure).argmax() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"weights": (0.5, 0.5)},
        {"weights": (0.5, 0.6, 0.5)},
        {"weights": (-0.5, 0.5, 1.0)},
        {"members": ("a",), "weights": (1.0,)},
        {"members": ("a",) * 21, "weights": (1 / 21,) * 21},
        {"rule": "stacked"},
        {"coefficients": ((1.0,),), "intercepts": (0.0,)},
        {"rule": "best"},
        {"unseen": (0,)},
    ],
)
def test_what_cannot_be_is_refused(change):
    with pytest.raises(ValidationError):
        Combination(**{"rule": "mean", "members": NAMES, "weights": (1 / 3,) * 3} | change)


def test_uncertainty_adds_up():
    said, _ = answers()
    total = entropy(said.mean(axis=0))
    np.testing.assert_allclose(aleatoric(said) + epistemic(said), total, atol=1e-12)
    assert (epistemic(said) >= 0).all()
    agreed = np.stack([said[0]] * 3)
    np.testing.assert_allclose(epistemic(agreed), 0, atol=1e-12)
    sure = np.eye(2)[:, None]  # two members, each sure of another class
    assert aleatoric(sure)[0] == 0
    assert epistemic(sure)[0] == pytest.approx(1)
    np.testing.assert_allclose(aleatoric(said, np.array([1, 0, 0])), entropy(said[0]))
