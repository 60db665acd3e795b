"""EOPatches of eo-learn: read from their folders, written as region folders."""

from cropcore.sources.eopatch.reading import EOPatch, open_eopatch
from cropcore.sources.eopatch.writing import write_region

__all__ = ["EOPatch", "open_eopatch", "write_region"]
