"""Whom the snapshots look at, and when."""

import numpy as np
import pytest

from cropcore.training.snapshots.probe import (
    choose_blocks,
    draw_evenly,
    draw_probe,
    draw_raw,
    fold_probe,
    is_due,
)


def made(sizes, per_group=5):
    """Codes and groups of classes of these sizes."""
    codes = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    groups = np.concatenate([np.arange(n) // per_group for n in sizes])
    return codes, np.char.add(np.char.add(codes.astype(str), "-"), groups.astype(str))


def test_schedule_is_dense_at_first_and_bounded():
    due = [epoch for epoch in range(5001) if is_due(epoch)]
    assert due[:14] == [*range(11), 13, 16, 21]
    assert len(due) + 2 <= 40
    assert (np.diff(due[10:]) >= 3).all()
    assert (np.diff(np.diff(due[12:])) >= 0).all(), "ever sparser"


def test_classes_share_alike_and_the_rare_ones_come_whole():
    codes, groups = made([1000, 500, 20])
    drawn = draw_probe(codes, groups, np.arange(len(codes)), 0, size=300)
    assert len(np.unique(drawn)) == 300
    assert np.bincount(codes[drawn])[1:].tolist() == [140, 140, 20]
    assert (np.diff(drawn) > 0).all()


def test_many_groups_are_seen():
    codes, groups = made([500, 500])
    drawn = draw_probe(codes, groups, np.arange(1000), 0, size=200)
    assert len(np.unique(groups[drawn])) == 200


def test_only_candidates_are_drawn_and_the_seed_decides():
    codes, groups = made([200, 200])
    candidates = np.arange(0, 400, 2)
    first = draw_probe(codes, groups, candidates, 1, size=50)
    assert set(first) <= set(candidates)
    np.testing.assert_array_equal(first, draw_probe(codes, groups, candidates, 1, size=50))
    assert (first != draw_probe(codes, groups, candidates, 2, size=50)).any()


@pytest.mark.parametrize("size", [1, 2, 7, 40, 41, 300])
def test_no_more_than_wanted(size):
    codes, groups = made([30, 8, 3])
    assert len(draw_probe(codes, groups, np.arange(41), 0, size)) == min(size, 41)


def test_groups_share_alike():
    groups = np.repeat(["large", "middle", "small"], [100, 40, 3])
    drawn = draw_evenly(groups, np.arange(143), 0, 23)
    assert len(set(drawn.tolist())) == 23
    _, count = np.unique(groups[drawn], return_counts=True)
    assert sorted(count) == [3, 10, 10]
    assert (drawn == draw_evenly(groups, np.arange(143), 0, 23)).all()
    assert (drawn != draw_evenly(groups, np.arange(143), 1, 23)).any()
    assert set(draw_evenly(groups, np.arange(5, 9), 0, 23)) == {5, 6, 7, 8}
    assert not len(draw_evenly(groups, np.array([], int), 0))


def test_raw_samples_are_of_all_classes():
    codes, _ = made([140, 140, 20])
    raw = draw_raw(codes, 0)
    assert len(raw) == 32
    assert len(np.unique(codes[list(raw)])) == 3


def test_folds_keep_groups_whole():
    codes, groups = made([60, 40, 20])
    fold = fold_probe(codes, groups, 0)
    assert set(fold) == set(range(5))
    for group in np.unique(groups):
        assert len(np.unique(fold[groups == group])) == 1
    assert not fold_probe(codes, np.zeros(120), 0).any()


def test_few_blocks_hold_all_classes():
    random = np.random.default_rng(0)
    blocks = random.integers(0, 50, 2000)
    codes = np.where(blocks < 2, 3, 1 + blocks % 2)  # the third class grows in two blocks only
    chosen = choose_blocks(codes, blocks, np.arange(2000), 0, 4)
    assert len(np.unique(blocks[chosen])) <= 4
    assert set(codes[chosen]) == {1, 2, 3}
    assert len(choose_blocks(codes, blocks, np.arange(2000), 0, 99)) == 2000
