"""No group is ever in two sets, whatever the samples look like."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cropcore.errors import SettingError
from cropcore.samples import fold_by_group, split_by_group


@st.composite
def labelled_groups(draw, fewest=3):
    """Groups of uneven size and classes that may be rare or sit in one group."""
    n_groups = draw(st.integers(fewest, 40))
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, draw(st.integers(1, 12)) + 1, n_groups)
    groups = np.repeat([f"g{number}" for number in range(n_groups)], sizes)
    n_classes = draw(st.integers(1, 6))
    if draw(st.booleans()):
        codes = np.repeat(rng.integers(1, n_classes + 1, n_groups), sizes)
    else:
        codes = rng.integers(1, n_classes + 1, len(groups))
    order = rng.permutation(len(groups))
    return groups[order], codes[order].astype(np.uint8)


def check(split, groups, codes):
    sets = (split.train, split.validation, split.test)
    np.testing.assert_array_equal(np.sort(np.concatenate(sets)), np.arange(len(groups)))
    assert all(len(part) for part in sets)
    named = [set(groups[part]) for part in sets]
    assert sum(map(len, named)) == len(set.union(*named))
    assert len(np.unique(codes[split.train])) >= 2


def two_classes_possible(groups, codes):
    """Whether some split has two classes to train on and whole groups elsewhere."""
    names = np.unique(groups)
    per_group = [set(codes[groups == name]) for name in names]
    if max(map(len, per_group)) > 1:
        return len(names) >= 3
    return len(set.union(*per_group)) > 1 and len(names) >= 4


@settings(max_examples=150, deadline=None)
@given(
    labelled_groups(),
    st.sampled_from([0.1, 0.2, 0.34, 0.5]),
    st.sampled_from([0.1, 0.2, 0.4]),
    st.integers(0, 99),
)
def test_a_split_tears_no_group_apart(labelled, test, validation, seed):
    groups, codes = labelled
    if not two_classes_possible(groups, codes):
        with pytest.raises(SettingError):
            split_by_group(groups, codes, test=test, validation=validation, seed=seed)
        return
    split = split_by_group(groups, codes, test=test, validation=validation, seed=seed)
    check(split, groups, codes)


@settings(max_examples=100, deadline=None)
@given(labelled_groups(fewest=4), st.integers(2, 6), st.integers(0, 99))
def test_folds_test_every_sample_once(labelled, folds, seed):
    groups, codes = labelled
    try:
        splits = fold_by_group(groups, codes, folds, seed=seed)
    except SettingError:
        event("refused: too few groups")
        return
    assert len(splits) == folds
    tested = np.concatenate([split.test for split in splits])
    np.testing.assert_array_equal(np.sort(tested), np.arange(len(groups)))
    for split in splits:
        check(split, groups, codes)


@settings(max_examples=30, deadline=None)
@given(labelled_groups(fewest=12), st.integers(0, 99))
def test_the_same_seed_gives_the_same_split(labelled, seed):
    groups, codes = labelled
    if not two_classes_possible(groups, codes):
        return
    first, second = (split_by_group(groups, codes, seed=seed) for _ in range(2))
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(first, part), getattr(second, part))


@pytest.mark.parametrize("size", [1, 5])
def test_shares_and_classes_are_even(size):
    codes = np.repeat(np.arange(1, 5), [400, 300, 200, 100])
    groups = np.arange(1000) // size
    split = split_by_group(groups, codes, test=0.2, validation=0.2, seed=1)
    for part, share in ((split.test, 0.2), (split.validation, 0.2), (split.train, 0.6)):
        assert len(part) == pytest.approx(1000 * share, abs=30)
        counts = np.bincount(codes[part], minlength=5)[1:] / len(part)
        np.testing.assert_allclose(counts, [0.4, 0.3, 0.2, 0.1], atol=0.03)


def test_another_seed_gives_another_split():
    groups, codes = np.arange(200), np.arange(200) % 3
    first, second = (split_by_group(groups, codes, seed=seed).test for seed in (1, 2))
    assert first.tolist() != second.tolist()


def test_a_class_in_one_group_is_tested_in_one_fold():
    groups = np.repeat(np.arange(20), 5)
    codes = np.where(groups == 7, 3, groups % 2 + 1)
    splits = fold_by_group(groups, codes, 5, seed=0)
    assert sum(3 in codes[split.test] for split in splits) == 1


def test_classes_that_rounding_leaves_smaller_than_the_folds_are_dealt_by_size():
    groups = np.array([4, 3, 2, 4, 1, 4, 0, 1, 0, 0, 0, 0, 3])
    codes = np.array([3, 2, 1, 3, 2, 3, 4, 2, 4, 4, 4, 4, 2])  # five of class 4 round to four
    for split in fold_by_group(groups, codes, 5, seed=0):
        check(split, groups, codes)


@pytest.mark.parametrize("n_groups", [0, 1, 2])
def test_too_few_groups_are_counted(n_groups):
    groups = np.arange(12) % n_groups if n_groups else np.array([], dtype=int)
    codes = np.arange(len(groups)) % 2 + 1
    with pytest.raises(SettingError, match=rf"at least 3 groups .* but got {n_groups}; use"):
        split_by_group(groups, codes)


def test_more_folds_than_groups_are_refused():
    groups, codes = np.arange(40) // 10, np.arange(40) % 2 + 1
    with pytest.raises(SettingError, match=r"at least 5 groups .* but got 4"):
        fold_by_group(groups, codes, 5)


def test_one_class_is_refused():
    with pytest.raises(SettingError, match="at least two classes"):
        split_by_group(np.arange(30), np.ones(30, int))


def test_a_fold_that_takes_a_whole_class_is_refused():
    groups = np.repeat(np.arange(6), 4)
    codes = np.where(groups == 0, 1, 2)
    with pytest.raises(SettingError, match="training set of fold"):
        fold_by_group(groups, codes, 3)


@pytest.mark.parametrize("share", [0.0, -0.1, 0.6, 1.0])
def test_shares_are_in_range(share):
    with pytest.raises(SettingError, match="test share"):
        split_by_group(np.arange(30), np.arange(30) % 2, test=share)
    with pytest.raises(SettingError, match="validation share"):
        fold_by_group(np.arange(30), np.arange(30) % 2, 3, validation=share)


def test_one_fold_is_none():
    with pytest.raises(SettingError, match="folds: expected at least 2"):
        fold_by_group(np.arange(30), np.arange(30) % 2, 1)


def test_fields_of_different_samples_are_refused():
    with pytest.raises(SettingError, match="one group per sample"):
        split_by_group(np.arange(30), np.arange(20))


def test_few_groups_are_validated_by_smaller_ones_within():
    """Two regions: each is tested once as a whole, and parcels of the other one validate."""
    regions = np.repeat(["north", "south"], 60)
    parcels = np.array([f"p{at // 3}" for at in range(120)])
    codes = np.tile([1, 2, 3], 40)
    with pytest.raises(SettingError, match="at least 3 groups"):
        fold_by_group(regions, codes, 2)
    splits = fold_by_group(regions, codes, 2, within=parcels)
    assert sorted(regions[split.test][0] for split in splits) == ["north", "south"]
    for split in splits:
        assert len(set(regions[split.test])) == 1
        assert set(regions[split.test]).isdisjoint(regions[split.train])
        assert set(regions[split.test]).isdisjoint(regions[split.validation])
        assert set(parcels[split.train]).isdisjoint(parcels[split.validation])
        assert 0.1 < len(split.validation) / 120 < 0.3
        whole = np.concatenate([split.train, split.validation, split.test])
        assert sorted(whole) == list(range(120))


def test_another_seed_tests_other_groups():
    """Dealt out by exact sizes, uneven groups would leave nothing to chance."""
    random = np.random.default_rng(0)
    sizes = random.integers(20, 300, 200)
    groups = np.repeat(np.arange(200), sizes)
    codes = np.repeat(random.integers(1, 6, 200), sizes)
    tested = [set(groups[split_by_group(groups, codes, seed=seed).test]) for seed in range(5)]
    overlaps = [len(a & b) / len(a | b) for at, a in enumerate(tested) for b in tested[at + 1 :]]
    assert max(overlaps) < 0.3, "chance gives .11"
    for seed in range(5):
        split = split_by_group(groups, codes, seed=seed)
        share = np.bincount(codes[split.test]) / np.maximum(np.bincount(codes), 1)
        assert (np.abs(share[1:] - 0.2) < 0.07).all(), "classes stay evenly spread"
