"""A year's weather: rain, the wetness of the topsoil, and how cloudy the sky is on each day."""

from dataclasses import dataclass

import numpy as np

from cropcore.sources.simulation.noise import stream

DAYS = 366
_MEMORY = 0.72
"""How much of a day's weather stays until the next."""
_FIELD_CAPACITY = 0.34
_RESIDUAL = 0.05
_SURFACE = 25.0
"""Rain that brings the topsoil from dry to field capacity, mm."""


@dataclass(frozen=True)
class Weather:
    """Daily values; position d stands for day of the year d."""

    rain: np.ndarray
    """mm."""
    moisture: np.ndarray
    """Water in the upper centimetres of bare soil, m³/m³."""
    cloudiness: np.ndarray
    """Share of the sky, 0–1."""
    drought: np.ndarray
    """0 none to 1 severe: how far the root zone has dried since spring."""


def draw_weather(seed: int) -> Weather:
    """A temperate year: rain falls on cloudy days, soils dry faster in summer.

    References:
        Richardson (1981), Stochastic simulation of daily precipitation, temperature, and solar
        radiation, doi:10.1029/WR017i001p00182.
    """
    random = stream(seed, "weather")
    day = np.arange(DAYS)
    front = np.zeros(DAYS)
    for at in range(1, DAYS):
        front[at] = _MEMORY * front[at - 1] + np.sqrt(1 - _MEMORY**2) * random.normal()
    rain = np.where(front > 0.55, random.gamma(0.9, 5.5, DAYS) * (front - 0.2), 0.0)
    evaporation = 0.04 + 0.20 * np.clip(np.sin((day - 80) / 365 * 2 * np.pi), 0, 1)
    moisture = np.full(DAYS, 0.28)
    for at in range(1, DAYS):
        dried = _RESIDUAL + (moisture[at - 1] - _RESIDUAL) * (1 - evaporation[at])
        gained = rain[at] / _SURFACE * (_FIELD_CAPACITY - _RESIDUAL)
        moisture[at] = min(dried + gained, _FIELD_CAPACITY)
    cloudiness = np.clip(0.42 * (front + 0.45) + random.normal(0, 0.13, DAYS), 0, 1)
    summer = np.clip((day - 165) / 45, 0, 1) * np.clip((285 - day) / 35, 0, 1)
    monthly = np.convolve(rain, np.ones(30) / 30, mode="full")[:DAYS]
    drought = summer * np.clip(1.25 - monthly / 2.0, 0, 1)
    return Weather(rain, moisture, cloudiness, drought)


__all__ = ["DAYS", "Weather", "draw_weather"]
