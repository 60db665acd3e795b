"""How the bands of a source are stored: scale, unit and nodata; said, or guessed and told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from cropcore.bands import Band, Unit
from cropcore.cube import Grid, Window
from cropcore.errors import RegionError
from cropcore.sources.region.calibration import Calibration
from cropcore.sources.region.raster import RasterBand, RasterHeader, read_pixels
from cropcore.sources.region.region_toml import SourceDescription

Kind = Literal["reflectance", "backscatter", "index"]

_USUAL_SCALE = 1e-4
_HUNDREDTHS = 0.01
_LARGEST_PLAIN = 1.5
"""A typical number above this is no reflectance or index as it stands."""
_LOWEST_DECIBEL = -100.0
_LARGEST_OFFSET = 2.0
_SAMPLED_FILES = 5
_SAMPLED_SIDE = 64


@dataclass(frozen=True)
class NamedBand:
    """A band of a file and what it is taken for."""

    stored: RasterBand
    label: str
    """Its name in the file or in ``region.toml``."""
    band: Band

    @property
    def kind(self) -> Kind:
        """What its values measure."""
        unit = self.band.unit
        return "backscatter" if unit == "dB" or unit == "linear" else unit

    @property
    def unit_in_memory(self) -> Unit:
        """Unit of its values once they are read; dB for all backscatter."""
        return "dB" if self.kind == "backscatter" else self.band.unit


@dataclass(frozen=True)
class NamedFile:
    """A raster and those of its bands that are used."""

    header: RasterHeader
    bands: tuple[NamedBand, ...]


class Calibrator:
    """Finds out what the stored numbers of one source mean.

    Args:
        source: Name of the source, for notes.
        files: Its rasters.
        description: What ``region.toml`` says of it.
        scale: Factor to reflectance that a person gave beside that.
    """

    def __init__(
        self,
        source: str,
        files: Sequence[NamedFile],
        description: SourceDescription,
        scale: float | None,
    ) -> None:
        self._source = source
        self._files = files
        self._description = description
        self._scale = scale
        self._medians: dict[Kind, float | None] = {}
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each guess so far."""
        return tuple(self._notes)

    def __call__(self, path: Path, item: NamedBand) -> Calibration:
        """The meaning of one band of one file.

        Raises:
            RegionError: The offset of a reflectance is given in stored numbers.
        """
        said = self._description.offset
        offset = item.stored.offset if said is None else said
        found = Calibration(self._factor(item), offset, self._nodata(item), self._is_power(item))
        if item.kind == "reflectance" and abs(offset) > _LARGEST_OFFSET:
            raise RegionError(
                f"{path}, band {item.label}",
                expected="an offset in reflectance, added after scaling",
                got=f"{offset:g}",
                advice=f"write offset = {offset * found.scale:g} in region.toml",
            )
        return found

    def _factor(self, item: NamedBand) -> float:
        given = self._scale if item.kind == "reflectance" else None
        for factor in (given, self._description.scale, item.stored.scale):
            if factor is not None:
                return factor
        median = self._median(item.kind)
        if item.kind == "backscatter":
            guess = _HUNDREDTHS if median is not None and median < _LOWEST_DECIBEL else 1.0
        elif median is None:
            guess = _USUAL_SCALE if _is_whole(item.stored) else 1.0
        else:
            guess = _USUAL_SCALE if abs(median) > _LARGEST_PLAIN else 1.0
        if guess != 1:
            typical = "no pixel was found" if median is None else f"typically {median:.4g}"
            self._tell(
                f"no scale is given; stored {item.kind} ({typical}) is multiplied by {guess:g}"
            )
        return guess

    def _is_power(self, item: NamedBand) -> bool:
        """Whether a band holds linear power."""
        if item.kind != "backscatter":
            return False
        if self._description.unit is not None:
            return self._description.unit == "linear"
        if item.band.unit == "linear":
            return True
        stated = f"{item.label} {item.stored.unit}".lower()
        if "db" in stated:
            return False
        if "linear" in stated or "power" in stated:
            return True
        median = self._median("backscatter")
        if median is None:
            return False
        guess = "linear power" if median > 0 else "decibels"
        self._tell(f"no unit is given; backscatter (typically {median:.4g}) is taken for {guess}")
        return median > 0

    def _nodata(self, item: NamedBand) -> float | None:
        for nodata in (self._description.nodata, item.stored.nodata):
            if nodata is not None:
                return nodata
        if item.kind == "reflectance" and _is_whole(item.stored):
            self._tell("no nodata value is declared; 0 is taken for it")
            return 0.0
        return None

    def _median(self, kind: Kind) -> float | None:
        """The typical stored number of what is not fully described."""
        if kind not in self._medians:
            picks = [
                (file.header, item)
                for file in self._files
                for item in file.bands
                if item.kind == kind
            ]
            undescribed = [pick for pick in picks if pick[1].stored.scale is None] or picks
            self._medians[kind] = self._sampled_median(undescribed)
        return self._medians[kind]

    def _sampled_median(self, picks: Sequence[tuple[RasterHeader, NamedBand]]) -> float | None:
        paths = sorted({header.path for header, _ in picks})
        step = max(len(paths) // _SAMPLED_FILES, 1)
        chosen = set(paths[::step][: _SAMPLED_FILES + 1])
        sample = []
        for header, item in picks:
            if header.path not in chosen:
                continue
            meaning = Calibration(nodata=self._nodata(item))
            for window in _spread(header.grid):
                try:
                    stored = read_pixels(header.path, [item.stored.number], window)
                except RegionError:
                    continue  # told when the file is read in full
                values = meaning(stored)
                sample.append(values[np.isfinite(values) & (values != 0)])
        joined = np.concatenate(sample) if sample else np.array([])
        return float(np.median(joined)) if joined.size else None

    def _tell(self, what: str) -> None:
        self._notes[f"{self._source}: {what}."] = None


def _spread(grid: Grid) -> list[Window]:
    """Small windows in the middle and towards the corners."""
    height, width = min(_SAMPLED_SIDE, grid.height), min(_SAMPLED_SIDE, grid.width)
    places = {
        (int((grid.height - height) * down), int((grid.width - width) * right))
        for down, right in ((0.5, 0.5), (0.2, 0.2), (0.2, 0.8), (0.8, 0.2), (0.8, 0.8))
    }
    return [Window(row, col, height, width) for row, col in sorted(places)]


def _is_whole(stored: RasterBand) -> bool:
    return np.issubdtype(np.dtype(stored.dtype), np.integer)


__all__ = ["Calibrator", "Kind", "NamedBand", "NamedFile"]
