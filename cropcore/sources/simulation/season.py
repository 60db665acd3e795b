"""One season of Sentinel-1 and Sentinel-2 over a landscape that exists in numbers only."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from cropcore.cube import Grid
from cropcore.errors import SettingError
from cropcore.sources.simulation.backscatter import backscatter
from cropcore.sources.simulation.canopy import canopy_on
from cropcore.sources.simulation.landscape import draw_landscape
from cropcore.sources.simulation.noise import stream
from cropcore.sources.simulation.parts import MAIN, Part
from cropcore.sources.simulation.reflectance import surface_reflectance
from cropcore.sources.simulation.sensing import image_optical, image_radar
from cropcore.sources.simulation.sky import (
    NO_DATA,
    classify_scene,
    draw_sky,
    seen_through,
    sun_at,
)
from cropcore.sources.simulation.stands import Ground, Stands, draw_ground, draw_stands
from cropcore.sources.simulation.weather import Weather, draw_weather

CRS = "EPSG:32631"
_LATITUDE = 49.05
_PIXEL = 10.0
_STEP = 5.0
"""Side of the cells on which the ground is drawn, metres."""
_OPTICAL_PASS, _REVISIT, _LAST_OPTICAL = date(2023, 2, 14), 5, 300
_RADAR_PASS, _REPEAT, _LAST_RADAR = date(2023, 2, 16), 12, 292
"""An overpass, days between overpasses (one Sentinel-1, two Sentinel-2) and the day of the year
before which the last ones are."""
_KEPT = 26
"""Optical acquisitions that are not too cloudy to keep."""
_CLOUDIEST = 0.6
_FINEST, _COARSEST, _RADAR_STEP = 40, 160, 50
"""Stored numbers are rounded to multiples of these, about as fine as the noise: files take half
the space. Reflectance is rounded the more coarsely the brighter it is."""
_MOST = 12_000
"""Largest stored reflectance × 10000."""
_SMALLEST_SIZE = 48


@dataclass(frozen=True)
class OpticalScene:
    """One overpass of Sentinel-2."""

    day: date
    values: np.ndarray
    """Reflectance × 10000, uint16 (band, y, x), bands as in ``OPTICAL``; 0 is no data."""
    scene: np.ndarray
    """Scene classes (SCL), uint8 (y, x)."""


@dataclass(frozen=True)
class RadarScene:
    """One overpass of Sentinel-1."""

    day: date
    values: np.ndarray
    """Backscatter in dB × 100, int16 (polarisation, y, x), polarisations as in ``RADAR``."""


@dataclass(frozen=True)
class Season:
    """Imagery of one season and the parcels it shows."""

    grid: Grid
    shapes: np.ndarray
    """Parcels in map coordinates, shapely objects (parcel,)."""
    codes: np.ndarray
    """Class of each parcel, int (parcel,)."""
    optical: tuple[OpticalScene, ...]
    radar: tuple[RadarScene, ...]

    def digest(self) -> str:
        """A hash of all pixels, dates and parcels: equal if and only if two seasons are."""
        hasher = hashlib.sha256()
        for scene in self.optical:
            hasher.update(f"{scene.day}{scene.values.shape}".encode())
            hasher.update(scene.values.tobytes() + scene.scene.tobytes())
        for image in self.radar:
            hasher.update(f"{image.day}{image.values.shape}".encode() + image.values.tobytes())
        for shape, code in zip(self.shapes, self.codes, strict=True):
            hasher.update(f"{code}".encode() + shape.wkb)
        return hasher.hexdigest()


def simulate_season(part: Part = MAIN) -> Season:
    """Simulate a season; the same part gives the same pixels.

    Raises:
        SettingError: The size is odd or too small to hold fields.
    """
    size, seed = part.size, part.seed
    if size < _SMALLEST_SIZE or size % 2:
        raise SettingError(
            "size",
            expected=f"an even number of pixels, at least {_SMALLEST_SIZE}",
            got=f"{size}",
            advice="choose a size such as 256",
        )
    grid = Grid(CRS, (_PIXEL, 0.0, part.origin[0], 0.0, -_PIXEL, part.origin[1]), size, size)
    weather = draw_weather(seed)
    land = draw_landscape(seed, grid, _STEP)
    stands = draw_stands(seed, land.codes, part.lateness)
    ground = draw_ground(seed, land, stands)
    hills = np.stack([land.slope_east, land.slope_north])
    days = optical_days(weather, part.start)
    edge = days[len(days) // 3]
    return Season(
        grid,
        land.shapes,
        land.codes,
        tuple(_optical(part, day, weather, stands, ground, hills, day == edge) for day in days),
        tuple(_radar(part, day, weather, stands, ground) for day in radar_days(part.start)),
    )


def optical_days(weather: Weather, start: date) -> list[int]:
    """Days of the year whose images are kept: the least cloudy of all overpasses."""
    overpasses = np.arange(_first(_OPTICAL_PASS, _REVISIT, start), _LAST_OPTICAL, _REVISIT)
    cloudiness = weather.cloudiness[overpasses]
    kept = overpasses[np.argsort(cloudiness, kind="stable")[:_KEPT]]
    return sorted(int(day) for day in kept if weather.cloudiness[day] <= _CLOUDIEST)


def radar_days(start: date) -> range:
    """Days of the year on which Sentinel-1 passes."""
    return range(_first(_RADAR_PASS, _REPEAT, start), _LAST_RADAR, _REPEAT)


def _first(known: date, repeat: int, start: date) -> int:
    """Day of the year of the first overpass from a day on."""
    return day_of_year(start) + (known - start).days % repeat


def _optical(
    part: Part,
    day: int,
    weather: Weather,
    stands: Stands,
    ground: Ground,
    hills: np.ndarray,
    at_edge: bool,
) -> OpticalScene:
    random = stream(part.seed, f"optical {day}")
    sun = sun_at(day, _LATITUDE)
    canopy = canopy_on(day, stands, ground, weather)
    surface = surface_reflectance(canopy, ground, stands, sun[0])
    surface = surface * _sunlit(hills, sun)
    sky = draw_sky(random, ground.stand.shape, _STEP, weather.cloudiness[day], sun, day)
    image = image_optical(random, seen_through(surface, sky), _STEP, _PIXEL)
    scene = classify_scene(random, image, sky.averaged(round(_PIXEL / _STEP)))
    values = _stored(image)
    if at_edge:
        beyond = _beyond_swath(scene.shape)
        values[:, beyond] = 0
        scene[beyond] = NO_DATA
    return OpticalScene(_date(part, day), values, scene)


def _radar(part: Part, day: int, weather: Weather, stands: Stands, ground: Ground) -> RadarScene:
    canopy = canopy_on(day, stands, ground, weather)
    power = backscatter(canopy, ground, stands)
    decibel = image_radar(stream(part.seed, f"radar {day}"), power, _STEP, _PIXEL)
    return RadarScene(
        _date(part, day), (np.rint(decibel * 100 / _RADAR_STEP) * _RADAR_STEP).astype(np.int16)
    )


def _stored(reflectance: np.ndarray) -> np.ndarray:
    """Reflectance × 10000 in steps that double from .1 to .2 and from .2 to .4, uint16."""
    number = np.clip(reflectance * 10_000, 1, _MOST)
    step = np.clip(_FINEST * 2.0 ** np.floor(np.log2(number / 1000)), _FINEST, _COARSEST)
    return np.maximum(np.rint(number / step) * step, _FINEST).astype(np.uint16)


def _sunlit(hills: np.ndarray, sun: tuple[float, float]) -> np.ndarray:
    """Slopes that face the sun are brighter, (y, x)."""
    zenith, azimuth = np.deg2rad(sun)
    facing = -hills[0] * np.sin(azimuth) - hills[1] * np.cos(azimuth)
    return np.asarray(np.clip(1 + 0.8 * facing * np.tan(zenith), 0.8, 1.2))


def _beyond_swath(shape: tuple[int, int]) -> np.ndarray:
    """A corner that one orbit does not reach."""
    rows, cols = np.indices(shape)
    return np.asarray(cols - 0.22 * rows < -0.05 * shape[1])


def day_of_year(day: date) -> int:
    """1 on the first of January."""
    return (day - date(day.year, 1, 1)).days + 1


def _date(part: Part, day: int) -> date:
    return date(part.start.year, 1, 1) + timedelta(days=day - 1)


__all__ = [
    "OpticalScene",
    "RadarScene",
    "Season",
    "day_of_year",
    "optical_days",
    "radar_days",
    "simulate_season",
]
