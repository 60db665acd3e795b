"""Which labelled pixels are kept where there are more than wanted: the same ones every time.

A pixel's rank is a hash of its place and the seed, so the choice depends neither on the order nor
on the size of the blocks in which an image is read.
"""

from collections.abc import Iterable

import numpy as np

_ODD = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_GOLDEN = 0x9E3779B97F4A7C15


def pixel_ranks(rows: np.ndarray, cols: np.ndarray, seed: int) -> np.ndarray:
    """A number per pixel that looks random, uint64, different for every pixel of an image.

    The finaliser of SplitMix64, a bijection, over row, column and seed.

    References:
        Steele, Lea, Flood (2014): Fast splittable pseudorandom number generators.
        doi:10.1145/2660193.2660195
    """
    place = rows.astype(np.uint64) << np.uint64(32) | cols.astype(np.uint64)
    mixed = place ^ np.uint64((seed + 1) * _GOLDEN % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _ODD[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _ODD[1]
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def rank_limits(parts: Iterable[tuple[np.ndarray, np.ndarray]], limit: int) -> dict[int, np.uint64]:
    """The highest rank that is kept of each class.

    Args:
        parts: Codes (pixel,) and ranks (pixel,) of the labelled pixels, part by part.
        limit: Pixels of a class to keep at most.

    Returns:
        For each code, the rank of the last of its ``limit`` lowest pixels.
    """
    lowest: dict[int, np.ndarray] = {}
    for codes, ranks in parts:
        for code in np.unique(codes).tolist():
            joined = np.concatenate(
                [lowest.get(code, np.empty(0, dtype=np.uint64)), ranks[codes == code]]
            )
            if len(joined) > limit:
                joined = np.partition(joined, limit - 1)[:limit]
            lowest[code] = joined
    return {code: np.uint64(ranks.max()) for code, ranks in lowest.items()}


__all__ = ["pixel_ranks", "rank_limits"]
