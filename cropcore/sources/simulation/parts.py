"""The simulated regions that come with cropcore: one to learn from, one to be tried on later."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Part:
    """One place in one season."""

    name: str
    title: str
    seed: int
    """Decides all that is random: land, farms, weather, clouds, noise."""
    size: int
    """Pixels a side, even."""
    start: date
    """First day of the season; its year is that of the calendar only, the weather is made up."""
    origin: tuple[float, float]
    """Upper left corner in UTM zone 31 north, metres."""
    lateness: float = 0.0
    """Days by which a cold spring holds plants and farmers back; less so as the year goes on."""


MAIN = Part(
    name="champagne_simulated",
    title="Simulated Champagne: crops of one season",
    seed=8,
    size=256,
    start=date(2023, 2, 14),
    origin=(606_000.0, 5_434_560.0),  # the chalk plain east of Reims
)
"""What the bundled runs learn from."""

TRANSFER = Part(
    name="champagne_simulated_2024",
    title="Simulated Champagne: other fields in a season with a late spring",
    seed=18,
    size=96,
    start=date(2024, 2, 14),
    origin=(610_400.0, 5_433_800.0),
    lateness=12.0,
)
"""Where a model that learnt from the main part shows what it is worth elsewhere and later."""

__all__ = ["MAIN", "TRANSFER", "Part"]
