"""What stands on each cell on one day: green and dead leaves, petals, straw, bare soil."""

from dataclasses import dataclass

import numpy as np

from cropcore.sources.simulation.classes import POTATO
from cropcore.sources.simulation.stands import Ground, Stands
from cropcore.sources.simulation.weather import Weather


@dataclass(frozen=True)
class Canopy:
    """The state of each cell on one day, float arrays (y, x)."""

    green: np.ndarray
    """Leaf area index of green leaves."""
    brown: np.ndarray
    """Leaf area index of dead leaves."""
    chlorophyll: np.ndarray
    """Of green leaves, µg/cm²."""
    water: np.ndarray
    """Of green leaves, equivalent thickness in cm."""
    petals: np.ndarray
    """Ground that flowers hide, 0–1."""
    straw: np.ndarray
    """Ground that residues hide, 0–1."""
    tilth: np.ndarray
    """Roughness of the soil: 1 freshly ploughed to 0 crusted by rain."""
    moisture: np.ndarray
    """Of the topsoil, m³/m³."""
    biomass: np.ndarray
    """Standing fresh matter relative to the class's usual maximum."""
    ripeness: np.ndarray
    """0 leafy to 1 with ears, pods or cobs."""


def canopy_on(day: int, stands: Stands, ground: Ground, weather: Weather) -> Canopy:
    """The state on a day of the year.

    Leaf area follows a double logistic, that is a rise in spring and a decline as leaves yellow;
    mown stands fall back and recover; harvested ones leave straw, then tilled soil or a new cover.

    References:
        Zhang et al. (2003), Monitoring vegetation phenology using MODIS,
        doi:10.1016/S0034-4257(02)00135-9.
    """
    at = ground.stand
    drought = weather.drought[day] * ground.dryness

    def of(values: np.ndarray) -> np.ndarray:
        return values.astype(np.float32)[at]

    t = day - ground.delay
    rise = _logistic((t - of(stands.rise)) / of(stands.rise_width))
    thirst = 7.0 * weather.drought[:day].sum() / 60 * (ground.dryness - 0.8)
    decline = _logistic((t + thirst - of(stands.decline)) / of(stands.decline_width))
    mown, since = _since_last(stands.cuts, day)
    shooting = (since[at] - ground.delay - of(stands.recovery)) / (0.36 * of(stands.recovery))
    left = np.where(mown[at], 0.12 + 0.83 * _logistic(shooting), 1.0)
    standing = (day < of(stands.harvest)).astype(np.float32)
    winter = of(stands.winter_leaf_area)
    full = (winter + (of(stands.leaf_area) - winter) * rise) * ground.vigour * left
    full = np.maximum(full, 0) * (1 - 0.22 * drought * left)
    before = _cover_before(day, stands)[at] * ground.vigour
    again = _regrowth(day, stands)[at] * ground.vigour
    green = full * (1 - decline) * standing + before + again
    brown = 0.55 * full * decline * standing + of(stands.litter) * (1 - 0.4 * rise * (1 - decline))
    straw, tilth = _soil_surface(day, stands, weather)
    moist = np.clip(weather.moisture[day] * ground.wetness, 0.03, 0.40)
    shaded = 1 - np.exp(-0.5 * green)
    fresh = (1 - decline) + 0.22 * decline
    return Canopy(
        green=green,
        brown=brown,
        chlorophyll=of(stands.chlorophyll)
        * (0.72 + 0.28 * rise)
        * (1 - 0.45 * decline)
        * np.clip(0.9 + 0.1 * ground.vigour, 0.7, 1.15),
        water=of(stands.water) * np.clip(1 - 0.28 * drought, 0.4, 1),
        petals=_petals(day, stands)[at] * np.clip(ground.vigour, 0.3, 1.2) * standing,
        straw=straw[at],
        tilth=tilth[at],
        moisture=np.clip(moist + 0.05 * shaded * (0.25 - moist), 0.03, 0.40),
        biomass=full * standing * fresh / of(stands.usual_leaf_area) + 0.12 * (before + again),
        ripeness=_logistic((t - of(_ripening(stands))) / 5.0),
    )


def _logistic(value: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))))


def _ripening(stands: Stands) -> np.ndarray:
    """Day on which ears, pods or cobs take over: between the peak and the decline."""
    return stands.rise + 0.55 * (stands.decline - stands.rise)


def _since_last(cuts: np.ndarray, day: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether a stand has been cut, and days since."""
    past = np.where(cuts <= day, cuts, -np.inf).max(axis=1)
    mown = np.isfinite(past)
    return mown, np.where(mown, day - past, 0).astype(np.float32)


def _cover_before(day: int, stands: Stands) -> np.ndarray:
    """Weeds or a catch crop until the seedbed is made."""
    return np.where(day < stands.cover_end, stands.cover, 0.0) * (0.8 + 0.004 * day)


def _regrowth(day: int, stands: Stands) -> np.ndarray:
    """Volunteers or a sown cover after harvest."""
    risen = _logistic((day - stands.regrowth_rise) / 8.0)
    return np.where(day > stands.harvest, stands.regrowth * risen, 0.0)


def _petals(day: int, stands: Stands) -> np.ndarray:
    away = (day - stands.bloom) / stands.bloom_width
    return stands.bloom_cover * np.exp(-(np.abs(away) ** 3))


def _soil_surface(day: int, stands: Stands, weather: Weather) -> tuple[np.ndarray, np.ndarray]:
    """Straw cover and roughness of each stand."""
    reaped, ploughed = day > stands.harvest, day > stands.ploughed
    rotting = np.exp(-(day - stands.harvest).clip(0) / 70)
    straw = np.where(reaped, stands.residue * rotting * np.where(ploughed, 0.2, 1.0), 0.0)
    unsown = (day < stands.sown) & (stands.sown > 0)
    straw = np.where(unsown, stands.old_residue, straw)
    rain = np.cumsum(weather.rain)
    last = np.where(ploughed, stands.ploughed, np.where(day > stands.sown, stands.sown, -60.0))
    start = np.clip(last, 0, day).astype(int)
    fallen = rain[day] - rain[start] + np.where(last < 0, 80.0, 0.0)
    height = np.where(ploughed, 1.0, np.where(unsown, 0.8, 0.45))
    ridged = np.array([name == POTATO for name in stands.names]) & ~unsown & ~reaped
    tilth = np.where(ridged, 0.6, height * np.exp(-fallen / 70))
    return straw, tilth


__all__ = ["Canopy", "canopy_on"]
