"""Numbers no surface can have: undeclared fillers such as −9999 or 65535, not observations."""

from collections.abc import Sequence

import numpy as np

from cropcore.bands import Unit

PLAUSIBLE: dict[Unit, tuple[float, float]] = {
    "reflectance": (-0.5, 2.5),
    "dB": (-80.0, 40.0),
}
"""Widest range of a unit; clouds reach reflectances of about 1.6. An index can be anything."""


def clear_impossible(values: np.ndarray, units: Sequence[Unit]) -> int:
    """Turn numbers outside the plausible range into NaN, in place.

    Args:
        values: float32 (…, band), physical units.
        units: Unit of each band.

    Returns:
        How many there were.
    """
    low = np.array([PLAUSIBLE.get(unit, (-np.inf, np.inf))[0] for unit in units], np.float32)
    high = np.array([PLAUSIBLE.get(unit, (-np.inf, np.inf))[1] for unit in units], np.float32)
    odd = (values < low) | (values > high)
    count = int(np.count_nonzero(odd))
    if count:
        values[odd] = np.nan
    return count


__all__ = ["PLAUSIBLE", "clear_impossible"]
