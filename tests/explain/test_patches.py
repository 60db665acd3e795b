"""Patches: the reasons in space and those in time are the same, at the region's edge too."""

import keras
import numpy as np
import pytest

from cropcore.explain import Question
from cropcore.explain.attribution import Target
from cropcore.explain.attribution.gradient import NetworkScore, trace
from cropcore.explain.subject import pixel_subject
from cropcore.models import ARCHITECTURES, SeriesSpec
from cropcore.prediction import patch_predictor

PLACES = {"inside": (100, 120), "corner": (0, 255)}


@pytest.mark.parametrize("place", list(PLACES))
@pytest.mark.parametrize("method", ["saliency", "integrated_gradients", "occlusion_date"])
def test_space_and_time_sum_to_the_same(method, place, patches, champagne):
    subject = pixel_subject(patches.run, champagne, *PLACES[place])
    seen = subject.seen
    found = patches.explain(seen, subject.start, Question(method))
    assert found.around.shape == seen.values.shape[1:3]
    assert found.pixel == (seen.row, seen.col)
    whole = found.attribution.values[0]  # (time, y, x, band)
    np.testing.assert_allclose(found.values, whole.sum(axis=(1, 2)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.around, whole.sum(axis=(0, 3)), rtol=1e-4, atol=1e-5)
    assert found.around.sum() == pytest.approx(found.values.sum(), rel=1e-3, abs=1e-4)
    assert np.abs(found.around).sum() > 0


def test_contributions_account_for_the_pixels_logit(patches, champagne):
    subject = pixel_subject(patches.run, champagne, 100, 120)
    seen = subject.seen
    found = patches.explain(seen, subject.start)
    at = patches.data.legend.classes.index(found.target)
    given, base = patches.filled(seen.values, patches.mean[:, None, None])
    logits = [patches.predictor.logits(np.ascontiguousarray(one))[seen.row, seen.col, at]
              for one in (given, np.broadcast_to(base, given.shape))]  # fmt: skip
    assert found.around.sum() == pytest.approx(logits[0] - logits[1], rel=0.02, abs=1e-3)


def test_patches_cut_off_by_the_edge_are_asked_as_they_are_predicted():
    """Their sides are no multiples of the network's stride."""
    described = ARCHITECTURES["attention_unet3d"](filters=2, dense_units=8)
    keras.utils.set_random_seed(0)
    spec = SeriesSpec("series", (0.0, 10.0, 20.0), ("B04", "B08"), (0.1, 0.3), (0.1, 0.1))
    model = described.build([spec], 3)
    patch = np.random.default_rng(0).normal(0.2, 0.1, (3, 13, 10, 2)).astype(np.float32)
    predictor = patch_predictor(model, described.reach(3), described.stride)
    score = NetworkScore(trace(model, described.stride), Target(1), 3, (12, 9))
    assert score(patch[None])[0] == pytest.approx(predictor.logits(patch)[12, 9, 1], abs=1e-5)
    gradient = score.gradient(patch[None])
    assert gradient.shape == (1, *patch.shape)
    assert np.isfinite(gradient).all()
    assert np.abs(gradient[0, :, 12, 9]).max() > 0
