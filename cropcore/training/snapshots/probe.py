"""Whom to look at, and when: the same few samples, often at first and ever more rarely."""

from __future__ import annotations

import math
import warnings

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

PROBE_SIZE = 300
RAW_SIZE = 32
TRAINED_SIZE = 2000
_DUE = frozenset(range(11)) | {math.ceil(10 * 1.26**turn) for turn in range(1, 27)}
"""Epochs; the longest training has 5,000."""
_FOLDS = 5


def is_due(epoch: int) -> bool:
    """Whether a snapshot belongs to the schedule: 0 to 10, then 13, 16, 21, 26, 32 and so on.

    The best epoch's and the last come on top; together they are never more than 40.
    """
    return epoch in _DUE


def draw_probe(
    codes: np.ndarray, groups: np.ndarray, candidates: np.ndarray, seed: int, size: int = PROBE_SIZE
) -> np.ndarray:
    """Samples that stand for their classes: equally many of each as far as there are, many groups.

    Args:
        codes: Class of each sample, (sample,).
        groups: Group of each sample.
        candidates: Positions to draw from.
        seed: Same seed, same samples.
        size: How many, at most.

    Returns:
        Positions, int64, ascending.
    """
    random = np.random.default_rng((seed, 1))
    ordered = {}
    for code in np.unique(codes[candidates]):
        own = random.permutation(candidates[codes[candidates] == code])
        _, number = np.unique(groups[own], return_inverse=True)
        ordered[int(code)] = own[np.argsort(_turns(number), kind="stable")]
    quota = _shares({code: len(own) for code, own in ordered.items()}, size)
    drawn = [own[: quota[code]] for code, own in ordered.items()]
    return np.sort(np.concatenate(drawn)) if drawn else np.array([], dtype=np.int64)


def draw_evenly(
    groups: np.ndarray, candidates: np.ndarray, seed: int, size: int = TRAINED_SIZE
) -> np.ndarray:
    """Samples that stand for their groups: equally many of each as far as there are.

    Args:
        groups: Group of each sample, (sample,).
        candidates: Positions to draw from.
        seed: Same seed, same samples.
        size: How many, at most.

    Returns:
        Positions, int64, ascending.
    """
    own = np.random.default_rng((seed, 3)).permutation(candidates)
    if not len(own):
        return np.array([], dtype=np.int64)
    _, number = np.unique(groups[own], return_inverse=True)
    return np.sort(own[np.argsort(_turns(number), kind="stable")[:size]])


def choose_blocks(
    codes: np.ndarray, blocks: np.ndarray, candidates: np.ndarray, seed: int, most: int
) -> np.ndarray:
    """Candidates that lie in few blocks of a scene, so that little has to be looked at.

    Blocks are added for whichever class has the fewest candidates so far.

    Args:
        codes: Class of each sample, (sample,).
        blocks: Number of the block of each sample.
        candidates: Positions to choose from.
        seed: Same seed, same blocks.
        most: Number of blocks.

    Returns:
        Positions, int64, ascending.
    """
    random = np.random.default_rng((seed, 2))
    code, block = codes[candidates], blocks[candidates]
    chosen = np.zeros(len(candidates), bool)
    for _ in range(most):
        left = np.unique(code[~chosen])
        if not len(left):
            break
        fewest = min(left, key=lambda one: int((code[chosen] == one).sum()))
        at = random.choice(np.flatnonzero(~chosen & (code == fewest)))
        chosen |= block == block[at]
    return np.sort(candidates[chosen])


def draw_raw(codes: np.ndarray, seed: int, size: int = RAW_SIZE) -> tuple[int, ...]:
    """Positions within a probe set that are kept one by one, each class as far as it goes."""
    everyone = np.arange(len(codes))
    return tuple(draw_probe(codes, everyone, everyone, seed, size).tolist())


def fold_probe(codes: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """The fold that tests each sample of a probe set, whole groups at a time, int64 (sample,).

    All are 0 where there are too few groups to test on others than are learnt from.
    """
    fold = np.zeros(len(codes), dtype=np.int64)
    _, number, count = np.unique(codes, return_inverse=True, return_counts=True)
    n_folds = int(min(_FOLDS, len(np.unique(groups)), count.max()))
    if n_folds < 2:
        return fold
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class of fewer samples than folds
        for at, (_, tested) in enumerate(splitter.split(number, number, groups)):
            fold[tested] = at
    return fold


def _turns(number: np.ndarray) -> np.ndarray:
    """How many of the same number came before, int64 (sample,)."""
    order = np.argsort(number, kind="stable")
    ranked = number[order]
    first = np.r_[True, ranked[1:] != ranked[:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(number)), 0))
    turns = np.empty(len(number), dtype=np.int64)
    turns[order] = np.arange(len(number)) - start
    return turns


def _shares(available: dict[int, int], size: int) -> dict[int, int]:
    """How many of each class, as equal as they allow, the rarest classes served first."""
    given = {}
    left, classes = size, len(available)
    for code in sorted(available, key=lambda one: (available[one], one)):
        given[code] = min(available[code], -(-left // classes) if left else 0)
        left -= given[code]
        classes -= 1
    return given


__all__ = [
    "PROBE_SIZE",
    "RAW_SIZE",
    "TRAINED_SIZE",
    "choose_blocks",
    "draw_evenly",
    "draw_probe",
    "draw_raw",
    "fold_probe",
    "is_due",
]
