"""Lengths and areas of parcels in metres, whatever the coordinates of the grid are."""

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS, Transformer

from cropcore.cube import Grid


@dataclass(frozen=True)
class Metres:
    """A system in metres around the middle of a grid, of equal area.

    Within some hundred kilometres lengths are true to a few parts in a thousand.
    """

    crs: str
    """The grid's own system."""
    local: str
    """The system in metres; the same one where the grid's is UTM."""

    @classmethod
    def around(cls, grid: Grid) -> "Metres":
        """The system for a grid."""
        if CRS.from_user_input(grid.crs).utm_zone is not None:
            return cls(grid.crs, grid.crs)
        lon, lat = grid.lonlat(np.array([grid.height // 2]), np.array([grid.width // 2]))
        middle = f"+lat_0={lat[0]:.6f} +lon_0={lon[0]:.6f}"
        return cls(grid.crs, f"+proj=laea {middle} +datum=WGS84 +units=m +no_defs")

    def there(self, shapes: np.ndarray) -> np.ndarray:
        """Shapes of the grid's system in metres; coordinates it does not reach are infinite."""
        return _moved(shapes, self.crs, self.local)

    def back(self, shapes: np.ndarray) -> np.ndarray:
        """Shapes in metres in the grid's system."""
        return _moved(shapes, self.local, self.crs)


def _moved(shapes: np.ndarray, source: str, target: str) -> np.ndarray:
    if source == target:
        return shapes
    transformer = Transformer.from_crs(source, target, always_xy=True)

    def move(places: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(places[:, 0], places[:, 1]))

    return np.asarray(shapely.transform(shapes, move))


def pixel_side(grid: Grid) -> float:
    """Side of a square as large as a pixel, metres."""
    return float(np.sqrt(grid.row_hectares().mean() * 1e4))


__all__ = ["Metres", "pixel_side"]
