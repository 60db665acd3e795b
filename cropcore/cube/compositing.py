"""From irregular acquisitions to regular dates: one value per period, gaps filled in time."""

import numpy as np

from cropcore.bands import Unit


def composite(
    values: np.ndarray, positions: np.ndarray, n_dates: int, units: tuple[Unit, ...]
) -> np.ndarray:
    """Bring acquisitions to regular dates.

    Of several clear values in a period the median is taken; of backscatter the mean, in linear
    power.

    Args:
        values: float32 (time, pixel, band), NaN where not clear.
        positions: Regular date of each acquisition, int (time,); −1 to leave it out.
        n_dates: Number of regular dates.
        units: Unit of each band.

    Returns:
        float32 (date, pixel, band), NaN where a period has no clear value.
    """
    result = np.full((n_dates, *values.shape[1:]), np.nan, dtype=np.float32)
    radar = np.array([unit == "dB" for unit in units])
    for position in np.unique(positions[positions >= 0]):
        members = values[positions == position]  # (acquisition, pixel, band)
        if len(members) == 1:
            result[position] = members[0]
            continue
        if not radar.all():
            result[position][:, ~radar] = _clear_median(members[..., ~radar])
        if radar.any():
            result[position][:, radar] = _mean_power(members[..., radar])
    return result


def fill_gaps(values: np.ndarray) -> np.ndarray:
    """Fill missing dates linearly in time; the first and last clear values are held outwards.

    Args:
        values: float32 (date, pixel, band) at regular dates, NaN where missing.

    Returns:
        A new array, still NaN where a band has no clear value at any date.
    """
    filled = values.copy()
    missing = np.isnan(values)
    if not missing.any():
        return filled
    n_dates, shape = len(values), values.shape[1:]
    low, low_at = np.empty_like(values), np.empty(values.shape, np.float32)
    seen, seen_at = np.full(shape, np.nan, values.dtype), np.full(shape, -1, np.float32)
    for at in range(n_dates):  # the last clear value up to each date
        seen = np.where(missing[at], seen, values[at])
        seen_at = np.where(missing[at], seen_at, np.float32(at))
        low[at], low_at[at] = seen, seen_at
    seen, seen_at = np.full(shape, np.nan, values.dtype), np.full(shape, n_dates, np.float32)
    for at in reversed(range(n_dates)):  # and the first one from it on
        seen = np.where(missing[at], seen, values[at])
        seen_at = np.where(missing[at], seen_at, np.float32(at))
        left = np.where(low_at[at] < 0, seen, low[at])
        right = np.where(seen_at == n_dates, left, seen)
        share = (at - low_at[at]) / np.maximum(seen_at - low_at[at], 1)
        filled[at] = np.where(missing[at], left + (right - left) * share, values[at])
    return filled


def _clear_median(members: np.ndarray) -> np.ndarray:
    """Median over the first axis of the values that are not NaN; NaN where there are none."""
    count = np.sum(~np.isnan(members), axis=0)
    ordered = np.sort(members, axis=0)  # NaN sorts last
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0)[None], axis=0)[0]
    high = np.take_along_axis(ordered, np.minimum(count // 2, len(members) - 1)[None], axis=0)[0]
    return np.where(count == 0, np.nan, (low + high) / np.float32(2))


def _mean_power(members: np.ndarray) -> np.ndarray:
    """Mean of backscatter in dB over the first axis, taken in linear power."""
    power = np.power(np.float32(10), members / np.float32(10))
    clear = ~np.isnan(power)
    count = clear.sum(axis=0)
    mean = np.where(clear, power, 0).sum(axis=0) / np.maximum(count, 1)
    decibel = np.float32(10) * np.log10(np.maximum(mean, np.float32(1e-10)))
    alone = np.where(clear, members, 0).sum(axis=0)  # a single value stays as it is, to the bit
    return np.where(count == 0, np.nan, np.where(count == 1, alone, decibel))


__all__ = ["composite", "fill_gaps"]
