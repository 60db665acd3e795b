"""The classes of the simulated region, and how much of the land each takes.

Shares follow the chalk plain of Champagne, where cereals, rapeseed, sugar beet, alfalfa and
potatoes share the land. Codes are those of HCAT version 3 (EuroCrops).
"""

from types import MappingProxyType

from cropcore.legend import CDL, Legend, LegendClass

WHEAT = "Winter wheat"
BARLEY = "Winter barley"
RAPESEED = "Winter rapeseed"
MAIZE = "Maize"
BEET = "Sugar beet"
POTATO = "Potato"
SUNFLOWER = "Sunflower"
ALFALFA = "Alfalfa"
GRASS = "Grassland"
FOREST = "Forest"
BUILT = "Built-up"

LEGEND = Legend(
    (
        LegendClass(1, WHEAT, CDL["wheat"], "冬小麦", "Triticum aestivum", "3301010101"),
        LegendClass(2, BARLEY, CDL["barley"], "冬大麦", "Hordeum vulgare", "3301010401"),
        LegendClass(3, RAPESEED, CDL["rapeseed"], "冬油菜", "Brassica napus", "3301060401"),
        LegendClass(4, MAIZE, CDL["maize"], "玉米", "Zea mays", "3301010600"),
        LegendClass(5, BEET, CDL["sugar beet"], "甜菜", "Beta vulgaris", "3301290700"),
        LegendClass(6, POTATO, CDL["potato"], "马铃薯", "Solanum tuberosum", "3301030000"),
        LegendClass(7, SUNFLOWER, CDL["sunflower"], "向日葵", "Helianthus annuus", "3301060500"),
        LegendClass(8, ALFALFA, CDL["alfalfa"], "苜蓿", "Medicago sativa", "3301090301"),
        LegendClass(9, GRASS, CDL["grass"], "草地", "", "3302000000"),
        LegendClass(10, FOREST, CDL["forest"], "森林", "", "3306000000"),
        LegendClass(11, BUILT, CDL["built"], "建筑用地"),
    )
)
"""All classes, in the colours of the USDA Cropland Data Layer."""

CODES = MappingProxyType({item.name: item.code for item in LEGEND})
"""Code by name."""

ARABLE_SHARES = MappingProxyType(
    {
        WHEAT: 0.27,
        BARLEY: 0.12,
        RAPESEED: 0.12,
        MAIZE: 0.09,
        BEET: 0.11,
        POTATO: 0.09,
        SUNFLOWER: 0.09,
        ALFALFA: 0.11,
    }
)
"""Share of the arable land."""

TRACK = 0
ROAD = -1
TREES = -2
"""What lies between parcels; it has no label."""

__all__ = [
    "ALFALFA",
    "ARABLE_SHARES",
    "BARLEY",
    "BEET",
    "BUILT",
    "CODES",
    "FOREST",
    "GRASS",
    "LEGEND",
    "MAIZE",
    "POTATO",
    "RAPESEED",
    "ROAD",
    "SUNFLOWER",
    "TRACK",
    "TREES",
    "WHEAT",
]
