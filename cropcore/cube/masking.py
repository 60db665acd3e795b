"""Where the ground is hidden, and some way around."""

import math

import numpy as np


def dilate(hidden: np.ndarray, distance: float, pixel: tuple[float, float]) -> np.ndarray:
    """Hide what lies near to what is hidden: edges of clouds, and haze around them.

    Args:
        hidden: bool (y, x).
        distance: How far, metres, from centre to centre of pixels.
        pixel: Height and width of a pixel, metres.

    Returns:
        bool (y, x), grown by a disk.
    """
    from scipy.ndimage import distance_transform_edt

    if distance <= 0 or hidden.all() or not hidden.any():
        return hidden
    away = distance_transform_edt(~hidden, sampling=pixel)
    return np.asarray(away <= distance * (1 + 1e-9))


def halo_of(distance: float, pixel: tuple[float, float]) -> int:
    """Pixels beyond each side of a block that :func:`dilate` needs to see."""
    return math.floor(distance * (1 + 1e-9) / min(pixel))


__all__ = ["dilate", "halo_of"]
