"""What Sentinel-2 would see at the ground: reflectance of soil, leaves, petals, straw and roofs.

A canopy is a layer of leaves over soil. Light that meets leaves is scattered or absorbed; the
solution of the two-stream equations for one scattering albedo gives the reflectance of a layer
of any thickness. Leaf albedo falls exponentially with pigments, water and dry matter.

References:
    Goudriaan (1977), Crop micrometeorology: a simulation study, Pudoc, Wageningen.
    Jacquemoud and Baret (1990), PROSPECT, doi:10.1016/0034-4257(90)90100-Z (leaf optics).
    Lobell and Asner (2002), Moisture effects on soil reflectance, doi:10.2136/sssaj2002.7220.
    Chen and Black (1992), Foliage area and architecture of plant canopies from sunfleck size
    distributions, doi:10.1016/0168-1923(92)90040-B (clumping).
"""

from dataclasses import dataclass

import numpy as np

from cropcore.sources.simulation.canopy import Canopy
from cropcore.sources.simulation.stands import Ground, Stands

OPTICAL = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
"""Bands in this order."""


@dataclass(frozen=True)
class _Spectra:
    """Optical properties at one band."""

    leaf: float
    """Albedo of a leaf without pigments and water."""
    chlorophyll: float
    """Absorption per µg/cm²; carotenoids, which go with it, included."""
    water: float
    """Absorption per cm."""
    decay: float
    """Absorption by brown pigments and lignin of a dead leaf."""
    chalk: float
    """Reflectance of dry chalky soil."""
    loam: float
    """Reflectance of dry deep brown soil."""
    wetting: float
    """Logarithmic darkening between dry and wet soil."""
    straw: float
    yellow: float
    """Reflectance of yellow petals."""
    roof: float
    """Reflectance of clay tiles."""
    asphalt: float


_SPECTRA = {
    "B02": _Spectra(0.90, 0.0485, 0.0, 1.55, 0.150, 0.062, 0.60, 0.112, 0.055, 0.085, 0.085),
    "B03": _Spectra(0.96, 0.0275, 0.0, 1.30, 0.190, 0.086, 0.62, 0.155, 0.300, 0.110, 0.098),
    "B04": _Spectra(0.96, 0.0495, 0.0, 0.93, 0.230, 0.118, 0.64, 0.200, 0.330, 0.180, 0.108),
    "B05": _Spectra(0.96, 0.0232, 0.0, 0.72, 0.252, 0.136, 0.65, 0.236, 0.360, 0.200, 0.115),
    "B06": _Spectra(0.96, 0.0040, 0.0, 0.50, 0.268, 0.158, 0.66, 0.275, 0.430, 0.215, 0.122),
    "B07": _Spectra(0.96, 0.0008, 0.1, 0.37, 0.288, 0.176, 0.67, 0.305, 0.470, 0.228, 0.128),
    "B08": _Spectra(0.96, 0.0, 0.3, 0.29, 0.305, 0.190, 0.68, 0.330, 0.490, 0.238, 0.133),
    "B8A": _Spectra(0.96, 0.0, 0.6, 0.26, 0.320, 0.205, 0.70, 0.350, 0.500, 0.245, 0.138),
    "B11": _Spectra(0.88, 0.0, 14.3, 0.24, 0.400, 0.300, 0.95, 0.385, 0.280, 0.300, 0.170),
    "B12": _Spectra(0.80, 0.0, 40.0, 0.42, 0.360, 0.260, 1.15, 0.290, 0.160, 0.260, 0.165),
}
_DEAD_LEAF_WATER = 0.002
_ROUGH = 0.16
"""Share of light that the clods of a freshly ploughed field keep in their shadows."""
_DRY, _WET = 0.05, 0.34


def surface_reflectance(
    canopy: Canopy, ground: Ground, stands: Stands, sun_zenith: float
) -> np.ndarray:
    """Bidirectional reflectance of each cell, seen from above.

    Args:
        canopy: Its state on the day.
        ground: Its soil.
        stands: Leaf angles, clumping and sealed surfaces of each stand.
        sun_zenith: Degrees.

    Returns:
        float32 (band, y, x), bands as in :data:`OPTICAL`.
    """
    at = ground.stand
    projection = stands.projection.astype(np.float32)[at]
    clumping = stands.clumping.astype(np.float32)[at]
    brightness = stands.brightness.astype(np.float32)[at]
    slant = 0.5 * (1 / np.cos(np.deg2rad(sun_zenith)) + 1)
    leaves = canopy.green + canopy.brown
    path = projection * clumping * slant * leaves
    alive = canopy.green / np.maximum(leaves, 1e-6)
    sealed = np.clip(stands.sealed[at] * (1 + 0.45 * ground.roofs), 0, 0.97)
    sealed = np.where(stands.sealed[at] > 0, sealed, 0)
    tiles = np.clip(0.45 + 0.5 * ground.roofs, 0, 1) * stands.walled[at]
    bands = []
    for spectra in _SPECTRA.values():
        soil = _soil(spectra, canopy, ground)
        albedo = _leaf_albedo(spectra, canopy, alive)
        layer = _layer(soil, albedo, path, brightness)
        seen = layer + (spectra.yellow - layer) * canopy.petals
        paving = spectra.asphalt + (spectra.roof - spectra.asphalt) * tiles
        paving = paving * np.clip(1 + 0.25 * ground.roofs, 0.4, 2)
        bands.append(seen + (paving - seen) * sealed)
    return np.stack(bands).astype(np.float32)


def _soil(spectra: _Spectra, canopy: Canopy, ground: Ground) -> np.ndarray:
    """Soil darkens as it gets wet, most in the short-wave infrared; straw lies on it."""
    dry = spectra.loam + (spectra.chalk - spectra.loam) * ground.chalk
    wet = np.clip((canopy.moisture - _DRY) / (_WET - _DRY), 0, 1)
    soil = dry * np.exp(-spectra.wetting * wet) * (1 - _ROUGH * canopy.tilth)
    return np.asarray(soil + (spectra.straw - soil) * canopy.straw)


def _leaf_albedo(spectra: _Spectra, canopy: Canopy, alive: np.ndarray) -> np.ndarray:
    """Share of the light that leaves scatter, living and dead ones mixed."""
    absorbed = spectra.chlorophyll * canopy.chlorophyll + spectra.water * canopy.water
    living = spectra.leaf * np.exp(-absorbed)
    dead = spectra.leaf * np.exp(-spectra.decay - spectra.water * _DEAD_LEAF_WATER)
    return np.asarray(dead + (living - dead) * alive)


def _layer(
    soil: np.ndarray, albedo: np.ndarray, path: np.ndarray, brightness: np.ndarray
) -> np.ndarray:
    """Reflectance of leaves over soil: that of the soil without leaves, of leaves alone if deep."""
    root = np.sqrt(1 - albedo)
    deep = brightness * (1 - root) / (1 + root)
    damping = np.exp(-2 * root * path)
    contrast = (soil - deep) / (1 - soil * deep)
    return np.asarray((deep + contrast * damping) / (1 + contrast * deep * damping))


__all__ = ["OPTICAL", "surface_reflectance"]
