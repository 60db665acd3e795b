"""Overlapping tiles: what a pixel gets does not depend on how a region is cut."""

import keras
import numpy as np
import pytest

from cropcore.cube import Window
from cropcore.prediction import patch_predictor, patches
from cropcore.prediction.patches import around
from cropcore.samples import Scene

SHAPE = (37, 29)


def network(stride):
    """Sees 3 pixels around; pools by the stride and comes back."""
    keras.utils.set_random_seed(0)
    given = keras.Input((2, None, None, 3))
    hidden = keras.layers.Conv3D(4, (1, 3, 3), padding="same", activation="relu")(given)
    if stride > 1:
        hidden = keras.layers.MaxPooling3D((1, stride, stride))(hidden)
        hidden = keras.layers.UpSampling3D((1, stride, stride))(hidden)
    hidden = keras.layers.Conv3D(4, (2, 3, 3), padding="same", activation="relu")(hidden)
    return keras.Model(given, keras.layers.Conv3D(5, 1)(hidden)[:, 0])


@pytest.fixture(scope="module")
def scene():
    random = np.random.default_rng(0)
    return Scene(random.normal(size=(*SHAPE, 2, 3)).astype(np.float32))


@pytest.mark.parametrize(("stride", "reach"), [(1, 2), (4, 8)])
@pytest.mark.parametrize("tile", [4, 12, 128])
def test_tiles_have_no_seams(scene, monkeypatch, stride, reach, tile):
    monkeypatch.setattr(patches, "_TILE", tile)
    predictor = patch_predictor(network(stride), reach, stride)
    whole = predictor.logits(scene.read(Window(0, 0, *SHAPE)))
    assert whole.shape == (*SHAPE, 5)
    rows, cols = (place.ravel() for place in np.indices(SHAPE))
    order = np.random.default_rng(1).permutation(len(rows))
    found = predictor.at(scene, rows[order], cols[order])
    np.testing.assert_allclose(found, whole[rows[order], cols[order]], atol=1e-5)


def test_too_small_a_reach_would_show(scene, monkeypatch):
    monkeypatch.setattr(patches, "_TILE", 4)
    predictor = patch_predictor(network(1), 0, 1)
    whole = predictor.logits(scene.read(Window(0, 0, *SHAPE)))
    rows, cols = (place.ravel() for place in np.indices(SHAPE))
    found = predictor.at(scene, rows, cols).reshape(whole.shape)
    assert np.abs(found - whole).max() > 1e-2


def test_window_is_cut_off_at_the_edge_of_the_region():
    assert around(Window(8, 4, 4, 4), 8, (14, 40)) == Window(0, 0, 14, 16)


def test_probabilities_are_calibrated(scene):
    sharp, soft = (patch_predictor(network(1), 2, 1, temperature) for temperature in (0.5, 4.0))
    patch = scene.read(Window(0, 0, 6, 7))
    for predictor in (sharp, soft):
        np.testing.assert_allclose(predictor(patch).sum(axis=-1), 1, atol=1e-5)
    assert (sharp(patch).max(axis=-1) >= soft(patch).max(axis=-1)).all()


def test_nothing_is_asked_of_no_pixel(scene):
    none = np.empty(0, np.int64)
    assert patch_predictor(network(1), 2, 1).at(scene, none, none).shape == (0, 5)
