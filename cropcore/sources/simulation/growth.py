"""How each class grows: calendars, leaf area, harvests and what is left on the field after them.

Days are days of the year. Dates are those of the north of France (51 to 48° N, Köppen Cfb) as
national crop calendars and field campaigns give them; spreads are those between farms.

References:
    Meier, ed. (2018), Growth stages of mono- and dicotyledonous plants: BBCH monograph,
    doi:10.5073/20180906-074619.
    Veloso et al. (2017), Understanding the temporal behavior of crops using Sentinel-1 and
    Sentinel-2-like data, doi:10.1016/j.rse.2017.07.015.
"""

from dataclasses import dataclass
from types import MappingProxyType

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

NEVER = 999.0
"""A day that does not come within the season."""


@dataclass(frozen=True)
class Growth:
    """A year of one class. Days are means over farms, leaf areas are per ground area."""

    rise: float
    """Day of half the spring's growth."""
    rise_width: float
    """Logistic width of that growth, days."""
    decline: float
    """Day on which half the leaf area has lost its green."""
    decline_width: float
    """Logistic width of that, days."""
    harvest: float
    """Day of harvest."""
    leaf_area: float
    """Largest leaf area index."""
    winter_leaf_area: float = 0.0
    """Leaf area index before spring."""
    earliness: float = 6.0
    """Standard deviation between farms of sowing date and variety together, days."""
    vigour: float = 0.15
    """Relative standard deviation of leaf area between parcels."""
    patchiness: float = 0.14
    """Relative standard deviation of leaf area within parcels."""
    sown: float = -90.0
    """Day of the seedbed's preparation; before the year's start for winter crops."""
    chlorophyll: float = 45.0
    """Of leaves at their greenest, µg/cm²."""
    water: float = 0.016
    """Of fresh leaves, equivalent thickness in cm."""
    projection: float = 0.5
    """Mean area that a leaf shows to an overhead view: erect leaves little, flat leaves much."""
    clumping: float = 0.9
    """How evenly leaves fill space: 1 at random, less in rows and crowns."""
    brightness: float = 0.72
    """How far a closed canopy reaches the reflectance of a layer without shadows."""
    litter: float = 0.0
    """Leaf area index of dead leaves that is always there."""
    bloom: float = NEVER
    """Day of full flower."""
    bloom_width: float = 6.0
    """Half the time between first and last flowers, days."""
    bloom_cover: float = 0.0
    """Ground that petals hide at full flower, 0–1."""
    cuts: tuple[float, ...] = ()
    """Days of mowing."""
    recovery: float = 17.0
    """Days from a cut to half the leaf area."""
    residue: float = 0.0
    """Ground that straw and stubble hide after harvest, 0–1."""
    regrowth: float = 0.0
    """Share of parcels with volunteers or a sown cover after harvest."""
    sealed: float = 0.0
    """Share of the ground under roofs and paving."""


GROWTH = MappingProxyType(
    {
        WHEAT: Growth(
            rise=94, rise_width=11, decline=171, decline_width=6, harvest=200,
            leaf_area=5.0, winter_leaf_area=0.65, projection=0.42, brightness=0.66,
            residue=0.75, regrowth=0.6, earliness=9, chlorophyll=46,
        ),
        BARLEY: Growth(
            rise=87, rise_width=11, decline=157, decline_width=7, harvest=184,
            leaf_area=4.6, winter_leaf_area=0.9, projection=0.45, brightness=0.68,
            residue=0.7, regrowth=0.7, earliness=8, chlorophyll=42,
        ),
        RAPESEED: Growth(
            rise=82, rise_width=9, decline=171, decline_width=7, harvest=194,
            leaf_area=4.6, winter_leaf_area=1.1, projection=0.55, brightness=0.74,
            bloom=116, bloom_width=9, bloom_cover=0.38, residue=0.6, regrowth=0.85,
            earliness=5, chlorophyll=44, vigour=0.2, patchiness=0.18,
        ),
        MAIZE: Growth(
            rise=166, rise_width=8, decline=252, decline_width=11, harvest=277,
            leaf_area=4.3, sown=112, projection=0.5, clumping=0.8, brightness=0.72,
            residue=0.5, earliness=10, vigour=0.18, chlorophyll=50,
        ),
        BEET: Growth(
            rise=156, rise_width=9, decline=330, decline_width=25, harvest=287,
            leaf_area=4.6, sown=84, projection=0.66, clumping=0.82, brightness=0.84,
            residue=0.15, earliness=8, vigour=0.2, chlorophyll=46, water=0.022,
            patchiness=0.17,
        ),
        POTATO: Growth(
            rise=160, rise_width=8, decline=236, decline_width=9, harvest=262,
            leaf_area=4.4, sown=106, projection=0.6, clumping=0.82, brightness=0.78,
            bloom=181, bloom_width=8, bloom_cover=0.05, residue=0.12, earliness=13,
            vigour=0.18, chlorophyll=40, water=0.02,
        ),
        SUNFLOWER: Growth(
            rise=160, rise_width=8, decline=227, decline_width=9, harvest=254,
            leaf_area=3.5, sown=104, projection=0.62, clumping=0.78, brightness=0.76,
            bloom=197, bloom_width=8, bloom_cover=0.14, residue=0.35, earliness=11,
            vigour=0.2, chlorophyll=42, patchiness=0.2,
        ),
        ALFALFA: Growth(
            rise=92, rise_width=11, decline=330, decline_width=22, harvest=NEVER,
            leaf_area=4.0, winter_leaf_area=0.7, projection=0.52, brightness=0.76,
            litter=0.15, cuts=(131, 172, 213, 258), recovery=17, earliness=9,
            chlorophyll=44, vigour=0.2,
        ),
        GRASS: Growth(
            rise=92, rise_width=15, decline=345, decline_width=30, harvest=NEVER,
            leaf_area=3.2, winter_leaf_area=1.2, projection=0.44, brightness=0.7,
            litter=0.45, cuts=(146, 205, 262), recovery=22, earliness=11,
            chlorophyll=36, vigour=0.3, patchiness=0.26,
        ),
        FOREST: Growth(
            rise=116, rise_width=6, decline=293, decline_width=9, harvest=NEVER,
            leaf_area=4.2, winter_leaf_area=1.1, projection=0.5, clumping=0.7,
            brightness=0.52, litter=0.9, earliness=3, vigour=0.15, patchiness=0.3,
            chlorophyll=42,
        ),
        BUILT: Growth(
            rise=105, rise_width=12, decline=295, decline_width=16, harvest=NEVER,
            leaf_area=2.6, winter_leaf_area=0.9, clumping=0.7, brightness=0.58,
            litter=0.3, sealed=0.6, vigour=0.25, patchiness=0.6, chlorophyll=38,
        ),
    }
)  # fmt: skip
"""By class name."""

TRACK_GROWTH = Growth(
    rise=98, rise_width=14, decline=260, decline_width=30, harvest=NEVER, leaf_area=1.5,
    winter_leaf_area=0.5, litter=0.4, vigour=0.3, patchiness=0.4, chlorophyll=34,
)  # fmt: skip
"""Grass on the tracks and balks between parcels."""

ROAD_GROWTH = Growth(
    rise=98, rise_width=14, decline=260, decline_width=30, harvest=NEVER, leaf_area=1.0,
    winter_leaf_area=0.4, litter=0.3, sealed=0.75,
)  # fmt: skip
"""Asphalt and its verges."""

SUMMER_CROPS = (MAIZE, BEET, POTATO, SUNFLOWER)
"""Crops sown in spring, after a winter under stubble, ploughed soil or a cover."""

__all__ = ["GROWTH", "NEVER", "ROAD_GROWTH", "SUMMER_CROPS", "TRACK_GROWTH", "Growth"]
