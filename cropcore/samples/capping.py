"""No group speaks louder than others: at most so many samples of each."""

import numpy as np


def cap_groups(groups: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Positions of the samples to keep, ascending, int64.

    Args:
        groups: Group of each sample.
        most: Samples of one group; those beyond are left out at random.
        seed: Decides which: same seed, same samples.
    """
    drawn = np.random.default_rng(seed).permutation(len(groups))
    group = np.unique(groups, return_inverse=True)[1][drawn]
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group)
    rank = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.sort(drawn[order[rank < most]])


__all__ = ["cap_groups"]
