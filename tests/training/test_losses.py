"""Losses against their definition, and the way of the learning rate."""

import keras
import numpy as np
import pytest

from cropcore.confidence import softmax
from cropcore.training.losses import ClassLoss
from cropcore.training.schedules import learning_rate


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(0, 2, (7, 4)).astype(np.float32)


LABELS = np.array([0, 1, 2, 3, 0, 1, 2])


def test_plain_is_the_cross_entropy_of_keras(logits):
    plain = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert float(ClassLoss()(LABELS, logits)) == pytest.approx(float(plain(LABELS, logits)), 1e-6)


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_focus_is_that_of_the_paper(logits, gamma):
    p = softmax(logits)[np.arange(7), LABELS]
    expected = -((1 - p) ** gamma) * np.log(p)
    found = np.asarray(ClassLoss(gamma, reduction=None)(LABELS, logits))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_smoothing_shares_certainty_out_to_all_classes(logits):
    wanted = np.full((7, 4), 0.1 / 4)
    wanted[np.arange(7), LABELS] += 0.9
    expected = -(wanted * np.log(softmax(logits))).sum(axis=1)
    found = np.asarray(ClassLoss(smoothing=0.1, reduction=None)(LABELS, logits))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_gradient_stays_finite_where_the_network_is_sure(gamma):
    import tensorflow as tf

    logits = tf.constant([[80.0, -80.0], [-80.0, 80.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = ClassLoss(gamma)(np.array([0, 0]), logits)
    assert np.isfinite(tape.gradient(loss, logits)).all()
    assert float(loss) > 10, "the second one is told wrong"


def test_patches_without_weight_do_not_count(logits):
    patch = logits[:6].reshape(1, 2, 3, 4)
    labels = LABELS[:6].reshape(1, 2, 3)
    weights = np.array([[[1, 0, 0], [0, 0, 1]]], np.float32)
    loss = ClassLoss(reduction="mean_with_sample_weight")
    p = softmax(logits)[np.arange(7), LABELS]
    expected = -(np.log(p[0]) + np.log(p[5])) / 2
    assert float(loss(labels, patch, sample_weight=weights)) == pytest.approx(expected, rel=1e-5)


def rates(schedule, waited, n_epochs=40, patience=6):
    rate, found = 0.01, []
    for epoch, since in enumerate(waited):
        rate = learning_rate(
            schedule, first=0.01, now=rate, epoch=epoch, n_epochs=n_epochs, waited=since,
            patience=patience,
        )  # fmt: skip
        found.append(rate)
    return found


def test_plateau_halves_after_a_third_of_the_patience():
    assert rates("plateau", [0, 0, 1, 2, 3, 4, 0]) == pytest.approx(
        [0.01, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025]
    )
    assert min(rates("plateau", [2] * 60)) == 1e-6


def test_cosine_rises_then_falls_to_nothing():
    found = rates("cosine", [0] * 40)
    assert found[:2] == pytest.approx([0.005, 0.01])
    assert np.argmax(found) in (1, 2)
    assert (np.diff(found[2:]) < 0).all()
    assert found[-1] < 1e-4


def test_constant_stays():
    assert set(rates("constant", [0, 1, 2, 3, 4])) == {0.01}
