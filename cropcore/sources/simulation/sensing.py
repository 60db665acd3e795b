"""From the ground to pixels: optics that blur, grids, calibration, noise and speckle."""

import numpy as np
from scipy import ndimage

from cropcore.bands import BANDS
from cropcore.sources.simulation.noise import speckle
from cropcore.sources.simulation.reflectance import OPTICAL

_BLUR = 5.0
"""Standard deviation of the optics' point spread, metres."""
_MISPLACED = 2.5
"""Standard deviation of an image's registration, metres."""
_GRAIN, _SHOT = 0.0006, 0.005
"""Noise in reflectance: at zero, and relative."""
_CALIBRATION = 0.012
"""Relative standard deviation of an image's calibration and view-angle effects."""
_LOOKS_WIDTH = 0.62
"""Of the window that looks are averaged with, pixels: 4 to 5 looks, as in ground-range products."""
_RADAR_BLUR = 0.75
"""Standard deviation of the radar's resolution, pixels of 10 m."""
_NOISE_FLOOR = 10 ** (-30 / 10)
"""Linear power that noise removal leaves."""


def image_optical(
    random: np.random.Generator, seen: np.ndarray, step: float, pixel: float
) -> np.ndarray:
    """Reflectance of pixels; bands of 20 m are measured at 20 m and repeated on the pixels.

    Args:
        random: Source of random numbers.
        seen: Reflectance of cells (band, y, x).
        step: Side of a cell, metres.
        pixel: Side of a pixel, metres; a multiple of ``step``.

    Returns:
        float32 (band, y, x).
    """
    move = random.normal(0, _MISPLACED, 2) / step
    gain = random.normal(1, _CALIBRATION) * random.normal(1, _CALIBRATION / 2, len(OPTICAL))
    bands = []
    for band, name in enumerate(OPTICAL):
        coarse = (BANDS[name].resolution_m or pixel) / pixel
        blurred = ndimage.gaussian_filter(seen[band], _BLUR / step * coarse**0.5, mode="nearest")
        placed = ndimage.shift(blurred, move, order=1, mode="nearest")
        values = _averaged(placed, round(pixel / step)) * gain[band]
        if coarse > 1:
            values = _averaged(values, round(coarse))
        values = values + random.normal(0, 1, values.shape) * (_GRAIN + _SHOT * values)
        fine = values.repeat(round(coarse), axis=0).repeat(round(coarse), axis=1)
        bands.append(fine)
    return np.stack(bands).astype(np.float32)


def image_radar(
    random: np.random.Generator, power: np.ndarray, step: float, pixel: float
) -> np.ndarray:
    """Backscatter of pixels with speckle.

    Args:
        random: Source of random numbers.
        power: Linear backscatter of cells (polarisation, y, x).
        step: Side of a cell, metres.
        pixel: Side of a pixel, metres; a multiple of ``step``.

    Returns:
        dB, float32 (polarisation, y, x).
    """
    layers = []
    for layer in power:
        mean = _averaged(layer, round(pixel / step))
        blurred = ndimage.gaussian_filter(mean, _RADAR_BLUR, mode="nearest")
        looked = blurred * speckle(random, blurred.shape, _LOOKS_WIDTH)
        drift = random.normal(0, 0.15)
        layers.append(10 * np.log10(looked + _NOISE_FLOOR) + drift)
    return np.stack(layers).astype(np.float32)


def _averaged(values: np.ndarray, factor: int) -> np.ndarray:
    """Means of ``factor`` × ``factor`` cells; the last ones repeat where they do not fill one."""
    rows, cols = (-(-length // factor) * factor for length in values.shape)
    whole = np.pad(values, ((0, rows - values.shape[0]), (0, cols - values.shape[1])), mode="edge")
    return np.asarray(
        whole.reshape(rows // factor, factor, cols // factor, factor).mean(axis=(1, 3))
    )


__all__ = ["image_optical", "image_radar"]
