"""How zips with runs and models are believed; all else about zips is in cropcore.archives."""

from cropcore.archives import DAMAGED, Doorkeeper, Limits, is_plain, shown
from cropcore.errors import RunError

LARGEST_TEXT = 64 * 2**20
"""Bytes of a text file that are believed."""
RUN_LIMITS = Limits()
MODEL_LIMITS = Limits(unpacked=2_000_000_000, entries=100_000)
"""For models and arrays, which are zips themselves; a forest has several entries a tree."""
RUNS = Doorkeeper(
    RunError,
    advice="ask for a new export of the run",
    expected="a zip made by `cropcore export`",
    inside="the run's folder",
)
opened, damage_told = RUNS.opened, RUNS.damage_told
check_names, unpack, refusal = RUNS.check_names, RUNS.unpack, RUNS.refusal

__all__ = [
    "DAMAGED",
    "LARGEST_TEXT",
    "MODEL_LIMITS",
    "RUNS",
    "RUN_LIMITS",
    "Limits",
    "check_names",
    "damage_told",
    "is_plain",
    "opened",
    "refusal",
    "shown",
    "unpack",
]
