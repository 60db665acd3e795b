"""Looks a region over before any run: opens every file, reads pixels, lists all that is wrong."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from cropcore.cube import Window
from cropcore.errors import InputError
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.findings import Findings
from cropcore.sources.region.imagery import Imagery
from cropcore.sources.region.opening import survey_region
from cropcore.sources.region.pixel_scan import PixelScan
from cropcore.sources.region.region_folder import RegionFolder
from cropcore.sources.report import ClassCount, RegionReport

_BLOCK = 256
_LARGEST_SCAN = 300_000_000
"""Values; of a larger region a sample of blocks is read."""
_LONG_GAP = 60
"""Days without an acquisition that are worth a warning."""
_FEW_PIXELS = 10
_PIXELS_PER_SECOND = 30_000.0
_WARPED, _FILTERED, _DILATED = 1e-8, 1.2e-7, 1.1e-7
"""Seconds that bringing a value to another grid, filtering or dilating it take besides."""


def check_region(path: Path, options: SourceOptions) -> RegionReport:
    """Look a region over.

    Every header is read; pixels of every file too, all of them in a small region, those of a
    spread of blocks in a large one. Foreseeable problems are collected, never raised.

    Args:
        path: The folder or its ``region.toml``.
        options: What a person says beside it.
    """
    findings = Findings()
    region = survey_region(path, options, findings.complain)
    if region is None:
        return RegionReport(path, errors=tuple(findings.errors))
    for note in region.notes:
        findings.warn(note)
    never_clear = _look_at_pixels(region, findings)
    classes = _count_classes(region, findings)
    for item in region.imagery:
        _judge_dates(item, findings)
    values = sum(len(item.acquisitions) * len(item.bands) for item in region.imagery)
    pixels = region.grid.width * region.grid.height
    return RegionReport(
        path,
        title=region.title,
        errors=tuple(findings.errors),
        warnings=tuple(findings.warnings),
        crs=region.grid.crs,
        width=region.grid.width,
        height=region.grid.height,
        dates=region.dates,
        bands={item.source: item.bands for item in region.imagery},
        classes=classes,
        megabytes=sum(file.stat().st_size for file in _files(region)) / 1e6,
        hectares=float(region.grid.row_hectares().sum()) * region.grid.width,
        memory_megabytes=values * pixels * 4 / 1e6,
        never_clear=never_clear,
        estimated_seconds=pixels * (1 / _PIXELS_PER_SECOND + _extra_seconds(region)),
    )


def _extra_seconds(region: RegionFolder) -> float:
    """What reading a pixel takes besides, where rasters are not used as they lie."""
    seconds = 0.0
    for imagery in region.imagery:
        for item in imagery.acquisitions:
            layers = item.mask.layers if item.mask else ()
            seconds += _DILATED * sum(layer.distance > 0 for layer in layers)
            for file in item.files:
                seconds += _WARPED * len(file.places) * file.raster.warped
                seconds += _FILTERED * len(file.places) * (file.speckle is not None)
    return seconds


def _files(region: RegionFolder) -> set[Path]:
    acquisitions = [item for source in region.imagery for item in source.acquisitions]
    files = {path for item in acquisitions for path in item.paths}
    if region.label_description is not None:
        files.add(region.root / region.label_description.file)
    return {file for file in files if file.is_file()}


def _look_at_pixels(region: RegionFolder, findings: Findings) -> dict[str, float]:
    """Read every file; the share of pixels that each source never saw clearly."""
    windows, every = _windows(region)
    if not every:
        findings.warn(
            f"The region is large: pixels of {len(windows)} blocks of {_BLOCK} x {_BLOCK} were "
            "read, not all."
        )
    shares = {}
    for imagery in region.imagery:
        scan = PixelScan(imagery, findings)
        for window in windows:
            scan.look(window)
        shares[imagery.source] = scan.judge(region.name, every)
    return shares


def _windows(region: RegionFolder) -> tuple[list[Window], bool]:
    """Blocks to read, and whether they are all there are."""
    blocks = [block.core for block in region.grid.blocks(_BLOCK)]
    depth = sum(len(item.acquisitions) * len(item.bands) for item in region.imagery)
    affordable = max(_LARGEST_SCAN // (depth * _BLOCK**2), 5)
    if len(blocks) <= affordable:
        return blocks, True
    chosen = np.linspace(0, len(blocks) - 1, affordable).round().astype(int)
    return [blocks[at] for at in np.unique(chosen)], False


def _count_classes(region: RegionFolder, findings: Findings) -> tuple[ClassCount, ...]:
    """Labelled pixels of each class."""
    if region.label_description is None:
        findings.warn("There are no labels: the region can be mapped, but not trained on.")
        return ()
    try:
        counts = tuple(
            ClassCount(item.code, item.name, region.class_pixels[item.code])
            for item in region.legend
        )
    except InputError as error:
        findings.complain(error)
        return ()
    if len(counts) < 2:
        findings.warn("There is only one class: a model needs at least two to learn from.")
    for item in counts:
        if item.pixels < _FEW_PIXELS:
            findings.warn(f"Class {item.name} has only {item.pixels} labelled pixels.")
    return counts


def _judge_dates(imagery: Imagery, findings: Findings) -> None:
    """Tell of single acquisitions and long gaps."""
    days = imagery.dates
    if len(set(days)) < 2:
        findings.warn(f"{imagery.source}: there is only one acquisition date, {days[0]}.")
    gaps = [(after - before, before, after) for before, after in pairwise(days)]
    long = [gap for gap in gaps if gap[0].days > _LONG_GAP]
    if long:
        length, before, after = max(long)
        others = f"; {len(long) - 1} more gaps exceed {_LONG_GAP} days" if len(long) > 1 else ""
        findings.warn(
            f"{imagery.source}: no acquisition for {length.days} days from {before} to "
            f"{after}{others}."
        )


__all__ = ["check_region"]
