"""Gradients while a network learns: in closed form, and as the explanations have them."""

import keras
import numpy as np
import pytest
from keras import layers as kit

from cropcore.confidence import softmax
from cropcore.explain.attribution import Background, Target
from cropcore.explain.attribution.gradient import NetworkScore, trace
from cropcore.explain.attribution.saliency import Saliency
from cropcore.models import ARCHITECTURES, SeriesSpec
from cropcore.models.layers.standardise import Standardise
from cropcore.samples import Scene
from cropcore.training.snapshots.gradients import (
    SIDE,
    patches_asked,
    pull_of,
    series_asked,
    side_of,
)
from cropcore.training.snapshots.looking import Pixels, View
from cropcore.training.snapshots.planning import weighted

MEAN, SD = np.array([0.2, 0.4]), np.array([0.1, 0.05])
SPEC = SeriesSpec("series", (0.0, 10.0, 20.0, 30.0), ("B04", "B08"), tuple(MEAN), tuple(SD))
N_CLASSES = 3


def drawn(*shape, seed=0):
    return (MEAN + SD * np.random.default_rng(seed).normal(size=shape)).astype(np.float32)


def pull(model, asked):
    kernels = [own for _, own in weighted(model)]
    return pull_of(model, kernels, MEAN, SD, asked)()


def test_gradients_of_a_linear_network_in_closed_form():
    series = keras.Input((4, 2), name="series")
    flat = kit.Flatten()(Standardise(tuple(MEAN), tuple(SD))(series))
    model = keras.Model(series, kit.Dense(N_CLASSES, name="logits")(kit.Dropout(0.9)(flat)))
    probe, labels = drawn(20, 4, 2), np.arange(20) % N_CLASSES
    probe[3, 1, 0] = np.nan  # counts as the band's mean
    some = np.array([1, 3, 4, 8, 19])
    norms, slopes = pull(model, series_asked(probe, labels, some))
    given = np.nan_to_num((probe - MEAN) / SD).reshape(20, -1)
    kernel, bias = model.get_layer("logits").get_weights()
    wrong = softmax(given @ kernel + bias) - np.eye(N_CLASSES)[labels]
    assert norms == pytest.approx([np.linalg.norm(given.T @ wrong / 20)], rel=1e-5)
    expected = kernel.T[labels[some]].reshape(5, 4, 2)
    np.testing.assert_allclose(slopes, expected, rtol=1e-4)


def test_attribution_is_the_saliency_of_the_true_class():
    keras.utils.set_random_seed(0)
    model = ARCHITECTURES["cnn1d"].parse({"filters": 4, "dense_units": 8}, "").build([SPEC], 3)
    probe, labels = drawn(6, 4, 2), np.array([0, 1, 2, 0, 1, 2])
    norms, slopes = pull(model, series_asked(probe, labels, np.arange(6)))
    assert norms.shape == (len(weighted(model)),)
    assert (norms > 0).all()
    traced = trace(model)
    for label in range(N_CLASSES):
        score = NetworkScore(traced, Target(label), N_CLASSES)
        told = Saliency()(score, probe[labels == label], Background(MEAN, SD, ()))
        np.testing.assert_allclose(slopes[labels == label], told.values, atol=1e-5)


@pytest.mark.parametrize("name", ["cnn3d", "attention_unet3d"])
def test_attribution_of_a_pixel_is_summed_over_all_that_it_depends_on(name):
    keras.utils.set_random_seed(0)
    kind = ARCHITECTURES[name]
    described = kind.parse(kind.presets["quick"], name)
    model = described.build([SPEC], N_CLASSES)
    scene = Scene(drawn(44, 40, 4, 2))
    pixels = Pixels(np.array([0, 21, 43, 22]), np.array([1, 19, 39, 18]))
    labels, centres = np.array([0, 1, 2, 1]), np.array([0, 1, 2])
    view = View(described.reach(4), described.stride)
    side = side_of(view, scene.shape)
    assert side == 2 * view.reach + view.stride <= SIDE
    asked = patches_asked(scene, pixels, labels, centres, side, view.stride)
    held = [
        (int(turn), int(label)) for turn, label in zip(asked.at[:, 0], asked.labels, strict=True)
    ]
    assert {(0, 0), (1, 1), (2, 2)} <= set(held)
    assert held.count((1, 1)) == 2, "all that lie in a patch"
    _, slopes = pull(model, asked)
    whole = np.ascontiguousarray(scene.values.transpose(2, 0, 1, 3)[None])
    traced = trace(model)
    for at in centres.tolist():
        pixel = int(pixels.rows[at]), int(pixels.cols[at])
        score = NetworkScore(traced, Target(int(labels[at])), N_CLASSES, pixel)
        told = Saliency()(score, whole, Background(MEAN, SD, ())).values.sum(axis=(2, 3))[0]
        np.testing.assert_allclose(slopes[at], told, atol=1e-4 * np.abs(told).max())


def test_patches_stay_small_and_within_the_scene():
    scene = Scene(drawn(30, 50, 4, 2))
    view = View(32, 4)
    side = side_of(view, scene.shape)
    assert side == SIDE
    pixels = Pixels(np.array([29, 0, 15]), np.array([0, 49, 25]))
    labels = np.array([2, 0, 1])
    asked = patches_asked(scene, pixels, labels, np.arange(3), side, view.stride)
    assert asked.given.shape == (3, 4, side, side, 2)
    assert asked.labels[asked.explained].tolist() == [2, 0, 1]
    for turn, row, col in asked.at[asked.explained].tolist():
        own = scene.values[pixels.rows[turn], pixels.cols[turn]]
        np.testing.assert_array_equal(asked.given[turn, :, row, col], own)
    assert side_of(view, (9, 10)) == 12, "no larger than the scene"
    tiny, corner = Scene(drawn(9, 10, 4, 2)), Pixels(np.array([8]), np.array([9]))
    small = patches_asked(tiny, corner, np.array([1]), np.array([0]), 12, view.stride)
    assert np.isnan(small.given[0, 0, 9:]).all()
    assert small.at.tolist() == [[0, 8, 9]]
