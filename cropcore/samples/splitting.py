"""Training, validation and test sets that never share a group.

Pixels of one field look alike, and so do neighbouring fields: a split that tears them apart
measures memory, not skill. Groups (parcels, spatial blocks) go to one set whole, and the classes
are spread as evenly as whole groups allow.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cropcore.errors import SettingError

if TYPE_CHECKING:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

_FEWEST_GROUPS = 3
_LARGEST_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Split:
    """Positions of the samples of each set, int64, ascending; together they are all samples."""

    train: np.ndarray
    validation: np.ndarray
    """Chooses epochs and calibrates confidence."""
    test: np.ndarray
    """Measures accuracy, and nothing else."""


def split_by_group(
    groups: np.ndarray,
    codes: np.ndarray,
    *,
    test: float = 0.2,
    validation: float = 0.2,
    seed: int = 0,
) -> Split:
    """Split samples once.

    Args:
        groups: Group of each sample.
        codes: Class of each sample.
        test: Share of all samples to test on; met to the nearest 1/k, whole groups at a time.
        validation: Share of all samples to validate on.
        seed: Same seed, same split.

    Raises:
        SettingError: There are too few groups or classes, or a share is out of range.
    """
    _check_share("test share", test)
    _check_share("validation share", validation)
    group = _numbered(groups, codes)
    _check_groups(group.max() + 1 if len(group) else 0, _FEWEST_GROUPS)
    everything = np.arange(len(group))
    tested = _hold_out(group, codes, test, seed, leave=2)
    rest = everything[~tested]
    validated = _validation(group, codes, rest, validation * len(group) / len(rest), seed)
    split = Split(rest[~validated], rest[validated], everything[tested])
    if len(np.unique(codes[split.train])) < 2:
        return _split_around_two_classes(group, codes, test, validation, seed)
    return split


def fold_by_group(
    groups: np.ndarray,
    codes: np.ndarray,
    folds: int,
    *,
    validation: float = 0.2,
    seed: int = 0,
    within: np.ndarray | None = None,
) -> list[Split]:
    """Split samples several times, so that each is tested exactly once.

    Args:
        groups: Group of each sample.
        codes: Class of each sample.
        folds: Number of splits.
        validation: Share of all samples to validate on, taken from those that are not tested.
        seed: Same seed, same splits.
        within: Smaller groups to validate on, of each sample, where groups are so few that none
            can be spared; training and validation then share groups, and testing none of them.

    Raises:
        SettingError: There are too few groups or classes for this many folds.
    """
    _check_share("validation share", validation)
    if folds < 2:
        raise SettingError(
            "folds", expected="at least 2", got=str(folds), advice="leave --folds out to split once"
        )
    group = _numbered(groups, codes)
    spared = group if within is None else _numbered(within, codes)
    fewest = max(folds, _FEWEST_GROUPS) if within is None else folds
    _check_groups(group.max() + 1 if len(group) else 0, fewest)
    fold = _folds(group, codes, folds, seed)
    splits = []
    for number in range(folds):
        rest = np.flatnonzero(fold != number)
        _check_groups(len(np.unique(spared[rest])), 2, place=f"fold {number + 1}")
        validated = _validation(spared, codes, rest, validation * len(group) / len(rest), seed)
        train = rest[~validated]
        if len(np.unique(codes[train])) < 2:
            raise _one_class(f"the training set of fold {number + 1}")
        splits.append(Split(train, rest[validated], np.flatnonzero(fold == number)))
    return splits


def _hold_out(
    group: np.ndarray, codes: np.ndarray, share: float, seed: int, *, leave: int = 1
) -> np.ndarray:
    """A mask of whole groups, as near to ``share`` as one fold is that leaves enough groups."""
    n_folds = int(np.clip(round(1 / share), 2, group.max() + 1))
    fold = _folds(group, codes, n_folds, seed)
    off = np.abs(np.bincount(fold, minlength=n_folds) - share * len(group))
    taken = np.bincount(fold[np.unique(group, return_index=True)[1]], minlength=n_folds)
    off[group.max() + 1 - taken < leave] = np.inf
    return np.asarray(fold == np.argmin(off))


def _validation(
    group: np.ndarray, codes: np.ndarray, rest: np.ndarray, share: float, seed: int
) -> np.ndarray:
    """A mask over ``rest`` that leaves two classes to train on where possible."""
    own = np.unique(group[rest], return_inverse=True)[1]
    share = min(share, _LARGEST_SHARE)
    validated = _hold_out(own, codes[rest], share, seed)
    if len(np.unique(codes[rest][~validated])) > 1:
        return validated
    kept = _groups_of_two_classes(own, codes[rest], seed)
    if kept is None or len(kept) > own.max():
        return validated
    return _greedy(own, share, kept, seed)


def _split_around_two_classes(
    group: np.ndarray, codes: np.ndarray, test: float, validation: float, seed: int
) -> Split:
    """The split for data so small that even folds would leave one class to train on."""
    kept = _groups_of_two_classes(group, codes, seed)
    n_groups = group.max() + 1
    if kept is None:
        raise _one_class("the samples")
    _check_groups(n_groups, len(kept) + 2)
    tested = _greedy(group, test, kept, seed, spare=1)
    taken = np.unique(group[tested])
    validated = _greedy(group, validation, np.union1d(kept, taken), seed)
    return Split(
        np.flatnonzero(~tested & ~validated), np.flatnonzero(validated), np.flatnonzero(tested)
    )


def _groups_of_two_classes(group: np.ndarray, codes: np.ndarray, seed: int) -> np.ndarray | None:
    """One group, or else two, that hold two classes between them; ``None`` where none do."""
    pairs = np.unique(np.stack([group, codes.astype(np.int64)]), axis=1)
    pairs = pairs[:, np.random.default_rng(seed).permutation(pairs.shape[1])]
    count = np.bincount(pairs[0])
    if count.max() > 1:
        return np.array([pairs[0][np.argmax(count[pairs[0]] > 1)]])
    other = pairs[1] != pairs[1, 0]
    return np.array([pairs[0, 0], pairs[0, np.argmax(other)]]) if other.any() else None


def _greedy(
    group: np.ndarray, share: float, kept: np.ndarray, seed: int, spare: int = 0
) -> np.ndarray:
    """A mask of groups in random order up to ``share``, at least one, none of ``kept``."""
    free = np.setdiff1d(np.unique(group), kept)
    free = np.random.default_rng(seed).permutation(free)
    free = free[: max(len(free) - spare, 1)]
    sizes = np.cumsum(np.bincount(group)[free])
    enough = int(np.searchsorted(sizes, share * len(group))) + 1
    return np.isin(group, free[:enough])


def _folds(group: np.ndarray, codes: np.ndarray, n_folds: int, seed: int) -> np.ndarray:
    """The fold of each sample, 0 … n_folds − 1, none empty; there are at least as many groups."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    n_groups = group.max() + 1
    if n_groups == len(group):  # each sample its own group: the quicker equivalent
        single = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
        fold = _dealt(single, _in_all_folds(codes, n_folds), None)
        return _without_empty(fold, group, n_folds)
    sizes, owner, kind = _in_tiers(group, codes)
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    kinds = _in_all_folds(np.repeat(kind, sizes), n_folds)
    dealt = _dealt(splitter, kinds, np.repeat(owner, sizes))
    fold_of_group = np.empty(n_groups, dtype=np.int64)
    fold_of_group[np.repeat(owner, sizes)] = dealt
    return _without_empty(fold_of_group[group], group, n_folds)


def _in_all_folds(codes: np.ndarray, n_folds: int) -> np.ndarray:
    """The classes, or one for all where none could be in every fold: sizes alone are balanced."""
    fits = np.unique(codes, return_counts=True)[1].max() >= n_folds
    return codes if fits else np.zeros_like(codes)


def _in_tiers(group: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many samples of which group are of which class, rounded to powers of two.

    Groups are dealt out from the most uneven to the least, and chance only decides among equals:
    by exact counts hardly any are equal, and every seed would test nearly the same groups.
    """
    pairs, counts = np.unique(np.stack([group, codes.astype(np.int64)]), axis=1, return_counts=True)
    return 2 ** np.rint(np.log2(counts)).astype(np.int64), pairs[0], pairs[1]


def _dealt(
    splitter: StratifiedKFold | StratifiedGroupKFold, codes: np.ndarray, group: np.ndarray | None
) -> np.ndarray:
    """The fold of each sample."""
    fold = np.empty(len(codes), dtype=np.int64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for number, (_, tested) in enumerate(splitter.split(codes, codes, group)):
            fold[tested] = number
    return fold


def _without_empty(fold: np.ndarray, group: np.ndarray, n_folds: int) -> np.ndarray:
    """Give each empty fold the smallest group of the fold that has most groups."""
    sizes = np.bincount(group)
    fold_of_group = np.empty(len(sizes), dtype=np.int64)
    fold_of_group[group] = fold
    for empty in np.setdiff1d(np.arange(n_folds), fold):
        richest = np.bincount(fold_of_group, minlength=n_folds).argmax()
        members = np.flatnonzero(fold_of_group == richest)
        fold_of_group[members[np.argmin(sizes[members])]] = empty
    return fold_of_group[group]


def _numbered(groups: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Groups as whole numbers from 0, int64 (sample,)."""
    if len(groups) != len(codes):
        raise SettingError(
            "split",
            expected="one group per sample",
            got=f"{len(groups)} groups for {len(codes)} samples",
            advice="pass the fields of one set of samples",
        )
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def _check_share(what: str, share: float) -> None:
    if not 0 < share <= _LARGEST_SHARE:
        raise SettingError(
            what,
            expected=f"more than 0 and at most {_LARGEST_SHARE:g}",
            got=f"{share:g}",
            advice="try 0.2",
        )


def _check_groups(n_groups: int, needed: int, place: str = "split") -> None:
    if n_groups < needed:
        raise SettingError(
            place,
            expected=f"at least {needed} groups of samples that can be kept apart",
            got=f"{n_groups}",
            advice="use smaller spatial blocks, fewer folds, or more parcels",
        )


def _one_class(place: str) -> SettingError:
    return SettingError(
        place,
        expected="at least two classes",
        got="one, as whole groups stay together",
        advice="use smaller spatial blocks, fewer folds, or more parcels of the rarer classes",
    )


__all__ = ["Split", "fold_by_group", "split_by_group"]
