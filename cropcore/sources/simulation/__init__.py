"""A simulated region to try everything on: one season of crops, seen by Sentinel-1 and -2.

Weather and landscape make stands; stands have a canopy on each day; the canopy reflects and
scatters; sky and sensor make of it what an analyst gets. No measurement goes in, so the truth is
known. Every number comes from published ranges, and one seed decides all that is random.
"""

from cropcore.sources.simulation.classes import LEGEND
from cropcore.sources.simulation.parts import MAIN, TRANSFER, Part
from cropcore.sources.simulation.season import (
    OpticalScene,
    RadarScene,
    Season,
    simulate_season,
)
from cropcore.sources.simulation.writing import write_season

NAME = MAIN.name
"""Of the region that the bundled runs learn from."""

__all__ = [
    "LEGEND",
    "MAIN",
    "NAME",
    "TRANSFER",
    "OpticalScene",
    "Part",
    "RadarScene",
    "Season",
    "simulate_season",
    "write_season",
]
