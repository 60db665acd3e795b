"""Opens the reference labels of a region, whatever kind of file they stand in.

A pixel belongs to the parcel that its centre lies in. Groups keep together in a split what is
alike: a parcel, or a square of pixels where labels know no parcels.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from cropcore.cube import Grid
from cropcore.errors import LabelError, RegionError
from cropcore.legend import UNKNOWN, Legend
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.discovery import legend_file
from cropcore.sources.region.extents import bounds_in, bounds_of, overlap
from cropcore.sources.region.label_raster import LabelRaster
from cropcore.sources.region.label_shapes import LabelParcels, LabelPoints
from cropcore.sources.region.label_values import (
    LABEL_COLUMNS,
    choose_column,
    code_labels,
    plain_text,
    read_legend,
)
from cropcore.sources.region.label_windows import Labels, SpatialBlocks
from cropcore.sources.region.paths import RASTER_SUFFIXES, find_file
from cropcore.sources.region.raster import describe_grid, read_header, same_grid
from cropcore.sources.region.region_toml import LabelsDescription
from cropcore.sources.region.vectors import Features, read_features

_GROUP_COLUMNS = ("id", "parcel_id", "field_id", "parcel")
_POLYGONS = ("Polygon", "MultiPolygon")


def open_labels(
    root: Path, description: LabelsDescription, grid: Grid, options: SourceOptions
) -> Labels:
    """Reference labels on the grid of a region.

    Args:
        root: Folder that paths are relative to.
        description: What is said about them.
        grid: The region's grid.
        options: What a person says beside the description.

    Raises:
        MissingFileError: A named file does not exist.
        LabelError: They cannot be read, lie elsewhere or hold no class.
        LegendError: Labels and legend do not fit.
        RegionError: A label raster has another grid than the imagery.
    """
    path = find_file(root, description.file)
    named = description.legend or legend_file(root)
    legend = None if named is None else read_legend(find_file(root, named))
    blocks = SpatialBlocks(grid, max(options.block_pixels, 1))
    if path.suffix.lower() in RASTER_SUFFIXES:
        return _raster(path, legend, description, blocks)
    features = read_features(path, description.layer, grid)
    return _features(path, features, legend, description, options, blocks)


def _raster(
    path: Path, legend: Legend | None, description: LabelsDescription, blocks: SpatialBlocks
) -> LabelRaster:
    header, grid = read_header(path), blocks.grid
    if not same_grid(header.grid, grid):
        theirs = bounds_in(grid.crs, header.grid)
        if theirs is None or not overlap(bounds_of(grid), theirs):
            raise LabelError(
                path,
                expected=f"labels that overlap the imagery ({describe_grid(grid)})",
                got=f"labels elsewhere ({describe_grid(header.grid)})",
                advice="use the labels of this region",
            )
        raise RegionError(
            path,
            expected=f"the grid of the imagery ({describe_grid(grid)})",
            got=describe_grid(header.grid),
            advice="warp the labels to that grid with nearest neighbour, "
            "for example with gdalwarp and its options -t_srs, -te and -ts",
        )
    return LabelRaster(path, blocks, legend, header.bands[0].nodata, description.unknown)


def _features(
    path: Path,
    features: Features,
    legend: Legend | None,
    description: LabelsDescription,
    options: SourceOptions,
    blocks: SpatialBlocks,
) -> LabelParcels | LabelPoints:
    columns = [str(column) for column in features.table.columns]
    wanted = options.label or description.column
    column = choose_column(path, columns, wanted, LABEL_COLUMNS, "the class")
    if column is None:
        raise LabelError(
            path,
            expected=f"a column with the class, such as {', '.join(LABEL_COLUMNS[:4])}",
            got=f"the columns {', '.join(columns) or '(none)'}",
            advice="name the one to use with --label or as column in [labels] of region.toml",
        )
    coded = code_labels(path, features.table[column].tolist(), legend, description.unknown)
    kinds = np.array([shape.geom_type for shape in features.shapes])
    polygons = np.isin(kinds, _POLYGONS)
    usable = polygons if polygons.any() else kinds == "Point"
    notes = _told_unusable(path, usable, coded.codes)
    usable &= coded.codes != UNKNOWN
    if not usable.any():
        raise LabelError(
            path,
            expected="polygons or points with a class",
            got=f"{', '.join(sorted(set(kinds)))} without any",
            advice="draw parcels as polygons and give each its class",
        )
    table = features.table[usable]
    shapes, codes = features.shapes[usable], coded.codes[usable]
    usual = _GROUP_COLUMNS if polygons.any() else ()
    group = choose_column(path, columns, options.group or description.group, usual, "groups")
    if polygons.any():
        numbers, names = _groups(table, group)
        return LabelParcels(path, blocks.grid, coded.legend, shapes, codes, numbers, names, notes)
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    cols, rows = (np.floor(place).astype(np.int64) for place in ~blocks.grid.affine @ (x, y))
    if group is None:
        squares, numbers = np.unique(blocks.numbers(rows, cols), return_inverse=True)
        names = blocks.names(squares)
    else:
        numbers, names = _groups(table, group)
    clash = _clashes(rows, cols, codes)
    if clash.any():
        notes += (f"{path.name}: {clash.sum()} points share a pixel with another class; left out.",)
    keep = ~clash
    return LabelPoints(
        path, coded.legend, rows[keep], cols[keep], codes[keep], numbers[keep], names, notes
    )


def _groups(table: pd.DataFrame, column: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Number of the group of each item, int64, and the names of the groups, str."""
    given = [None] * len(table) if column is None else table[column].tolist()
    names = [
        plain_text(value) or f"row {place}" for value, place in zip(given, table.index, strict=True)
    ]
    unique, numbers = np.unique(np.array(names, dtype=str), return_inverse=True)
    return numbers.astype(np.int64), unique


def _clashes(rows: np.ndarray, cols: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Which points lie in a pixel that another class claims too, bool."""
    _, pixels = np.unique(np.stack([rows, cols]), axis=1, return_inverse=True)
    lowest = np.full(pixels.max(initial=0) + 1, 255)
    highest = np.zeros_like(lowest)
    np.minimum.at(lowest, pixels, codes)
    np.maximum.at(highest, pixels, codes)
    return np.asarray((lowest != highest)[pixels])


def _told_unusable(path: Path, usable: np.ndarray, codes: np.ndarray) -> tuple[str, ...]:
    wrong, unlabelled = int((~usable).sum()), int((usable & (codes == UNKNOWN)).sum())
    notes = []
    if wrong:
        notes.append(f"{path.name}: {wrong} items are of another kind of geometry; left out.")
    if unlabelled:
        notes.append(f"{path.name}: {unlabelled} items have no class; left out.")
    return tuple(notes)


__all__ = ["open_labels"]
