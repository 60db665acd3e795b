"""Labels that come as polygons or points."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from rasterio.features import rasterize

from cropcore.cube import Grid, Window
from cropcore.legend import UNKNOWN, Legend
from cropcore.sources.region.extents import bounds_of, part_of
from cropcore.sources.region.label_windows import LabelWindow

_TILE = 256
"""Parcels are drawn in tiles that lie fixed on the grid, so that a pixel's label never depends on
the window it is asked for."""


@dataclass(frozen=True)
class LabelParcels:
    """Labels as polygons."""

    path: Path
    grid: Grid
    legend: Legend
    shapes: np.ndarray
    """Polygons in the grid's coordinates (parcel,)."""
    codes: np.ndarray
    """Legend code of each, uint8 (parcel,)."""
    groups: np.ndarray
    """Number of the group of each, int64 (parcel,)."""
    names: np.ndarray
    """Name of each group, str (group,)."""
    notes: tuple[str, ...] = ()
    contested: np.ndarray = field(default_factory=lambda: np.array([], dtype=object))
    """Polygons in which no class is known, whatever parcel they lie in (place,)."""

    def read(self, window: Window) -> LabelWindow:
        """Labels of a window."""
        drawn = np.zeros((window.height, window.width), dtype=np.int32)
        bottom, right = window.row + window.height, window.col + window.width
        for row in range(window.row // _TILE * _TILE, bottom, _TILE):
            for col in range(window.col // _TILE * _TILE, right, _TILE):
                top, left = max(row, window.row), max(col, window.col)
                rows = slice(top, min(row + _TILE, bottom))
                cols = slice(left, min(col + _TILE, right))
                tile = self._draw(row, col)
                drawn[
                    rows.start - window.row : rows.stop - window.row,
                    cols.start - window.col : cols.stop - window.col,
                ] = tile[rows.start - row : rows.stop - row, cols.start - col : cols.stop - col]
        codes = np.concatenate([[UNKNOWN], self.codes]).astype(np.uint8)
        groups = np.concatenate([[-1], self.groups])
        return LabelWindow(codes[drawn], groups[drawn])

    def _draw(self, row: int, col: int) -> np.ndarray:
        """Parcel number + 1 of each pixel of a tile, int32 (y, x); 0 where there is none."""
        height, width = min(_TILE, self.grid.height - row), min(_TILE, self.grid.width - col)
        tile = part_of(self.grid, Window(row, col, height, width))
        parcels = _near(self._bounds, tile)
        if not parcels.size:
            return np.zeros((height, width), dtype=np.int32)
        unclear = self.contested[_near(self._contested_bounds, tile)]
        drawn = rasterize(
            [(self.shapes[at], int(at) + 1) for at in parcels] + [(shape, 0) for shape in unclear],
            out_shape=(height, width),
            transform=tile.affine,
            fill=0,
            all_touched=False,
            dtype="int32",
        )
        return np.asarray(drawn)

    @cached_property
    def _bounds(self) -> np.ndarray:
        return np.asarray(shapely.bounds(self.shapes))

    @cached_property
    def _contested_bounds(self) -> np.ndarray:
        return np.asarray(shapely.bounds(self.contested)).reshape(-1, 4)

    def group_names(self, numbers: np.ndarray) -> np.ndarray:
        """Names, str, of the groups with these numbers."""
        return np.asarray(self.names[numbers])

    def legend_for(self, codes: tuple[int, ...]) -> Legend:
        """The legend of all parcels."""
        return self.legend


@dataclass(frozen=True)
class LabelPoints:
    """Labels as single pixels."""

    path: Path
    legend: Legend
    rows: np.ndarray
    """Row of each point, int64 (point,)."""
    cols: np.ndarray
    codes: np.ndarray
    """Legend code of each, uint8 (point,)."""
    groups: np.ndarray
    """Number of the group of each, int64 (point,)."""
    names: np.ndarray
    """Name of each group, str (group,)."""
    notes: tuple[str, ...] = ()

    def read(self, window: Window) -> LabelWindow:
        """Labels of a window."""
        rows, cols = self.rows - window.row, self.cols - window.col
        inside = (rows >= 0) & (rows < window.height) & (cols >= 0) & (cols < window.width)
        codes = np.zeros((window.height, window.width), dtype=np.uint8)
        groups = np.full(codes.shape, -1, dtype=np.int64)
        codes[rows[inside], cols[inside]] = self.codes[inside]
        groups[rows[inside], cols[inside]] = self.groups[inside]
        return LabelWindow(codes, groups)

    def group_names(self, numbers: np.ndarray) -> np.ndarray:
        """Names, str, of the groups with these numbers."""
        return np.asarray(self.names[numbers])

    def legend_for(self, codes: tuple[int, ...]) -> Legend:
        """The legend of all points."""
        return self.legend


def _near(bounds: np.ndarray, tile: Grid) -> np.ndarray:
    """Positions of the shapes whose bounds touch a tile."""
    left, bottom, right, top = bounds_of(tile)
    return np.flatnonzero(
        (bounds[:, 0] <= right)
        & (bounds[:, 2] >= left)
        & (bounds[:, 1] <= top)
        & (bounds[:, 3] >= bottom)
    )


__all__ = ["LabelParcels", "LabelPoints"]
