"""Labels that come as a class raster."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cropcore.cube import Window
from cropcore.errors import LegendError
from cropcore.legend import LAST_CODE, NODATA, UNKNOWN, Legend
from cropcore.sources.region.label_values import check_covered, legend_of_codes
from cropcore.sources.region.label_windows import LabelWindow, SpatialBlocks
from cropcore.sources.region.placing import PlacedRaster


@dataclass(frozen=True)
class LabelRaster:
    """Labels as a class raster; a pixel of the region takes the class its centre lies in."""

    raster: PlacedRaster
    blocks: SpatialBlocks
    legend: Legend | None
    nodata: float | None
    unknown: int | str
    notes: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.raster.path

    def read(self, window: Window) -> LabelWindow:
        """Labels of a window.

        Raises:
            LegendError: A value is no class code.
        """
        stored, inside = self.raster.nearest(1, window)
        values = np.where(np.isfinite(stored) & inside, stored, UNKNOWN)
        for nothing in (self.nodata, self.unknown, NODATA):
            if isinstance(nothing, (int, float)):
                values = np.where(values == nothing, UNKNOWN, values)
        codes = np.clip(values, UNKNOWN, LAST_CODE).astype(np.uint8)
        wrong = np.unique(values[codes != values])
        if wrong.size:
            raise LegendError(
                self.path,
                expected="class codes 0 (unknown) to 254",
                got=", ".join(f"{value:g}" for value in wrong[:8].tolist()),
                advice="number the classes anew",
            )
        rows, cols = np.mgrid[window.slices]
        groups = np.where(codes == UNKNOWN, -1, self.blocks.numbers(rows, cols))
        return LabelWindow(codes, groups)

    def group_names(self, numbers: np.ndarray) -> np.ndarray:
        """Names, str, of the groups with these numbers."""
        return self.blocks.names(numbers)

    def legend_for(self, codes: tuple[int, ...]) -> Legend:
        """The legend; made of bare codes where none was given.

        Raises:
            LegendError: A code is in no row of it.
        """
        if self.legend is None:
            return legend_of_codes(codes)
        check_covered(self.path, sorted(set(codes) - set(self.legend.codes)), self.legend)
        return self.legend


__all__ = ["LabelRaster"]
