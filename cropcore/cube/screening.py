"""Clouds that the mask missed: a sudden brightening in blue that is gone at the next clear look.

References:
    Hagolle et al. (2010), A multi-temporal method for cloud detection, applied to FORMOSAT-2,
    VENµS, LANDSAT and SENTINEL-2 images, Remote Sensing of Environment 114(8), 1747–1755,
    doi:10.1016/j.rse.2010.03.002. Where the original looks back only, this looks both ways, as the
    whole season is at hand.
"""

import numpy as np

_RISE = 0.03
"""Reflectance by which blue must lie above its neighbours in time, for neighbours next door."""
_DAYS = 30.0
"""Days over which the tolerated rise doubles."""
_RED_RATIO = 1.5
"""Soil that is laid bare brightens more in red than this many times its rise in blue; clouds do
not."""
_ABOVE, _ALONE, _NOT_ABOVE = 1, 0, -1


def residual_clouds(blue: np.ndarray, red: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Find clear observations that are cloud all the same.

    An observation is cloud where its blue lies above the clear observations before and after it by
    more than a rise that grows with the days between, and where red did not rise far more than
    blue. Neighbours that look like clouds themselves are passed over, so clouds in a row are found;
    at the ends of a series, where nobody can tell a cloud from a lasting change, only a single one.

    Args:
        blue: Reflectance, float (time, pixel), NaN where not clear.
        red: Likewise.
        days: Day of each acquisition, float (time,), ascending; equal days are no neighbours.

    Returns:
        bool (time, pixel).
    """
    before, next_before = _rises(blue, red, days)
    after, next_after = (told[::-1] for told in _rises(blue[::-1], red[::-1], -days[::-1]))
    between = (before == _ABOVE) & (after == _ABOVE)
    last = (next_before == _ABOVE) & (after == _ALONE)
    first = (before == _ALONE) & (next_after == _ABOVE)
    return between | first | last


def _rises(blue: np.ndarray, red: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether observations lie above the last one that is no cloud, and above the one before.

    Returns:
        Twice int8 (time, pixel): 1 above, −1 not above, 0 without any.
    """
    shape = (3, blue.shape[1])
    told, told_next = np.zeros(blue.shape, np.int8), np.zeros(blue.shape, np.int8)
    yardstick, previous = np.full(shape, np.nan), np.full(shape, np.nan)  # blue, red, day
    for at, day in enumerate(days):
        clear = np.isfinite(blue[at])
        now = np.stack([blue[at], red[at], np.full(shape[1], day)])
        told[at], told_next[at] = _above(now, yardstick), _above(now, previous)
        kept = clear & (told[at] != _ABOVE)
        yardstick[:, kept], previous[:, clear] = now[:, kept], now[:, clear]
    return told, told_next


def _above(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Compare (blue, red, day) of pixels with earlier ones, NaN where there are none."""
    rise, red_rise, days = now - before
    compared = np.isfinite(rise) & (days > 0)
    cloud = (rise > _RISE * (1 + days / _DAYS)) & (red_rise <= _RED_RATIO * rise)
    return np.where(compared, np.where(cloud, _ABOVE, _NOT_ABOVE), _ALONE)


__all__ = ["residual_clouds"]
