"""Who is asked among the samples that a network learns from."""

import numpy as np
import pytest

from cropcore.samples import Samples
from cropcore.training.snapshots.looking import View
from cropcore.training.snapshots.planning import Subject


@pytest.fixture
def subject():
    """Pixels of three blocks of a scene; two parcels of a class in each, by turns."""
    rows = np.arange(90) // 30 * 32 + np.arange(90) % 30
    n = len(rows)
    samples = Samples(
        series=np.zeros((n, 2, 1), np.float32),
        codes=np.where(np.arange(n) % 2, 7, 3).astype(np.uint8),
        ids=np.array([f"{row}_5" for row in rows]),
        groups=np.array([f"{row // 32}-{row % 2}" for row in rows]),
        lon=np.full(n, np.nan),
        lat=np.full(n, np.nan),
    )

    def made(train, view=None):
        return Subject(
            samples=samples,
            candidates=np.arange(30),
            train=np.array(train),
            classes=(3, 5, 7),
            mean=np.zeros(1),
            sd=np.ones(1),
            inputs=(("series", 2),),
            seed=0,
            view=view,
        )

    return made


def test_series_are_asked_wherever_they_are(subject):
    made = subject(range(30, 90))
    np.testing.assert_array_equal(made.learnt(made.drawn()), np.arange(30, 90))
    assert made.indices(np.array([0, 1])).tolist() == [0, 2], "positions in the legend"


def test_pixels_are_those_of_the_blocks_that_are_looked_at(subject):
    view = View(2, 1)
    made = subject([20, 25, *range(30, 90)], view)
    assert made.learnt(np.arange(10)).tolist() == [20, 25]


def test_pixels_of_other_blocks_where_nobody_learns_from_those(subject):
    made = subject(range(30, 90), View(2, 1))
    learnt = made.learnt(made.drawn())
    assert len(learnt)
    assert set(learnt.tolist()) <= set(range(30, 90))


def test_samples_that_have_no_scene(subject):
    with pytest.raises(TypeError, match="scene"):
        _ = subject([40], View(2, 1)).scene
