"""What a region of simulated imagery shows of each class over the season."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import geopandas
import numpy as np
import rasterio
from rasterio.features import rasterize

from cropcore.cube import Grid
from cropcore.sources.simulation import LEGEND, OpticalScene, RadarScene, Season
from cropcore.sources.simulation.backscatter import RADAR
from cropcore.sources.simulation.reflectance import OPTICAL
from cropcore.sources.simulation.season import day_of_year

CLEAR = (4, 5, 6, 7)
_BORDER = 12.0  # metres left out at the edges of parcels
_FEWEST = 30  # pixels that make a median


def read_season(folder: Path) -> Season:
    """A season from its files, as the simulation gave it."""
    optical, radar = [], []
    for path in sorted((folder / "sentinel-2-l2a").glob("????-??-??.tif")):
        scene = _values(path.with_suffix(".scl.tif"))[0]
        optical.append(OpticalScene(date.fromisoformat(path.stem), _values(path), scene))
    for path in sorted((folder / "sentinel-1-rtc").glob("*.tif")):
        radar.append(RadarScene(date.fromisoformat(path.stem), _values(path)))
        with rasterio.open(path) as raster:
            grid = Grid(str(raster.crs), tuple(raster.transform)[:6], raster.width, raster.height)
    parcels = geopandas.read_file(folder / "labels.gpkg")
    shapes = np.array(list(parcels.geometry), dtype=object)
    codes = np.array([LEGEND.find(name).code for name in parcels["crop"]])
    return Season(grid, shapes, codes, tuple(optical), tuple(radar))


def _values(path: Path) -> np.ndarray:
    with rasterio.open(path) as raster:
        return raster.read()


@dataclass(frozen=True)
class Curves:
    """Medians by day of the year, away from parcel borders and clouds."""

    season: Season

    @cached_property
    def parcels(self) -> np.ndarray:
        """Number of the parcel + 1, (y, x); 0 at borders."""
        inner = [shape.buffer(-_BORDER) for shape in self.season.shapes]
        drawn = [(shape, at + 1) for at, shape in enumerate(inner) if not shape.is_empty]
        grid = self.season.grid
        return rasterize(drawn, (grid.height, grid.width), transform=grid.affine, dtype="int32")

    @cached_property
    def crops(self) -> np.ndarray:
        """Class code, (y, x); 0 at borders."""
        return np.concatenate([[0], self.season.codes])[self.parcels]

    def where(self, crop: str) -> np.ndarray:
        return self.crops == LEGEND.find(crop).code

    def parcels_of(self, crop: str) -> list[np.ndarray]:
        numbers = np.unique(self.parcels[self.where(crop)])
        return [self.parcels == number for number in numbers]

    def backscatter(self, crop: str, polarisation: str) -> dict[int, float]:
        """Median, dB."""
        where, at = self.where(crop), RADAR.index(polarisation)
        return {
            day_of_year(image.day): float(np.median(image.values[at][where])) / 100
            for image in self.season.radar
        }

    def reflectance(self, where: np.ndarray, band: str) -> dict[int, float]:
        found = {}
        for scene in self.season.optical:
            seen = where & np.isin(scene.scene, CLEAR)
            if seen.sum() >= _FEWEST:
                values = scene.values[OPTICAL.index(band)][seen]
                found[day_of_year(scene.day)] = float(np.median(values)) / 1e4
        return found

    def index(self, where: np.ndarray, plus: str, minus: str) -> dict[int, float]:
        """Normalised difference of two bands."""
        one, other = self.reflectance(where, plus), self.reflectance(where, minus)
        return {day: (one[day] - other[day]) / (one[day] + other[day]) for day in one}

    def series(self, crop: str, quantity: str) -> dict[int, float]:
        """NDVI, NDYI (yellowness), a band of Sentinel-2, or VV and VH."""
        if quantity in RADAR:
            return self.backscatter(crop, quantity)
        pairs = {"NDVI": ("B08", "B04"), "NDYI": ("B03", "B02")}
        if quantity in pairs:
            return self.index(self.where(crop), *pairs[quantity])
        return self.reflectance(self.where(crop), quantity)


def between(series: dict[int, float], first: int, last: int) -> np.ndarray:
    """Values of a series between two days of the year."""
    return np.array([value for day, value in series.items() if first <= day <= last])


def peak_day(series: dict[int, float], first: int, last: int) -> int:
    """Day of the year of the largest value."""
    days = [day for day in series if first <= day <= last]
    return max(days, key=lambda day: series[day])


def greening_day(ndvi: dict[int, float]) -> float:
    """Day in spring when NDVI reaches 0.7, between acquisitions."""
    return _crossing({day: -value for day, value in ndvi.items()}, -0.7, 60)


def yellowing_day(ndvi: dict[int, float]) -> float:
    """Day in summer when NDVI falls below 0.5, between acquisitions."""
    return _crossing(ndvi, 0.5, 140)


def _crossing(series: dict[int, float], level: float, after: int) -> float:
    days = [day for day in sorted(series) if day >= after]
    late = next(day for day in days if series[day] < level)
    early = days[days.index(late) - 1]
    return early + (series[early] - level) / (series[early] - series[late]) * (late - early)
