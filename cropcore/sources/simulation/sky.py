"""What hides the ground: clouds, their shadows and haze, and how a classifier maps them."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from cropcore.sources.simulation.noise import fractal

NO_DATA, SHADOW, PLANTS, BARE, WATER, UNSURE, CLOUD_LIKELY, CLOUD, CIRRUS = (
    0,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
)
"""Scene classes of Sentinel-2 L2A (SCL) that occur here."""

_CLOUD_WHITE = np.array([0.56, 0.55, 0.56, 0.57, 0.58, 0.59, 0.60, 0.60, 0.46, 0.34])
_HAZE = np.array([1.0, 0.72, 0.55, 0.48, 0.42, 0.38, 0.35, 0.32, 0.12, 0.06])
"""Path radiance that correction left, relative to blue."""
_CELL = 20.0
"""Side of the cells that clouds are drawn on, metres; their ragged edges are finer."""
_DIFFUSE = np.array([0.34, 0.28, 0.24, 0.22, 0.20, 0.19, 0.18, 0.17, 0.12, 0.11])
"""Share of the light that comes from the sky and reaches shadows too."""


@dataclass(frozen=True)
class Sky:
    """The sky over each cell at one overpass, float (y, x)."""

    cover: np.ndarray
    """Share of the light that comes from cloud and not from the ground, 0–1."""
    shade: np.ndarray
    """Share of direct sunlight that clouds take, 0–1."""
    veil: np.ndarray
    """Thin cirrus, 0–1."""
    haze: np.ndarray
    """Blue reflectance that aerosols add after correction."""

    def averaged(self, factor: int) -> "Sky":
        """The same sky over pixels of ``factor`` × ``factor`` cells."""
        parts = (self.cover, self.shade, self.veil, self.haze)
        return Sky(*(_averaged(part, factor) for part in parts))


def sun_at(day: int, latitude: float) -> tuple[float, float]:
    """Zenith and azimuth of the sun, degrees, when Sentinel-2 passes (10:30 solar time).

    References:
        Spencer (1971), Fourier series representation of the position of the sun, Search 2, 172.
    """
    angle = 2 * np.pi * (day - 1) / 365
    declination = (
        0.006918 - 0.399912 * np.cos(angle) + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle) + 0.000907 * np.sin(2 * angle)
    )  # fmt: skip
    hour, place = np.deg2rad(-22.5), np.deg2rad(latitude)
    height = np.sin(place) * np.sin(declination)
    height += np.cos(place) * np.cos(declination) * np.cos(hour)
    zenith = np.arccos(height)
    east = -np.cos(declination) * np.sin(hour)
    north = np.cos(place) * np.sin(declination)
    north -= np.sin(place) * np.cos(declination) * np.cos(hour)
    return float(np.rad2deg(zenith)), float(np.rad2deg(np.arctan2(east, north)) % 360)


def draw_sky(
    random: np.random.Generator,
    shape: tuple[int, int],
    step: float,
    share: float,
    sun: tuple[float, float],
    day: int,
) -> Sky:
    """Clouds that cover about a share of the scene, and their shadows.

    Fair-weather cumulus in summer has ragged small clouds with hard edges; fronts in spring and
    autumn bring long sheets.

    Args:
        random: Source of random numbers.
        shape: Rows, columns.
        step: Side of a cell, metres.
        share: Of the scene under cloud, 0–1.
        sun: Zenith and azimuth, degrees.
        day: Of the year.
    """
    summer = float(np.exp(-(((day - 190) / 55) ** 2)))
    heaped = random.random() < 0.25 + 0.6 * summer
    height = random.uniform(900, 1900) if heaped else random.uniform(1800, 3200)
    zenith, azimuth = np.deg2rad(sun[0]), np.deg2rad(sun[1])
    reach = height * np.tan(zenith)
    north, east = -reach * np.cos(azimuth), -reach * np.sin(azimuth)  # where shadows fall
    rows, cols = -north / _CELL, east / _CELL
    margin = round(reach / _CELL) + 3
    inner = tuple(round(length * step / _CELL) for length in shape)
    wide = (inner[0] + 2 * margin, inner[1] + 2 * margin)
    field = fractal(
        random,
        wide,
        _CELL,
        slope=3.1 if heaped else 3.7,
        longest=1100 if heaped else 3200,
        stretch=1.3 if heaped else 2.4,
        angle=random.uniform(0, np.pi),
    )
    threshold = np.inf
    if share > 0.02:
        seen = field[margin : margin + inner[0], margin : margin + inner[1]]
        threshold = np.quantile(seen, 1 - share)
    ragged = 0.07 * fractal(random, shape, step, slope=2.0, longest=150)
    steepness = 9.0 if heaped else 4.5

    def cloud(down: float, right: float) -> np.ndarray:
        """Cover of each cell by the clouds that lie so far up and to the left of it."""
        cells = [
            (np.arange(length) + 0.5) * step / _CELL - 0.5 + margin - moved
            for length, moved in zip(shape, (down, right), strict=True)
        ]
        mesh = np.meshgrid(*cells, indexing="ij")
        there = ndimage.map_coordinates(field, mesh, order=1, mode="nearest") + ragged
        return np.asarray(1 - np.exp(-np.clip(there - threshold, 0, None) * steepness))

    cover = cloud(0, 0)
    thin = fractal(random, shape, step, slope=3.6, longest=4000, stretch=5, angle=0.6)
    veil = np.clip(0.10 * (thin - 0.4), 0, 0.22) if random.random() < 0.22 else np.zeros(shape)
    haze = abs(random.normal(0, 0.007)) + 0.003 * fractal(
        random, shape, step, slope=4, longest=3000
    )
    shade = ndimage.gaussian_filter(cloud(rows, cols), 1.5)
    return Sky(cover, shade, veil, np.clip(haze, -0.004, 0.03))


def seen_through(ground: np.ndarray, sky: Sky) -> np.ndarray:
    """What reaches the sensor of the ground's reflectance after imperfect correction.

    Args:
        ground: Reflectance (band, y, x).
        sky: Of the same cells.

    Returns:
        Reflectance (band, y, x).
    """
    direct = (1 - _DIFFUSE)[:, None, None]
    lit = ground * (1 - 0.92 * direct * sky.shade * (1 - sky.cover))
    hazy = lit + _HAZE[:, None, None] * sky.haze * (1 - lit)
    veiled = hazy + (0.42 * _HAZE[:, None, None] ** 0.35 - hazy) * sky.veil
    brightness = 0.70 + 0.45 * sky.cover
    white = _CLOUD_WHITE[:, None, None] * brightness
    return np.asarray(veiled + (white - veiled) * sky.cover)


def classify_scene(random: np.random.Generator, reflectance: np.ndarray, sky: Sky) -> np.ndarray:
    """A scene classification as a processor makes it: at 20 m, a little too wide, a little blind.

    Thin edges of clouds and faint shadows pass unseen, as they do in the products.

    Args:
        random: Source of random numbers.
        reflectance: What was seen, (band, y, x), bands as in ``OPTICAL``.
        sky: Of the same pixels.

    Returns:
        uint8 (y, x).
    """
    cover, shade, veil = (_averaged(part, 2) for part in (sky.cover, sky.shade, sky.veil))
    red, nir = (_averaged(reflectance[band], 2) for band in (2, 6))
    ndvi = (nir - red) / np.maximum(nir + red, 1e-3)
    blind = np.exp(3.0 * ndimage.gaussian_filter(random.standard_normal(cover.shape), 2))
    scene = np.where(ndvi > 0.38, PLANTS, np.where(ndvi < 0.3, BARE, UNSURE))
    scene = np.where(veil * blind > 0.085, CIRRUS, scene)
    dark = ndimage.binary_dilation(shade * blind > 0.34)
    scene = np.where(dark, SHADOW, scene)
    likely = ndimage.binary_dilation(cover * blind > 0.20, iterations=2)
    sure = ndimage.binary_dilation(cover * blind > 0.55)
    scene = np.where(likely, CLOUD_LIKELY, scene)
    scene = np.where(sure, CLOUD, scene)
    fine = scene.astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    return np.asarray(fine[: red.shape[0] * 2, : red.shape[1] * 2])


def _averaged(values: np.ndarray, factor: int) -> np.ndarray:
    """Means of ``factor`` × ``factor`` cells."""
    rows, cols = (length // factor for length in values.shape)
    return np.asarray(values.reshape(rows, factor, cols, factor).mean(axis=(1, 3)))


__all__ = ["NO_DATA", "Sky", "classify_scene", "draw_sky", "seen_through", "sun_at"]
