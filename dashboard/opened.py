"""Regions as the dashboard holds them open: once for all sessions and all tiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import Resampling

from cropcore.bands import BANDS, match_band
from cropcore.errors import CropcoreError, LabelError, LocationError
from cropcore.legend import Legend
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.imagery import StoredAcquisition, StoredBand
from cropcore.sources.region.region_folder import RegionFolder
from cropcore.sources.region.region_toml import FILE_NAME

PICTURES = {"rgb": ("B04", "B03", "B02"), "nir": ("B08", "B04", "B03")}
"""Bands shown as red, green and blue; bands of the same common name may stand for them."""
_MOST_LABELS = 100_000_000
"""Pixels of a region whose labels are held in memory for drawing."""
_SIDE = 64
"""Pixels on which the clouds of a date are estimated."""


@dataclass(frozen=True)
class Picture:
    """One acquisition that can be drawn."""

    day: date
    acquisition: StoredAcquisition
    bands: tuple[StoredBand, StoredBand, StoredBand]
    """Red, green and blue."""


@dataclass(frozen=True)
class OpenRegion:
    """A region, and what drawing it needs; computed when first asked for."""

    folder: RegionFolder

    @cached_property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """South-west and north-east corner, (latitude, longitude), degrees."""
        height, width = self.folder.grid.height, self.folder.grid.width
        rows, cols = np.linspace(-0.5, height - 0.5, 9), np.linspace(-0.5, width - 0.5, 9)
        edge_rows = np.concatenate([rows, rows, np.full(9, rows[0]), np.full(9, rows[-1])])
        edge_cols = np.concatenate([np.full(9, cols[0]), np.full(9, cols[-1]), cols, cols])
        lon, lat = self.folder.grid.lonlat(edge_rows, edge_cols)
        return (float(lat.min()), float(lon.min())), (float(lat.max()), float(lon.max()))

    def square(self, row: int, col: int) -> tuple[tuple[float, float], ...]:
        """The corners of a pixel, (latitude, longitude), degrees."""
        return tuple((lat, lon) for lat, lon in self.squares(np.array([[row, col]]))[0].tolist())

    def squares(self, pixels: np.ndarray) -> np.ndarray:
        """The corners of pixels, latitude and longitude, degrees, float64 (pixel, corner, 2).

        Args:
            pixels: Row and column of each, int (pixel, 2).
        """
        corners = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, 0.5], [0.5, -0.5]])
        rows, cols = np.moveaxis(pixels[:, None] + corners, -1, 0)  # (pixel, corner)
        lon, lat = self.folder.grid.lonlat(rows, cols)
        return np.stack([lat, lon], axis=-1)

    @cached_property
    def legend(self) -> Legend | None:
        """The classes of its labels; ``None`` without usable labels."""
        try:
            return self.folder.legend
        except CropcoreError:
            return None

    @cached_property
    def labels(self) -> np.ndarray:
        """Legend codes of all pixels, uint8 (y, x), 0 where unknown.

        Raises:
            LabelError: There are none, they cannot be used, or they are too many to draw.
        """
        grid = self.folder.grid
        if grid.width * grid.height > _MOST_LABELS:
            raise LabelError(
                self.folder.path,
                expected=f"labels of at most {_MOST_LABELS:,} pixels to draw",
                got=f"{grid.width * grid.height:,}",
                advice="look at the class map or at a part of the region",
            )
        codes = self.folder.labels_in(grid.whole)
        return np.zeros((grid.height, grid.width), np.uint8) if codes is None else codes

    @cached_property
    def label_hectares(self) -> dict[int, float]:
        """Land of each class by code, as far as it is labelled."""
        area = float(self.folder.grid.row_hectares().mean())
        return {code: pixels * area for code, pixels in self.folder.class_pixels.items()}

    def pictures(self, kind: str) -> dict[date, Picture]:
        """Acquisitions that can be drawn as one of :data:`PICTURES`, by day; the first of a day."""
        found: dict[date, Picture] = {}
        for imagery in self.folder.imagery:
            names = [_named(wanted, imagery.bands) for wanted in PICTURES[kind]]
            places = [imagery.bands.index(name) for name in names if name]
            if len(places) != len(names):
                continue
            for item in imagery.acquisitions:
                red, green, blue = (item.bands[place] for place in places)
                if red and green and blue:
                    found.setdefault(item.day, Picture(item.day, item, (red, green, blue)))
        return dict(sorted(found.items()))

    @cached_property
    def clear(self) -> dict[date, float]:
        """Share of the region that is not masked on each day with a picture, estimated."""
        return {day: _clear_share(item.acquisition) for day, item in self.pictures("rgb").items()}

    @cached_property
    def clearest(self) -> date | None:
        """The day with the clearest picture, nearest to mid-season among equals."""
        days = list(self.clear)
        if not days:
            return None
        middle = days[len(days) // 2]
        return max(days, key=lambda day: (round(self.clear[day], 2), -abs((day - middle).days)))

    def picture(self, kind: str, day: date) -> Picture:
        """The picture of a day.

        Raises:
            LocationError: Nothing was acquired then, or not in these bands.
        """
        found = self.pictures(kind).get(day)
        if found is None:
            raise LocationError(
                f"picture of {day}",
                expected="a day with an acquisition",
                got="one without",
                advice="choose another date",
            )
        return found


def opened(path: Path, options: SourceOptions | None = None) -> OpenRegion:
    """Open a region, or take the one that is open; a changed folder is opened again.

    Raises:
        RegionError: It cannot be used.
    """
    return _opened(path, options or SourceOptions(), stamp_of(path))


@lru_cache(maxsize=16)
def _opened(path: Path, options: SourceOptions, stamp: tuple[int, ...]) -> OpenRegion:
    return OpenRegion(open_region(path, options))


def stamp_of(path: Path) -> tuple[int, ...]:
    """Changes when ``region.toml`` or any folder of the region does."""
    folder = path if path.is_dir() else path.parent
    inside = (item for item in folder.iterdir() if item.is_dir() or item.name == FILE_NAME)
    return tuple(item.stat().st_mtime_ns for item in (folder, *sorted(inside)))


def _named(wanted: str, bands: tuple[str, ...]) -> str | None:
    """The band of this name or of the same colour, where there is exactly one."""
    return match_band(wanted, tuple(name for name in bands if name in BANDS))


def _clear_share(acquisition: StoredAcquisition) -> float:
    if acquisition.mask is None:
        return 1.0
    with rasterio.open(acquisition.mask.path) as raster:
        shape = (min(_SIDE, raster.height), min(_SIDE, raster.width))
        band = raster.read(acquisition.mask.number, out_shape=shape, resampling=Resampling.nearest)
    return float(1 - np.isin(band, acquisition.mask.values).mean())


__all__ = ["PICTURES", "OpenRegion", "Picture", "opened", "stamp_of"]
