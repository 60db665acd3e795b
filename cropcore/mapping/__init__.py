"""Maps of whole regions, predicted block by block and written for any GIS.

``map_region`` does it all; the parts serve other ways of running it.
"""

from cropcore.mapping.areas import AreaCount, ClassArea
from cropcore.mapping.confident_areas import ConfidentAreas, count_confident_areas
from cropcore.mapping.mapping import MapResult, map_region
from cropcore.mapping.raster import (
    CLASS_MAP,
    CLEAR_OBSERVATIONS,
    CONFIDENCE,
    PROBABILITIES,
    PROBABILITY_SCALE,
    BlockWriter,
    MapBlock,
    encode_block,
)
from cropcore.mapping.sidecars import write_sidecars
from cropcore.mapping.storage import require_space, storing, writing_folder

__all__ = [
    "CLASS_MAP",
    "CLEAR_OBSERVATIONS",
    "CONFIDENCE",
    "PROBABILITIES",
    "PROBABILITY_SCALE",
    "AreaCount",
    "BlockWriter",
    "ClassArea",
    "ConfidentAreas",
    "MapBlock",
    "MapResult",
    "count_confident_areas",
    "encode_block",
    "map_region",
    "require_space",
    "storing",
    "write_sidecars",
    "writing_folder",
]
