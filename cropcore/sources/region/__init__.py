"""Region folders: GeoTIFFs of several sources on one grid, masks, labels and a legend."""

from cropcore.sources.region.opening import open_region
from cropcore.sources.region.region_folder import RegionFolder

__all__ = ["RegionFolder", "open_region"]
