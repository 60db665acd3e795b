"""Which date decided each parcel of a region, as a map; found in a process of its own."""

from cropcore.explain.deciding.launching import job_of, job_status, start
from cropcore.explain.deciding.record import (
    FOLDER,
    RASTER,
    SUMMARY,
    TABLE,
    DecidingRequest,
    DecidingSummary,
    Decision,
    date_legend,
    read_summary,
)

__all__ = [
    "FOLDER",
    "RASTER",
    "SUMMARY",
    "TABLE",
    "DecidingRequest",
    "DecidingSummary",
    "Decision",
    "date_legend",
    "job_of",
    "job_status",
    "read_summary",
    "start",
]
