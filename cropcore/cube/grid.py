"""Where pixels lie: the grid of a raster, windows of it, and the way to longitude and latitude."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from affine import Affine
from pyproj import CRS, Geod, Transformer

from cropcore.errors import LocationError, SettingError

_STEPS = 2**20
"""Fractions of a pixel that places in another grid are rounded to."""


@dataclass(frozen=True)
class Window:
    """A rectangle of whole pixels."""

    row: int
    """First row."""
    col: int
    """First column."""
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Row and column slices into an array of the whole grid."""
        return slice(self.row, self.row + self.height), slice(self.col, self.col + self.width)

    def relative_to(self, outer: "Window") -> "Window":
        """The same pixels counted from the corner of ``outer``."""
        return Window(self.row - outer.row, self.col - outer.col, self.height, self.width)


@dataclass(frozen=True)
class Block:
    """A part of a grid that is worked on at once."""

    core: Window
    """Pixels this block answers for; the cores of all blocks tile the grid."""
    padded: Window
    """Pixels it needs to see: the core and its halo, cut off at the grid's edge."""


@dataclass(frozen=True)
class Grid:
    """The pixel grid of a raster."""

    crs: str
    """Coordinate reference system as WKT or an authority code."""
    transform: tuple[float, float, float, float, float, float]
    """Affine coefficients a…f: x = a·col + b·row + c, y = d·col + e·row + f."""
    width: int
    """Columns."""
    height: int
    """Rows."""

    @property
    def affine(self) -> Affine:
        """The transform from (col, row) of a pixel's upper left corner to (x, y)."""
        return Affine(*self.transform)

    @property
    def whole(self) -> Window:
        """The window that covers all pixels."""
        return Window(0, 0, self.height, self.width)

    def rowcol(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and column (int64) of the pixels that hold WGS 84 points; may lie outside."""
        x, y = _transformer("EPSG:4326", self.crs).transform(lon, lat)
        with np.errstate(invalid="ignore"):  # a point that cannot be projected is infinite
            col, row = ~self.affine @ (np.asarray(x), np.asarray(y))
        return _floor(row), _floor(col)

    def lonlat(self, row: np.ndarray, col: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """WGS 84 longitude and latitude, degrees, of pixel centres."""
        x, y = self.affine @ (np.asarray(col) + 0.5, np.asarray(row) + 0.5)
        lon, lat = _transformer(self.crs, "EPSG:4326").transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    def places_in(
        self, other: "Grid", row: np.ndarray, col: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where points of this grid lie in another one, fractional.

        Places count from the upper left corner of the first pixel: its centre is at 0.5, 0.5.
        They are rounded to a millionth of a pixel, so that grids that differ by rounding alone
        are the same.

        Args:
            other: A grid in any coordinate system; longitudes may be counted from 0 or −180.
            row: Rows of points in this grid, any shape.
            col: Their columns.

        Returns:
            Row and column in the other grid, float64; infinite where its system does not reach.

        Raises:
            ProjError: There is no way between the systems, such as those of two planets.
        """
        x, y = self.affine @ (np.asarray(col, dtype=float), np.asarray(row, dtype=float))
        if not same_system(self.crs, other.crs):
            x, y = _transformer(self.crs, other.crs).transform(x, y)
            if _is_geographic(other.crs):
                left = other._left
                with np.errstate(invalid="ignore"):  # infinite where there is no such place
                    x = np.where(np.isfinite(x), left + (np.asarray(x) - left) % 360, np.inf)
        with np.errstate(invalid="ignore"):
            cols, rows = ~other.affine @ (np.asarray(x), np.asarray(y))
        return _rounded(rows), _rounded(cols)

    def pixel_metres(self) -> tuple[float, float]:
        """Height and width of a pixel, metres; of degrees, in the middle of the grid."""
        a, b, _, d, e, _ = self.transform
        crs = CRS.from_user_input(self.crs)
        if not crs.is_geographic:
            unit = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 1.0
            return float(np.hypot(b, e)) * unit, float(np.hypot(a, d)) * unit
        geod = crs.get_geod() or Geod(ellps="WGS84")
        _, middle = self.affine @ (self.width / 2, self.height / 2)
        lat, step = float(np.clip(middle, -89, 89)), 1e-3
        east = geod.inv(0, lat, step, lat)[2] / step  # metres a degree
        north = geod.inv(0, lat, 0, lat + step)[2] / step
        return float(np.hypot(b * east, e * north)), float(np.hypot(a * east, d * north))

    @property
    def _left(self) -> float:
        """Smallest x of its corners."""
        cols, rows = np.array([0, 0, self.width, self.width]), np.array([0, self.height] * 2)
        return float((self.affine @ (cols, rows))[0].min())

    def pixel_at(self, lon: float, lat: float) -> tuple[int, int]:
        """Row and column of the pixel that holds one WGS 84 point.

        Raises:
            LocationError: The point lies outside the grid.
        """
        row, col = (int(value) for value in self.rowcol(np.array(lon), np.array(lat)))
        if 0 <= row < self.height and 0 <= col < self.width:
            return row, col
        corner_rows = np.array([0, 0, self.height - 1, self.height - 1])
        corner_cols = np.array([0, self.width - 1, 0, self.width - 1])
        lons, lats = self.lonlat(corner_rows, corner_cols)
        raise LocationError(
            f"point {lon:g},{lat:g}",
            expected=f"longitude {lons.min():.5f} to {lons.max():.5f} "
            f"and latitude {lats.min():.5f} to {lats.max():.5f}",
            got="a place outside the imagery",
            advice="give LON,LAT in degrees, longitude first",
        )

    def row_hectares(self) -> np.ndarray:
        """Mean area of the pixels of each row, hectares, shape (row,).

        In UTM the nominal area, true to 0.1 %; elsewhere measured on the ellipsoid.
        """
        crs = CRS.from_user_input(self.crs)
        if crs.utm_zone is not None:
            return np.full(self.height, abs(self.affine.determinant) / 1e4)
        geod = crs.get_geod() or Geod(ellps="WGS84")
        edges = np.arange(self.height + 1)
        left, right = (
            _transformer(self.crs, "EPSG:4326").transform(
                *(self.affine @ (np.full(len(edges), col), edges))
            )
            for col in (0, self.width)
        )
        areas = np.empty(self.height)
        for row in range(self.height):
            lons = [left[0][row], right[0][row], right[0][row + 1], left[0][row + 1]]
            lats = [left[1][row], right[1][row], right[1][row + 1], left[1][row + 1]]
            area, _ = geod.polygon_area_perimeter(lons, lats)
            areas[row] = abs(area) / 1e4 / self.width
        return areas

    def blocks(self, size: int, halo: int = 0) -> Iterator[Block]:
        """Square blocks in reading order.

        Args:
            size: Side of a block's core, pixels.
            halo: Pixels seen beyond the core on every side.

        Raises:
            SettingError: The size is below 1 or the halo below 0.
        """
        if size < 1 or halo < 0:
            raise SettingError(
                "block size",
                expected="a size of at least 1 pixel and a halo of at least 0",
                got=f"size {size} and halo {halo}",
                advice="choose a block size such as 256",
            )
        for row in range(0, self.height, size):
            for col in range(0, self.width, size):
                core = Window(row, col, min(size, self.height - row), min(size, self.width - col))
                yield Block(core, self.padded(core, halo))

    def padded(self, core: Window, halo: int) -> Window:
        """A window and as many pixels beyond each side, cut off at the grid's edge."""
        top, left = max(core.row - halo, 0), max(core.col - halo, 0)
        bottom = min(core.row + core.height + halo, self.height)
        right = min(core.col + core.width + halo, self.width)
        return Window(top, left, bottom - top, right - left)


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=64)
def same_system(one: str, other: str) -> bool:
    """Whether two texts name one coordinate reference system."""
    return one == other or CRS(one).equals(CRS(other), ignore_axis_order=True)


@lru_cache(maxsize=64)
def _is_geographic(crs: str) -> bool:
    return bool(CRS(crs).is_geographic)


def _rounded(place: np.ndarray) -> np.ndarray:
    return np.asarray(np.round(place * _STEPS) / _STEPS)


def _floor(value: np.ndarray) -> np.ndarray:
    """Floor to int64; a point that cannot be projected (infinite) becomes −1."""
    finite = np.isfinite(value)
    clipped = np.clip(np.where(finite, np.floor(value), -1), -1e12, 1e12)
    return np.asarray(clipped, dtype=np.int64)


__all__ = ["Block", "Grid", "Window", "same_system"]
