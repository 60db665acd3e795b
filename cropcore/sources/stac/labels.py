"""Labels that go into an imported region, looked over before anything is downloaded."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from rasterio.warp import transform_bounds

from cropcore.cube import Grid
from cropcore.errors import LabelError, MissingFileError
from cropcore.sources.base import SourceOptions
from cropcore.sources.region import vectors
from cropcore.sources.region.discovery import LABEL_FILES, legend_file
from cropcore.sources.region.extents import bounds_of
from cropcore.sources.region.labels import open_labels
from cropcore.sources.region.paths import RASTER_SUFFIXES
from cropcore.sources.region.raster import read_header
from cropcore.sources.region.region_toml import LabelsDescription
from cropcore.sources.stac.request import Box

_SUFFIXES = tuple(Path(name).suffix for name in LABEL_FILES)


@dataclass(frozen=True)
class Labels:
    """A file of labels and what is said about it."""

    path: Path
    column: str | None = None
    """Holds the class; found by name where not given."""

    def check(self, grid: Grid) -> None:
        """Make sure that they can be used on a grid.

        Raises:
            MissingFileError: There is no such file.
            LabelError: They cannot be read, or lie elsewhere.
            LegendError: Labels and legend do not fit.
        """
        if self.path.suffix.lower() not in _SUFFIXES:
            raise LabelError(
                self.path,
                expected=f"labels in a file ending in {', '.join(_SUFFIXES)}",
                got=self.path.suffix or "no ending",
                advice="convert the labels to GeoPackage",
            )
        _check_there(self.path)
        description = LabelsDescription(
            file="labels", column=self.column, legend=legend_file(self.path.parent)
        ).model_copy(update={"file": self.path.name})
        open_labels(self.path.parent, description, grid, SourceOptions())

    def copy_to(self, folder: Path) -> None:
        """Copy them, with what belongs to them, into a region folder."""
        suffix = self.path.suffix.lower()
        beside = (".shx", ".dbf", ".prj", ".cpg") if suffix == ".shp" else ()
        shutil.copyfile(self.path, folder / f"labels{suffix}")
        for ending in beside:
            file = self.path.with_suffix(ending)
            if file.is_file():
                shutil.copyfile(file, folder / f"labels{ending}")
        legend = legend_file(self.path.parent)
        if legend is not None:
            shutil.copyfile(self.path.parent / legend, folder / legend)

    def described(self) -> list[str]:
        """The lines of ``region.toml`` about them."""
        lines = ["[labels]", f'file = "labels{self.path.suffix.lower()}"']
        if self.column is not None:
            lines.append(f"column = {json.dumps(self.column, ensure_ascii=False)}")
        return lines


def box_around(path: Path) -> Box:
    """The area that parcels, points or a raster cover, degrees.

    Raises:
        MissingFileError: There is no such file.
        LabelError: It cannot be read, or holds nothing with a place.
        RegionError: It is a raster that cannot be read.
    """
    _check_there(path)
    if path.suffix.lower() in RASTER_SUFFIXES:
        grid = read_header(path).grid
        west, south, east, north = transform_bounds(grid.crs, "EPSG:4326", *bounds_of(grid))
    else:
        west, south, east, north = vectors.box_around(path)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise LabelError(
            path,
            expected="an area on Earth",
            got=f"{west:.6g}, {south:.6g}, {east:.6g}, {north:.6g}",
            advice="correct its coordinate system, or give --bbox",
        )
    return west, south, east, north


def _check_there(path: Path) -> None:
    if not path.is_file():
        raise MissingFileError(
            path, expected="a file of parcels", got="no such file", advice="check the path"
        )


__all__ = ["Labels", "box_around"]
