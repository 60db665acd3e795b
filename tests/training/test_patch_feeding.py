"""Patches to learn from: every label comes, no label of another set does."""

import numpy as np
import pytest

from cropcore.cube import Calendar, ModelInput
from cropcore.models import PatchNetwork
from cropcore.samples import Scene
from cropcore.training.patch_feeding import PatchFeed, turned
from cropcore.training.record import TrainingSettings

SHAPE = (45, 30)
INPUTS = (ModelInput("series", Calendar(1, 1, 10, 1), ("B04", "B08"), (0, 1)),)
PLACES = np.indices(SHAPE).reshape(2, -1).T


class Wide(PatchNetwork):
    def halo(self, n_dates):
        return 3

    @property
    def stride(self):
        return 4

    def encode(self, series, spec):
        return series[:, 0]


def feed(train=None, labels=None, seed=0, shape=SHAPE, **settings):
    """A scene whose every pixel says where it lies."""
    here = np.indices(shape).transpose(1, 2, 0)[:, :, None].astype(np.float32)  # (y, x, 1, 2)
    places = np.indices(shape).reshape(2, -1).T
    ids = np.array([f"{row}_{col}" for row, col in places])
    labels = np.arange(len(ids)) % 5 if labels is None else labels
    train = np.arange(len(ids)) if train is None else train
    chosen = TrainingSettings(**{"patch_size": 16, "batch_size": 128} | settings)
    sd = here.std(axis=(0, 1, 2))
    return PatchFeed(Scene(here), ids, labels, train, Wide(), chosen, INPUTS, sd, seed)


def epoch(given):
    batches = given.arguments()["x"]
    return [next(batches) for _ in range(given.steps)]


@pytest.mark.parametrize("flips", [False, True])
def test_labels_belong_to_the_pixels_they_stand_at(flips):
    given = feed(flips=flips)
    for patches, labels, weights in epoch(given):
        assert patches.shape == (4, 1, 16, 16, 2)
        rows, cols = patches[:, 0, :, :, 0], patches[:, 0, :, :, 1]
        expected = (rows * SHAPE[1] + cols).astype(int) % 5
        np.testing.assert_array_equal(labels[weights > 0], expected[weights > 0])
        assert (weights > 0).all()
    assert any((np.diff(patch[0, :, :, 0], axis=0) != 1).any() for patch in patches) is flips


def test_only_training_samples_have_weight():
    train = np.flatnonzero(PLACES[:, 0] < 20)
    for patches, _, weights in epoch(feed(train=train)):
        np.testing.assert_array_equal(weights > 0, patches[:, 0, :, :, 0] < 20)
        assert (weights > 0).any(axis=(1, 2)).all(), "a patch with nothing to learn"


def test_every_label_comes_within_two_epochs():
    given = feed()
    batches = given.arguments()["x"]
    seen = np.zeros(SHAPE, bool)
    for _ in range(2 * given.steps):
        patches, _, _ = next(batches)
        places = patches[:, 0].reshape(-1, 2).astype(int)
        seen[places[:, 0], places[:, 1]] = True
    assert seen.all()


def test_balance_gives_classes_the_same_say():
    labels = (PLACES[:, 0] >= 40).astype(int)  # a ninth
    total = np.zeros(2)
    batches = feed(labels=labels, balance=True).arguments()["x"]
    for _ in range(200):
        _, known, weights = next(batches)
        total += [weights[known == at].sum() for at in (0, 1)]
    assert total[1] / total[0] == pytest.approx(1, abs=0.25)


def test_region_smaller_than_a_patch_is_filled_with_nothing():
    given = feed(shape=(10, 21), flips=False)
    assert given.side == 12
    for patches, _, weights in epoch(given):
        beyond = np.isnan(patches[:, 0, :, :, 0])
        assert beyond.any()
        assert (weights[beyond] == 0).all()


def test_same_seed_cuts_the_same_patches():
    one, same, other = (epoch(feed(seed=seed))[0][0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_turning_covers_all_eight_ways():
    square = np.arange(9).reshape(3, 3)
    ways = {
        turned(square, turns, mirrored, (0, 1)).tobytes()
        for turns in range(4)
        for mirrored in (False, True)
    }
    assert len(ways) == 8


def test_patches_are_varied_as_is_asked():
    """Noise of the asked size, labels where they were."""
    plain, noisy = (epoch(feed(flips=False, band_noise=noise)) for noise in (0, 0.1))
    (patches, labels, weights), (varied, same, equal) = plain[0], noisy[0]
    np.testing.assert_array_equal(labels, same)
    np.testing.assert_array_equal(weights, equal)
    expected = 0.1 * np.indices(SHAPE).std(axis=(1, 2))
    np.testing.assert_allclose((varied - patches).std(axis=(0, 1, 2, 3)), expected, rtol=0.1)
