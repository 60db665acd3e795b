"""Two seasons, simulated once for all tests: a small one, and its land at full size."""

from dataclasses import dataclass

import numpy as np
import pytest
from rasterio.features import rasterize

from cropcore.sources.simulation import LEGEND, SEED, Season, simulate_season
from cropcore.sources.simulation.season import day_of_year

SIZE = 128
CLEAR = (4, 5, 6, 7)


@dataclass(frozen=True)
class Curves:
    """Class medians of what was stored, away from parcel borders and clouds."""

    season: Season
    crops: np.ndarray  # (y, x), 0 at borders

    def backscatter(self, crop: str, polarisation: int) -> dict[int, float]:
        where = self.crops == LEGEND.find(crop).code
        return {
            day_of_year(image.day): float(np.median(image.values[polarisation][where])) / 100
            for image in self.season.radar
        }

    def ndvi(self, crop: str) -> dict[int, float]:
        red, nir = self.reflectance(crop, 2), self.reflectance(crop, 6)
        return {day: (nir[day] - red[day]) / (nir[day] + red[day]) for day in red}

    def reflectance(self, crop: str, band: int) -> dict[int, float]:
        where = self.crops == LEGEND.find(crop).code
        found = {}
        for scene in self.season.optical:
            seen = where & np.isin(scene.scene, CLEAR)
            if seen.sum() >= 30:
                found[day_of_year(scene.day)] = float(np.median(scene.values[band][seen])) / 1e4
        return found


@pytest.fixture(scope="session")
def season() -> Season:
    return simulate_season(SEED, SIZE)


@pytest.fixture(scope="session")
def curves(season) -> Curves:
    inner = [shape.buffer(-12) for shape in season.shapes]
    drawn = [
        (shape, int(code))
        for shape, code in zip(inner, season.codes, strict=True)
        if not shape.is_empty
    ]
    crops = rasterize(drawn, (SIZE, SIZE), transform=season.grid.affine, fill=0, dtype="uint8")
    return Curves(season, crops)


def between(series: dict[int, float], first: int, last: int) -> np.ndarray:
    """Values of a series between two days of the year."""
    return np.array([value for day, value in series.items() if first <= day <= last])
