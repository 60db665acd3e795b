"""Opens the reference labels of a region, whatever kind of file they stand in.

A pixel belongs to the parcel that its centre lies in. Groups keep together in a split what is
alike: a parcel, or a square of pixels where labels know no parcels.
"""

from datetime import date
from pathlib import Path

from cropcore.cube import Grid
from cropcore.errors import LabelError
from cropcore.legend import Legend
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.discovery import legend_file
from cropcore.sources.region.fitting import check_raster, lies_on, pixels_of
from cropcore.sources.region.label_features import open_features
from cropcore.sources.region.label_merging import ClassRules, combined, merge_when_read
from cropcore.sources.region.label_raster import LabelRaster
from cropcore.sources.region.label_values import read_legend, read_merges
from cropcore.sources.region.label_windows import Labels, SpatialBlocks
from cropcore.sources.region.paths import RASTER_SUFFIXES, find_file
from cropcore.sources.region.placing import PlacedRaster
from cropcore.sources.region.problems import refuse
from cropcore.sources.region.raster import describe_grid, read_header
from cropcore.sources.region.region_toml import LabelsDescription
from cropcore.sources.region.vectors import read_features


def open_labels(
    root: Path,
    description: LabelsDescription,
    grid: Grid,
    options: SourceOptions,
    season: tuple[date, date] | None = None,
) -> Labels:
    """Reference labels on the grid of a region.

    Args:
        root: Folder that paths are relative to.
        description: What is said about them.
        grid: The region's grid.
        options: What a person says beside the description.
        season: First and last day on which points may have been observed.

    Raises:
        MissingFileError: A named file does not exist.
        LabelError: They cannot be read, lie elsewhere or hold no class.
        LegendError: Labels and legend do not fit.
        RegionError: A label raster cannot be brought to the grid.
    """
    path = find_file(root, description.file)
    rules = _rules(root, path, description)
    blocks = SpatialBlocks(grid, max(options.block_pixels, 1))
    if path.suffix.lower() in RASTER_SUFFIXES:
        return merge_when_read(_raster(path, rules.legend, description, blocks), rules)
    features = read_features(path, description.layer, grid)
    return open_features(path, features, rules, description, options, blocks, season)


def _rules(root: Path, labels: Path, description: LabelsDescription) -> ClassRules:
    """Legend, merges and palette, as legend.csv and region.toml say them."""
    named = description.legend or legend_file(root)
    if named is None:
        return ClassRules(None, combined(labels, description.merge), description.palette)
    path = find_file(root, named)
    merges = combined(labels, description.merge, read_merges(path))
    return ClassRules(read_legend(path), merges, description.palette)


def _raster(
    path: Path, legend: Legend | None, description: LabelsDescription, blocks: SpatialBlocks
) -> LabelRaster:
    header = read_header(path)
    raster = PlacedRaster.of(header).on(blocks.grid)
    check_raster(raster, refuse)
    if not lies_on(raster):
        raise LabelError(
            path,
            expected=f"labels that overlap the imagery ({describe_grid(blocks.grid)})",
            got=f"labels elsewhere ({describe_grid(header.grid)})",
            advice="use the labels of this region",
        )
    notes: tuple[str, ...] = ()
    if raster.warped and not raster.warp.aligned:
        notes = (f"{path.name}: {pixels_of(header.grid)}; each pixel takes the nearest label.",)
    nodata = header.bands[0].nodata
    return LabelRaster(raster, blocks, legend, nodata, description.unknown, notes)


__all__ = ["open_labels"]
