"""The samples a run knows: every class with its share, the same each time."""

import numpy as np
import pytest

from cropcore.errors import RunError
from cropcore.explain.known import Known, known_samples, stratified
from cropcore.samples import Samples, Split


@pytest.fixture(scope="module")
def known(table_run):
    return known_samples(table_run)


def test_training_series_are_the_runs_own(known, table_run):
    series = known.training_series()
    wanted = known.samples.series[known.split.train]
    np.testing.assert_array_equal(series, wanted)  # fewer than are asked for
    assert known.legend == table_run.described.legend
    some = known.training(12, seed=3)
    assert np.isin(some, known.split.train).all()
    assert len(some) <= 12
    np.testing.assert_array_equal(some, known.training(12, seed=3))
    assert not np.array_equal(some, known.training(12, seed=4))


def test_every_class_has_its_share():
    codes = np.repeat([1, 2, 3], [900, 99, 1])
    chosen = stratified(codes, np.arange(1000), 100, 0)
    assert np.bincount(codes[chosen]).tolist() == [0, 90, 9, 1]


def test_quartiles_pass_over_what_was_never_seen():
    series = np.arange(5, dtype=np.float32)[:, None, None] * np.ones((5, 2, 3), np.float32)
    series[2, 0, 0] = np.nan
    series[:, :, 2] = np.nan
    text = np.array(list("abcde"))
    place = np.zeros(5)
    samples = Samples(series, np.array([1, 1, 1, 1, 2]), text, text, place, place)
    known = Known(samples, Split(np.array([0, 1, 2, 3]), np.array([4]), np.array([])), None)
    found = known.quartiles(1)
    np.testing.assert_allclose(found[:, 1, 1], [0.75, 1.5, 2.25])
    np.testing.assert_allclose(found[:, 0, 0], [0.5, 1, 2])
    assert np.isnan(found[..., 2]).all()
    assert np.isnan(known.quartiles(2)).all(), "none to learn from"


def test_data_that_changed_are_not_known(table_run, monkeypatch):
    monkeypatch.setattr(type(table_run), "read_text", lambda self, name: "id,group\n")
    with pytest.raises(RunError):
        known_samples(table_run)
