"""A smooth curve through a gappy series: Whittaker's smoother with second differences.

References:
    Eilers (2003), A perfect smoother, Analytical Chemistry 75(14), 3631–3636,
    doi:10.1021/ac034173t; Atzberger and Eilers (2011), International Journal of Digital Earth 4(5),
    365–386, doi:10.1080/17538947.2010.505664 (on vegetation index series).
"""

import numpy as np


def whittaker(values: np.ndarray, smoothness: float) -> np.ndarray:
    """Smooth series and bridge their gaps.

    Minimises the squared distance to the clear values plus ``smoothness`` times the squared second
    differences of the curve. Gaps are bridged by cubics, ends continued straight on. The five
    diagonals of the normal equations are eliminated for all pixels and bands at once.

    Args:
        values: (date, …) at regular dates, NaN where missing.
        smoothness: Above 0; the larger the smoother.

    Returns:
        A new array of the same type. Series with fewer than two clear values, through which there
        is no one line, are given back as they are.
    """
    n_dates = len(values)
    series = values.reshape(n_dates, -1).astype(np.float64)  # (date, series)
    clear = np.isfinite(series)
    enough = clear.sum(axis=0) >= 2
    result = series.copy()
    if n_dates >= 3 and enough.any():
        result[:, enough] = _solve(series[:, enough], clear[:, enough], smoothness)
    return result.reshape(values.shape).astype(values.dtype)


def within(values: np.ndarray, smooth: np.ndarray) -> np.ndarray:
    """Leave a curve out before the first and after the last clear value, where it only guesses.

    Args:
        values: (date, …), NaN where missing.
        smooth: The curve through them, of the same shape.

    Returns:
        A new array; NaN at dates that no clear values enclose.
    """
    clear = np.isfinite(values)
    begun = np.logical_or.accumulate(clear, axis=0)
    ended = np.logical_or.accumulate(clear[::-1], axis=0)[::-1]
    return np.where(begun & ended, smooth, np.asarray(np.nan, smooth.dtype))


def _solve(series: np.ndarray, clear: np.ndarray, smoothness: float) -> np.ndarray:
    """Solve (W + λ DᵀD) z = W y by LDLᵀ, W being 1 where clear; (date, series)."""
    n_dates = len(series)
    differences = np.diff(np.eye(n_dates), n=2, axis=0)  # (date − 2, date)
    penalty = smoothness * differences.T @ differences
    main, first, second = (np.diag(penalty, offset) for offset in (0, 1, 2))
    pivot = np.empty(series.shape)
    near, far = np.zeros(series.shape), np.zeros(series.shape)  # of L, one and two below
    solved = np.where(clear, series, 0)
    for at in range(n_dates):
        pivot[at] = clear[at] + main[at]
        if at >= 1:
            pivot[at] -= near[at - 1] ** 2 * pivot[at - 1]
            solved[at] -= near[at - 1] * solved[at - 1]
        if at >= 2:
            pivot[at] -= far[at - 2] ** 2 * pivot[at - 2]
            solved[at] -= far[at - 2] * solved[at - 2]
        if at < n_dates - 1:
            above = near[at - 1] * far[at - 1] * pivot[at - 1] if at >= 1 else 0
            near[at] = (first[at] - above) / pivot[at]
        if at < n_dates - 2:
            far[at] = second[at] / pivot[at]
    solved /= pivot
    for at in range(n_dates - 2, -1, -1):
        solved[at] -= near[at] * solved[at + 1]
        if at < n_dates - 2:
            solved[at] -= far[at] * solved[at + 2]
    return solved


__all__ = ["whittaker", "within"]
