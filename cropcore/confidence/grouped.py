"""How sure a share is: intervals by drawing whole groups anew.

Samples of one group (a parcel, a block) are no independent witnesses; drawing them singly would
give intervals that are far too narrow.

References:
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ISBN 978-0-412-04231-7;
    Field and Welsh (2007), Journal of the Royal Statistical Society B 69(3), 369–390,
    doi:10.1111/j.1467-9868.2007.00593.x (groups drawn whole).
"""

import numpy as np

DRAWS = 1000
LEVEL = 0.95
FEWEST = 2
"""Groups below which drawing them anew shows nothing."""
_CELLS_AT_ONCE = 4_000_000


def sums_by_group(
    values: np.ndarray, groups: np.ndarray, column: np.ndarray, n_columns: int
) -> np.ndarray:
    """What the samples of each group add to each column, float64 (group, column).

    Args:
        values: (sample,).
        groups: Group of each sample.
        column: Column that each sample belongs to, int (sample,).
        n_columns: Number of columns.
    """
    names, group = np.unique(groups, return_inverse=True)
    cells = len(names) * n_columns
    sums = np.bincount(group * n_columns + column, np.asarray(values, np.float64), cells)
    return sums.reshape(len(names), n_columns)


def share_intervals(
    parts: np.ndarray,
    wholes: np.ndarray,
    *,
    n: int = DRAWS,
    seed: int = 0,
    level: float = LEVEL,
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile intervals of ``parts.sum(0) / wholes.sum(0)``, groups drawn with replacement.

    Args:
        parts: What each group adds to the part, (group, column).
        wholes: What it adds to the whole, at least 0, (group, column).
        n: Number of draws.
        seed: Same seed, same draws.
        level: Share of the draws inside an interval.

    Returns:
        Low and high end, float64 (column,); NaN for a column to which fewer than
        :data:`FEWEST` groups add.
    """
    n_groups, n_columns = wholes.shape
    known = (wholes > 0).sum(axis=0) >= FEWEST
    low, high = np.full((2, n_columns), np.nan)
    if not known.any():
        return low, high
    parts, wholes = parts[:, known], wholes[:, known]
    chances = np.full(n_groups, 1 / n_groups)
    random = np.random.default_rng(seed)
    step = max(_CELLS_AT_ONCE // n_groups, 1)
    shares = []
    for at in range(0, n, step):
        times = random.multinomial(n_groups, chances, size=min(step, n - at))  # (draw, group)
        times = times.astype(np.float64)
        drawn = times @ wholes
        shares.append(times @ parts / np.where(drawn > 0, drawn, np.nan))  # (draw, column)
    outside = (1 - level) / 2
    low[known], high[known] = np.nanquantile(np.concatenate(shares), [outside, 1 - outside], axis=0)
    return low, high


__all__ = ["DRAWS", "FEWEST", "LEVEL", "share_intervals", "sums_by_group"]
