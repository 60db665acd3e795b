"""What farmers and soils make of a class: one year of each parcel, and of each cell in it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy import ndimage

from cropcore.sources.simulation.classes import (
    ALFALFA,
    BUILT,
    FOREST,
    GRASS,
    LEGEND,
    MAIZE,
    ROAD,
    TREES,
)
from cropcore.sources.simulation.growth import (
    GROWTH,
    NEVER,
    ROAD_GROWTH,
    SUMMER_CROPS,
    TRACK_GROWTH,
    Growth,
)
from cropcore.sources.simulation.landscape import Landscape
from cropcore.sources.simulation.noise import fractal, stream

_MOST_CUTS = 6
_ROW = 6.0
"""Width of a machine's pass, metres."""
_HEADLAND = 9.0
"""Metres from the edge within which turning machines cost growth."""
_CALENDAR = ("rise", "decline", "harvest", "sown", "bloom")
"""What a cold spring delays."""
_WARM = 165.0
"""Day by which half of a delay that can be made up for has been."""


@dataclass(frozen=True)
class Stands:
    """A year of each stand, arrays (stand,): parcels first, then track, road and trees.

    Fields that :class:`Growth` has too mean the same, with the farm's own value.
    """

    names: tuple[str, ...]
    """Class of each; of track and road empty."""
    rise: np.ndarray
    rise_width: np.ndarray
    decline: np.ndarray
    decline_width: np.ndarray
    harvest: np.ndarray
    leaf_area: np.ndarray
    winter_leaf_area: np.ndarray
    patchiness: np.ndarray
    sown: np.ndarray
    chlorophyll: np.ndarray
    water: np.ndarray
    projection: np.ndarray
    clumping: np.ndarray
    brightness: np.ndarray
    litter: np.ndarray
    bloom: np.ndarray
    bloom_width: np.ndarray
    bloom_cover: np.ndarray
    recovery: np.ndarray
    residue: np.ndarray
    sealed: np.ndarray
    usual_leaf_area: np.ndarray
    """The class's largest leaf area index."""
    cuts: np.ndarray
    """Days of mowing, (stand, cut); never where there are fewer."""
    ploughed: np.ndarray
    """Day on which residues are worked in after harvest."""
    regrowth: np.ndarray
    """Leaf area index of volunteers or a cover crop after harvest."""
    regrowth_rise: np.ndarray
    """Day of half its growth."""
    cover: np.ndarray
    """Leaf area index of weeds or a catch crop before a summer crop."""
    cover_end: np.ndarray
    """Day on which it is destroyed."""
    roughness: np.ndarray
    """Factor of the soil's roughness: how it was tilled and which way the rows run."""
    structure: np.ndarray
    """What stems and leaves of this variety scatter more than usual at C band, dB."""
    old_residue: np.ndarray
    """Ground hidden by the former crop's residues before a summer crop's seedbed, 0–1."""

    @property
    def walled(self) -> np.ndarray:
        """Whether sealed ground is a settlement, bool (stand,), and not a road."""
        return np.array([name == BUILT for name in self.names])


def draw_stands(seed: int, codes: np.ndarray, lateness: float = 0.0) -> Stands:
    """Draw a year for each parcel of these classes, and for what lies between parcels.

    Args:
        seed: Same seed, same farms.
        codes: Class of each parcel, int (parcel,).
        lateness: Days by which spring comes later than usual.
    """
    random = stream(seed, "stands")
    name_of = {item.code: item.name for item in LEGEND}
    names = [name_of[int(code)] for code in codes]
    growth = [GROWTH[name] for name in names] + [TRACK_GROWTH, ROAD_GROWTH, GROWTH[FOREST]]
    names += ["", "", FOREST]
    n = len(names)
    usual = {
        item.name: np.array([getattr(one, item.name) for one in growth])
        for item in fields(Growth)
        if item.name != "cuts"
    }
    for calendar in _CALENDAR:
        usual[calendar] = _delayed(usual[calendar], lateness)
    shift = usual["earliness"] * random.normal(0, 1, n)
    vigour = np.exp(usual["vigour"] * random.normal(0, 1, n) - usual["vigour"] ** 2 / 2)
    poor = random.random(n) < 0.05  # waterlogged, drilled late, eaten by slugs
    vigour = np.where(poor, vigour * random.uniform(0.45, 0.75, n), vigour)
    harvest = usual["harvest"] + 0.6 * shift + random.normal(0, 4.5, n)
    silage = np.array([name == MAIZE for name in names]) & (random.random(n) < 0.3)
    harvest = np.where(silage, harvest - random.uniform(18, 30, n), harvest)
    harvest = np.where(usual["harvest"] >= NEVER, NEVER, harvest)
    decline = usual["decline"] + 0.7 * shift + random.normal(0, 5.0, n)
    after = harvest + random.exponential(16, n) + 3
    grows_again = random.random(n) < usual["regrowth"]
    summer = np.array([name in SUMMER_CROPS for name in names])
    covered = summer & (random.random(n) < 0.45)
    return Stands(
        names=tuple(names),
        rise=usual["rise"] + shift + random.normal(0, 3.0, n),
        rise_width=usual["rise_width"] * random.lognormal(0, 0.15, n),
        decline=np.minimum(decline, np.where(harvest < NEVER, harvest + 12, NEVER)),
        decline_width=usual["decline_width"] * random.lognormal(0, 0.2, n),
        harvest=harvest,
        leaf_area=usual["leaf_area"] * vigour,
        winter_leaf_area=usual["winter_leaf_area"] * vigour * random.lognormal(0, 0.35, n),
        patchiness=usual["patchiness"] * random.lognormal(0, 0.3, n),
        sown=usual["sown"] + 0.5 * shift + random.normal(0, 4, n),
        chlorophyll=usual["chlorophyll"] * random.normal(1, 0.1, n),
        water=usual["water"] * random.normal(1, 0.08, n),
        projection=usual["projection"] * random.normal(1, 0.06, n),
        clumping=usual["clumping"] * random.normal(1, 0.04, n),
        brightness=usual["brightness"] * random.normal(1, 0.07, n),
        litter=usual["litter"] * random.lognormal(0, 0.35, n),
        bloom=usual["bloom"] + 0.6 * shift + random.normal(0, 2, n),
        bloom_width=usual["bloom_width"] * random.lognormal(0, 0.15, n),
        bloom_cover=usual["bloom_cover"] * random.uniform(0.6, 1.2, n),
        recovery=usual["recovery"] * random.lognormal(0, 0.15, n),
        residue=usual["residue"] * random.uniform(0.7, 1.15, n),
        sealed=np.clip(usual["sealed"] * random.normal(1, 0.25, n), 0, 1),
        usual_leaf_area=usual["leaf_area"],
        cuts=_delayed(_draw_cuts(random, names, growth), lateness),
        ploughed=after,
        regrowth=np.where(grows_again, random.gamma(3.0, 0.5, n), 0.05),
        regrowth_rise=after + random.normal(26, 6, n),
        cover=np.where(covered, random.gamma(2.5, 0.6, n), random.gamma(1.2, 0.08, n) * summer),
        cover_end=np.minimum(random.normal(78, 14, n), usual["sown"] - 8),
        roughness=random.lognormal(0, 0.4, n),
        structure=random.normal(0, 0.7, n),
        old_residue=np.where(summer, random.uniform(0.0, 0.45, n), 0.0),
    )


def _delayed(days: np.ndarray, lateness: float) -> np.ndarray:
    """Days of the year after a cold spring: summer's warmth makes up for most of the delay.

    What happened before the year's start, and what never happens, stays where it is.
    """
    left = 0.3 + 0.7 / (1 + np.exp((days - _WARM) / 20))
    return np.asarray(days + lateness * left * ((days > 0) & (days < NEVER)))


def _draw_cuts(
    random: np.random.Generator, names: Sequence[str], growth: Sequence[Growth]
) -> np.ndarray:
    """Alfalfa is cut on schedule; of meadows some are mown, some grazed, some left alone."""
    cuts = np.full((len(names), _MOST_CUTS), NEVER)
    for at, (name, usual) in enumerate(zip(names, growth, strict=True)):
        days = np.array(usual.cuts)
        if name == ALFALFA:
            days = days + random.normal(0, 6) + np.cumsum(random.normal(0, 3.5, len(days)))
        if name == GRASS:
            use = random.random()
            if use < 0.35:  # intensive, much like a fodder crop
                days = np.array([130, 170, 212, 256]) + random.normal(0, 7) + _few(random, 4)
            elif use < 0.75:
                days = days[: random.integers(1, 4)] + random.normal(0, 11) + _few(random, 3)[:1]
            else:
                days = days[:0]
        cuts[at, : len(days)] = days
    return cuts


def _few(random: np.random.Generator, n: int) -> np.ndarray:
    return random.normal(0, 4, n)


@dataclass(frozen=True)
class Ground:
    """What differs from cell to cell, float32 (y, x)."""

    stand: np.ndarray
    """Stand of each cell, int32."""
    vigour: np.ndarray
    """Factor of the stand's leaf area."""
    delay: np.ndarray
    """Days behind the stand's calendar."""
    dryness: np.ndarray
    """How much drought is felt, about 0 (deep soil) to 2."""
    chalk: np.ndarray
    """Share of bright chalky soil, 0–1."""
    wetness: np.ndarray
    """Factor of soil moisture."""
    roofs: np.ndarray
    """Sealed share as a factor of the stand's, and the kind of surface in its texture."""


def draw_ground(seed: int, land: Landscape, stands: Stands) -> Ground:
    """Draw what varies within fields: soil, density in machine passes, headlands, patches."""
    random = stream(seed, "ground")
    shape, step = land.parcel.shape, land.step
    parcels = len(land.codes)
    between = np.select([land.between == ROAD, land.between == TREES], [1, 2], 0)
    stand = np.where(land.parcel >= 0, land.parcel, parcels + between).astype(np.int32)
    rough = fractal(random, shape, step, slope=2.6, longest=220)
    fine = ndimage.gaussian_filter(random.standard_normal(shape), 0.7)
    patchiness = stands.patchiness[stand]
    soil = 0.10 * land.depth * np.where(stands.harvest[stand] < NEVER, 1.0, 0.4)
    passes = _passes(random, land, stand, parcels)
    edge = 1 - 0.16 * np.exp(-land.inside / _HEADLAND) * (land.parcel >= 0)
    texture = patchiness * (0.75 * rough + 0.55 * fine / fine.std()) + soil + 0.055 * passes
    vigour = edge * np.exp(np.clip(texture - patchiness**2 / 2, -1.6, 0.8))
    blocky = ndimage.uniform_filter(random.standard_normal(shape), 3) * 3
    arrays = {
        "vigour": vigour,
        "delay": 1.8 * rough + 1.4 * passes - 1.2 * land.depth,
        "dryness": np.clip(0.8 - 0.45 * land.depth + 0.2 * rough, 0, 2.2),
        "chalk": 1 / (1 + np.exp(1.5 * land.depth + 0.5 * rough - 0.4)),
        "wetness": np.clip(1 + 0.10 * land.depth + 0.06 * rough, 0.6, 1.4),
        "roofs": np.where(stands.walled[stand], blocky, 0.4 * blocky),
    }
    return Ground(stand, **{name: value.astype(np.float32) for name, value in arrays.items()})


def _passes(
    random: np.random.Generator, land: Landscape, stand: np.ndarray, parcels: int
) -> np.ndarray:
    """Streaks along the drill rows: each pass of the machine is a little better or worse."""
    number = np.floor(land.across / _ROW).astype(int)
    table = random.standard_normal((parcels + 3, 512))
    table = ndimage.gaussian_filter1d(table, 0.8, axis=1)
    strength = random.uniform(0.3, 1.6, parcels + 3) / table.std()
    return np.asarray(table[stand, number % 512] * strength[stand] * (land.parcel >= 0))


__all__ = ["Ground", "Stands", "draw_ground", "draw_stands"]
