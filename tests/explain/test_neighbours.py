"""Nearest training samples: a sample is its own, and looks like those of its class."""

import numpy as np
import pytest

from cropcore.explain import explainer_of
from cropcore.explain.known import known_samples
from cropcore.explain.neighbours import MOST_OF_PATCHES, Neighbours
from cropcore.explain.subject import pixel_subject
from cropcore.prediction import Surroundings
from cropcore.samples.scene import places


@pytest.fixture(scope="module", params=["table_run", "forest_run", "ensemble_run"])
def neighbours(request):
    run = request.getfixturevalue(request.param)
    return Neighbours(explainer_of(run), known_samples(run))


def test_a_training_sample_is_its_own_nearest_neighbour(neighbours):
    samples, at = neighbours.known.samples, int(neighbours.positions[7])
    seen = Surroundings.alone(samples.series[at])
    found = neighbours.nearest(seen, 30)
    assert [item.distance for item in found] == sorted(item.distance for item in found)
    same = {item.id: item for item in found if item.distance < 1e-4}[samples.ids[at]]
    assert (same.lon, same.lat) == (samples.lon[at], samples.lat[at])
    np.testing.assert_array_equal(same.series, samples.series[at])
    assert {item.code for item in found[:4]} == {int(samples.codes[at])}, "easily told apart"
    assert all(item.id in samples.ids[neighbours.known.split.train] for item in found)


def test_more_neighbours_than_samples_are_all_of_them(neighbours):
    seen = Surroundings.alone(neighbours.known.samples.series[0])
    found = neighbours.nearest(seen, 10_000)
    assert len(found) == len(neighbours.positions)


def test_forests_count_the_trees_that_part_two_series(forest_run):
    known = known_samples(forest_run)
    neighbours = Neighbours(explainer_of(forest_run), known)
    seen = Surroundings.alone(known.samples.series[0])
    shares = np.array([item.distance for item in neighbours.nearest(seen, 30)]) * 20
    np.testing.assert_allclose(shares, np.round(shares), atol=1e-6)  # of twenty trees


def test_patches_are_compared_at_the_pixels_place(patches, patches_known, champagne):
    neighbours = Neighbours(patches, patches_known)
    assert len(neighbours.positions) <= MOST_OF_PATCHES
    name = str(patches_known.samples.ids[neighbours.positions[5]])
    (row,), (col,) = places(np.array([name]))
    subject = pixel_subject(patches.run, champagne, int(row), int(col))
    first, second = neighbours.nearest(subject.seen, 2)
    assert first.id == name
    assert first.distance < 1e-3 < second.distance


def test_an_ensembles_samples_are_those_its_members_share(ensemble_run, table_run):
    known, of_member = known_samples(ensemble_run), known_samples(table_run)
    assert set(known.samples.ids) == set(of_member.samples.ids)
    trained = set(known.samples.ids[known.split.train])
    assert trained >= set(of_member.samples.ids[of_member.split.train])
    assert known.samples.series.shape[1:] == ensemble_run.described.preparation.shape
