"""Families of runs: alike but for their seed, on one split or each on its own."""

import pytest

from cropcore.training.record import RunRecord, make_request
from cropcore.training.repeating import families


def record(region="/data/valley", architecture="cnn1d", **others) -> RunRecord:
    request = make_request(region, architecture, **others)
    return RunRecord(name="x", created="2024-01-01T00:00:00Z", versions={}, request=request)


ALL = {
    "zero": record(seed=0),
    "one": record(seed=1, split_seed=0),
    "ten": record(seed=10, split_seed=0),
    "other split": record(seed=7),
    "other split again": record(seed=8, split_seed=7),
    "other data": record("/data/hill", seed=2),
    "other settings": record(changes={"filters": 8}, seed=3),
    "other architecture": record(architecture="lstm", seed=4),
    "folds": record(folds=3, seed=5),
}


def test_seeds_on_one_split_and_each_on_its_own():
    same, apart = families("zero", ALL.items())
    assert (same.names, same.same_split) == (("zero", "one", "ten"), True)
    assert (apart.names, apart.same_split) == (("zero", "other split"), False)


def test_run_itself_stands_for_its_split():
    same, apart = families("ten", ALL.items())
    assert same.names == ("zero", "one", "ten")
    assert apart.names == ("other split", "ten"), "in the order of seeds"


@pytest.mark.parametrize("name", ["other data", "other settings", "other architecture", "folds"])
def test_run_without_its_like_has_no_family(name):
    assert families(name, ALL.items()) == ()


def test_run_that_was_trained_twice_counts_once():
    twice = {**ALL, "zero again": record(seed=0)}
    same, _ = families("zero", twice.items())
    assert same.names == ("zero", "one", "ten")
    again, _ = families("zero again", twice.items())
    assert again.names == ("zero again", "one", "ten")
