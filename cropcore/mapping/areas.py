"""How much land each class of a map covers, counted in pixels on the map's own grid."""

from dataclasses import dataclass

import numpy as np

from cropcore.cube.grid import Grid, Window
from cropcore.legend import Legend


@dataclass(frozen=True)
class ClassArea:
    """The land that a map gives to one class."""

    code: int
    """Legend code."""
    name: str
    pixels: int
    ha: float
    """Hectares on the native grid; biased where the map errs, as every pixel count is."""

    def to_json(self) -> dict[str, object]:
        """The class and its hectares (to the square metre) as the command line prints it."""
        return {"code": self.code, "name": self.name, "ha": round(self.ha, 4)}


class AreaCount:
    """Counts the pixels of each class while a map is made.

    Counts are kept by row, because pixels of a geographic grid shrink towards the poles; being
    whole numbers, they do not depend on the order or the size of blocks.

    Args:
        grid: Grid of the map.
        legend: Classes to count; other codes are passed over.
    """

    def __init__(self, grid: Grid, legend: Legend) -> None:
        self._grid = grid
        self._legend = legend
        self._counts = np.zeros((grid.height, len(legend)), dtype=np.uint32)  # (row, class)

    def add(self, window: Window, codes: np.ndarray) -> None:
        """Count the pixels of one block.

        Args:
            window: Where the block lies; no pixel may be counted twice.
            codes: Class codes, uint8 (y, x).
        """
        rows = np.arange(window.height, dtype=np.intp)[:, None] * 256  # (y, 1)
        counts = np.bincount((rows + codes).ravel(), minlength=window.height * 256)
        by_code = counts.reshape(window.height, 256)[:, list(self._legend.codes)]  # (y, class)
        self._counts[window.row : window.row + window.height] += by_code.astype(np.uint32)

    def areas(self) -> tuple[ClassArea, ...]:
        """Pixels and hectares of each class so far, in the order of the legend."""
        pixels = self._counts.sum(axis=0, dtype=np.int64)  # (class,)
        hectares = self._grid.row_hectares() @ self._counts  # (class,)
        return tuple(
            ClassArea(item.code, item.name, int(count), float(area))
            for item, count, area in zip(self._legend, pixels, hectares, strict=True)
        )


__all__ = ["AreaCount", "ClassArea"]
