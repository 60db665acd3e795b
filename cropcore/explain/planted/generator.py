"""Series into which it is known what was planted: the truth that attributions are held against.

Each of four crops differs from everything else in a few values only: three neighbouring bands at
two neighbouring dates (one crop in a seventh value), raised or lowered by a fixed offset. The fifth
class, other land, has nothing planted and is what a series without any sign belongs to. So
6.25 of 240 values of a crop's series carry its class, 2.6 %, and no value else tells anything.

The parameters are frozen where a random forest reads accuracy .90–.97 on new series; a test holds
them to that, so that nobody wins by raising the signal. Places, signs and noise follow the seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

N_DATES, N_CLASSES = 24, 5
BANDS = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
CROPS = N_CLASSES - 1
"""Classes that have values planted: the first ones."""
DAYS = tuple(15.0 * date for date in range(N_DATES))
"""Days since the season's start."""
_MEAN, _SD = 0.3, 0.05
"""Reflectance; what stands for 0 and 1 deviation."""
_WIDTH, _LENGTH = 3, 2
"""Bands and dates of what is planted."""


@dataclass(frozen=True)
class Setting:
    """How series vary beside what is planted into them."""

    name: str
    offset: float
    """What is planted, in standard deviations of the noise."""
    shared: float = 0.0
    """Share of the noise's variance that all bands of a date have in common."""
    memory: float = 0.0
    """Correlation of the shared noise from one date to the next."""
    season: float = 0.0
    """Height of the seasonal curve all classes follow, standard deviations of the noise."""
    shift: float = 0.0
    """Standard deviation of when its peak is, dates."""


INDEPENDENT = Setting("independent noise", offset=1.75)
PHENOLOGY = Setting(
    "correlated bands and phenology", offset=1.5, shared=0.5, memory=0.6, season=2.0, shift=1.0
)
SETTINGS = {"independent": INDEPENDENT, "phenology": PHENOLOGY}


@dataclass(frozen=True, eq=False)
class Planted:
    """Series, their classes, and which values tell them."""

    series: np.ndarray
    """float32 (sample, time, band), reflectance."""
    labels: np.ndarray
    """Class of each sample, int (sample,)."""
    masks: np.ndarray
    """Whether a value carries the class, bool (class, time, band)."""

    @property
    def truth(self) -> np.ndarray:
        """Whether a value carries its sample's class, bool (sample, time, band)."""
        return np.asarray(self.masks[self.labels])

    def __getitem__(self, at: slice | np.ndarray) -> Planted:
        """Some of the samples."""
        return Planted(self.series[at], self.labels[at], self.masks)


def plant(setting: Setting, seed: int, n_samples: int) -> Planted:
    """Draw series; the same seed gives the same ones.

    Args:
        setting: How they vary.
        seed: Of places, signs, classes and noise.
        n_samples: How many.
    """
    places, random = (np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(2))
    offsets = _offsets(places) * setting.offset  # (class, time, band)
    labels = random.integers(0, N_CLASSES, n_samples)
    noise = _noise(random, setting, n_samples) + _season(random, setting, n_samples)
    series = _MEAN + _SD * (noise + offsets[labels])
    return Planted(series.astype(np.float32), labels, offsets != 0)


def _offsets(random: np.random.Generator) -> np.ndarray:
    """Sign of what is planted into each value of each class, 0 where nothing is."""
    offsets = np.zeros((N_CLASSES, N_DATES, len(BANDS)))
    part = N_DATES // CROPS  # each crop has a part of the season to itself
    for crop, begin in enumerate(random.permutation(CROPS) * part):
        date = begin + random.integers(0, part - _LENGTH)
        band = random.integers(0, len(BANDS) - _WIDTH + 1)
        signs = random.choice([-1, 1], _WIDTH)
        offsets[crop, date : date + _LENGTH, band : band + _WIDTH] = signs
        if crop == 0:
            offsets[crop, date + _LENGTH, band] = signs[0]
    return offsets


def _noise(random: np.random.Generator, setting: Setting, n_samples: int) -> np.ndarray:
    """Noise of variance 1, (sample, time, band)."""
    own = random.standard_normal((n_samples, N_DATES, len(BANDS)))
    if not setting.shared:
        return own
    shared = random.standard_normal((n_samples, N_DATES))
    for date in range(1, N_DATES):
        fresh = np.sqrt(1 - setting.memory**2) * shared[:, date]
        shared[:, date] = setting.memory * shared[:, date - 1] + fresh
    return np.asarray(
        np.sqrt(1 - setting.shared) * own + np.sqrt(setting.shared) * shared[..., None]
    )


def _season(random: np.random.Generator, setting: Setting, n_samples: int) -> np.ndarray:
    """The rise and fall of a season, (sample, time, band); how much a band shows of it varies."""
    peak = N_DATES / 2 + setting.shift * random.standard_normal((n_samples, 1))
    curve = np.exp(-0.5 * np.square((np.arange(N_DATES) - peak) / 4))  # (sample, time)
    return np.asarray(setting.season * curve[..., None] * np.linspace(-1, 1, len(BANDS)))


__all__ = [
    "BANDS",
    "CROPS",
    "DAYS",
    "INDEPENDENT",
    "N_CLASSES",
    "N_DATES",
    "PHENOLOGY",
    "SETTINGS",
    "Planted",
    "Setting",
    "plant",
]
