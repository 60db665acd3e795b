"""What Sentinel-1 would see: soil attenuated by a cloud of plant water, and that cloud itself.

The water-cloud model: backscatter = V (1 − T²) + T² S, where S is the soil's, V that of a
canopy too dense to see through and T² = exp(−2 B W / cos θ) the attenuation by plants of
fresh matter W. The wheat numbers follow campaigns that saw VV fall from about −11 dB in March to
−18 … −20 dB and VH to −22 … −24 dB in late May, when upright stems take up the vertically polarised
wave (Harfenmeister et al. 2019); rapeseed's VH rises to about −13 dB as pods form, maize's and
beet's with their leaves (Veloso et al. 2017; Vreugdenhil et al. 2018).

References:
    Attema and Ulaby (1978), Vegetation modeled as a water cloud, doi:10.1029/RS013i002p00357.
    Harfenmeister et al. (2019), Analyzing temporal and spatial characteristics of crop parameters
    using Sentinel-1 backscatter data, doi:10.3390/rs11131569.
    Veloso et al. (2017), doi:10.1016/j.rse.2017.07.015.
    Vreugdenhil et al. (2018), Sensitivity of Sentinel-1 backscatter to vegetation dynamics,
    doi:10.3390/rs10091396.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from cropcore.sources.simulation.canopy import Canopy
from cropcore.sources.simulation.classes import (
    ALFALFA,
    BARLEY,
    BEET,
    BUILT,
    FOREST,
    GRASS,
    MAIZE,
    POTATO,
    RAPESEED,
    SUNFLOWER,
    WHEAT,
)
from cropcore.sources.simulation.stands import Ground, Stands

RADAR = ("VV", "VH")
"""Polarisations in this order."""
INCIDENCE = 39.0
"""Of the wave on flat land, degrees."""


@dataclass(frozen=True)
class Scattering:
    """How a class scatters at C band, for VV and VH in turn."""

    leafy: tuple[float, float]
    """Backscatter of a closed leafy canopy, dB."""
    ripe: tuple[float, float]
    """The same with ears, pods or cobs, dB."""
    attenuation: tuple[float, float]
    """B of the water-cloud model, per unit of relative fresh matter."""
    soil: float = 0.0
    """Added to the soil's backscatter for furrows and ridges, dB."""


SCATTERING = MappingProxyType(
    {
        WHEAT: Scattering((-20.2, -24.8), (-18.8, -22.8), (1.30, 0.95)),
        BARLEY: Scattering((-19.2, -24.0), (-15.0, -18.2), (1.10, 0.80)),
        RAPESEED: Scattering((-14.0, -18.5), (-9.8, -13.0), (0.75, 0.80)),
        MAIZE: Scattering((-10.5, -16.0), (-10.2, -15.4), (0.60, 0.70)),
        BEET: Scattering((-9.4, -14.2), (-9.6, -14.4), (0.75, 0.90)),
        POTATO: Scattering((-9.6, -14.6), (-9.4, -15.0), (0.65, 0.80), soil=0.8),
        SUNFLOWER: Scattering((-8.6, -14.0), (-8.4, -15.0), (0.70, 0.80)),
        ALFALFA: Scattering((-13.2, -18.6), (-13.2, -18.6), (0.65, 0.65)),
        GRASS: Scattering((-13.6, -20.0), (-13.6, -20.0), (0.65, 0.60), soil=-1.0),
        FOREST: Scattering((-9.4, -14.8), (-9.4, -14.8), (1.6, 1.6)),
        BUILT: Scattering((-11.0, -17.0), (-11.0, -17.0), (0.6, 0.6)),
        "": Scattering((-13.0, -19.5), (-13.0, -19.5), (0.6, 0.6)),
    }
)
"""By class name; the empty name stands for tracks and verges."""

_WALLS = (1.5, -7.5)
"""Backscatter of built-up land where walls and streets form corners, dB."""


def backscatter(canopy: Canopy, ground: Ground, stands: Stands) -> np.ndarray:
    """Backscatter of each cell without speckle.

    Returns:
        Linear power, float32 (polarisation, y, x), polarisations as in :data:`RADAR`.
    """
    at = ground.stand
    described = [SCATTERING[name] for name in stands.names]
    cosine = np.cos(np.deg2rad(INCIDENCE))
    wet = np.maximum(canopy.biomass + 0.06 * canopy.brown, 0)
    layers = []
    for polarisation, floor in enumerate((-14.6, -23.7)):
        leafy = np.array([item.leafy[polarisation] for item in described], np.float32)[at]
        ripe = np.array([item.ripe[polarisation] for item in described], np.float32)[at]
        damping = np.array([item.attenuation[polarisation] for item in described])[at]
        furrows = np.array([item.soil for item in described], np.float32)[at]
        roughness = (2.2, 3.0)[polarisation] * canopy.tilth * stands.roughness[at]
        soil = floor + 16.0 * canopy.moisture + roughness + furrows - 0.6 * canopy.straw
        through = np.exp(-2 * damping * wet / cosine)
        cloud = _power(leafy + (ripe - leafy) * canopy.ripeness + stands.structure[at])
        total = cloud * (1 - through) + _power(soil) * through
        sealed = stands.sealed[at]
        walls = sealed * stands.walled[at] * np.exp(1.6 * ground.roofs - 1.5)
        total = total * (1 - 0.7 * sealed) + _power(_WALLS[polarisation]) * walls
        layers.append(total)
    return np.stack(layers).astype(np.float32)


def _power(decibel: np.ndarray | float) -> np.ndarray:
    return np.asarray(10.0 ** (np.asarray(decibel) / 10))


__all__ = ["INCIDENCE", "RADAR", "SCATTERING", "Scattering", "backscatter"]
