"""Taking in regions and samples tables from elsewhere: copied, looked over, kept only if sound."""

from cropcore.sources.receiving.arrival import Arrival, receive_path, receive_upload, sweep
from cropcore.sources.receiving.names import check_region_name
from cropcore.sources.receiving.rules import FOLDER_LIMITS, LARGEST_RASTER, UPLOAD_LIMITS

__all__ = [
    "FOLDER_LIMITS",
    "LARGEST_RASTER",
    "UPLOAD_LIMITS",
    "Arrival",
    "check_region_name",
    "receive_path",
    "receive_upload",
    "sweep",
]
