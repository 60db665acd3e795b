"""The one grid of a region: chosen among those of its rasters, or as a person says."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from pyproj import CRS

from cropcore.cube import Grid
from cropcore.cube.grid import same_system
from cropcore.errors import RegionError
from cropcore.sources.region.extents import Bounds, bounds_in, bounds_of
from cropcore.sources.region.imagery import Imagery, StoredFile
from cropcore.sources.region.raster import LARGEST_SIDE, on_earth, same_grid
from cropcore.sources.region.region_toml import FILE_NAME, GridDescription

_SAME_SIZE = 0.01
"""Pixels whose areas differ by less than this share count as equally fine."""
_ODD = 1 / 3
"""Share of the acquisitions up to which a pixel size does not become the region's."""
_SLACK = 1e-3
"""Share of a pixel that bounds may exceed the grid by."""


def choose_grid(
    where: Path, imagery: Sequence[Imagery], description: GridDescription | None
) -> Grid:
    """The grid of a region.

    Of the first source with reflectances (else the first one), the finest grid that over a third
    of its acquisitions have, and of several such the most frequent; unless a person says otherwise.

    Args:
        where: The region, for messages.
        imagery: Its sources, each raster on its own grid.
        description: What ``region.toml`` says about it.

    Raises:
        RegionError: What is said there cannot be used.
    """
    said = description or GridDescription()
    grid = _finest(leading(where, imagery, description))
    if said.crs is None and said.resolution is None and said.bounds is None:
        return grid
    grid = _as_said(grid, said, where)
    if max(grid.width, grid.height) > LARGEST_SIDE:
        got = f"{grid.width} x {grid.height}"
        raise _refusal(where, "resolution", f"at most {LARGEST_SIDE} pixels a side", got)
    return grid


def beyond(grid: Grid, source: Imagery) -> Bounds | None:
    """The bounds of all images that continue the pixels of a grid, where they reach beyond it."""
    boxes = [bounds_of(grid)]
    for file in _files(source):
        placed = file.raster.on(grid)
        same = same_system(placed.grid.crs, grid.crs)
        if same and placed.warped and placed.warp.aligned:
            boxes.append(bounds_of(placed.grid))
    left, bottom = np.min(boxes, axis=0)[:2]
    right, top = np.max(boxes, axis=0)[2:]
    outer = (float(left), float(bottom), float(right), float(top))
    return outer if max(np.abs(np.subtract(outer, boxes[0]))) > _step(grid) / 2 else None


def leading(
    where: Path, imagery: Sequence[Imagery], description: GridDescription | None
) -> Imagery:
    """The source whose grid is the region's.

    Raises:
        RegionError: The one that is named does not exist.
    """
    said = description or GridDescription()
    if said.like is None:
        optical = (item for item in imagery if "reflectance" in item.units)
        return next(optical, imagery[0])
    for item in imagery:
        if item.source == said.like:
            return item
    names = ", ".join(item.source for item in imagery)
    raise _refusal(where, "like", f"one of the sources {names}", said.like)


def _finest(source: Imagery) -> Grid:
    """The grid that most of the finest acquisitions have; a few odd ones do not count."""
    grids: list[Grid] = []
    members: Counter[int] = Counter()
    for item in source.acquisitions:
        own = item.files[0].raster.grid
        at = next((at for at, grid in enumerate(grids) if same_grid(own, grid)), len(grids))
        if at == len(grids):
            grids.append(own)
        members[at] += 1
    areas = [float(np.prod(grid.pixel_metres())) for grid in grids]
    alike = {
        at: [other for other, size in enumerate(areas) if _is_close(size, area)]
        for at, area in enumerate(areas)
    }
    counts = {at: sum(members[other] for other in others) for at, others in alike.items()}
    usual = [at for at in alike if counts[at] > _ODD * len(source.acquisitions)]
    finest = min(usual or [max(alike, key=counts.__getitem__)], key=areas.__getitem__)
    return grids[max(alike[finest], key=members.__getitem__)]


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_SIZE * other


def _as_said(grid: Grid, said: GridDescription, where: Path) -> Grid:
    crs = said.crs or grid.crs
    if not on_earth(crs):
        raise _refusal(where, "crs", "a projected or geographic system of the Earth", crs)
    other = not same_system(crs, grid.crs)
    size = said.resolution or _step(grid)
    if not other and np.isclose(size, _step(grid), rtol=1e-9):
        return grid if said.bounds is None else _cut(grid, said.bounds)
    if said.resolution is None and _unit(crs) != _unit(grid.crs):
        raise _refusal(
            where,
            "resolution",
            f"a resolution in units of {crs}, which the images have not",
            "none",
        )
    box = said.bounds or (bounds_in(crs, grid) if other else bounds_of(grid))
    if box is None or not np.isfinite(box).all() or box[0] >= box[2] or box[1] >= box[3]:
        raise _refusal(where, "crs", "a system that covers the images", crs)
    if other or said.bounds is not None:  # on whole multiples of the pixel, as gdalwarp -tap
        left, top = np.floor(box[0] / size + _SLACK) * size, np.ceil(box[3] / size - _SLACK) * size
    else:
        left, top = box[0], box[3]
    width = max(int(np.ceil((box[2] - left) / size - _SLACK)), 1)
    height = max(int(np.ceil((top - box[1]) / size - _SLACK)), 1)
    return Grid(crs, (size, 0.0, float(left), 0.0, -size, float(top)), width, height)


def _cut(grid: Grid, bounds: Sequence[float]) -> Grid:
    """Other bounds in the same pixels."""
    cols = [bounds[0], bounds[0], bounds[2], bounds[2]]
    rows = [bounds[1], bounds[3], bounds[1], bounds[3]]
    across, down = ~grid.affine @ (np.array(cols), np.array(rows))
    left, top = np.floor(across.min() + _SLACK), np.floor(down.min() + _SLACK)
    right, bottom = np.ceil(across.max() - _SLACK), np.ceil(down.max() - _SLACK)
    x, y = grid.affine @ (left, top)
    a, b, _, d, e, _ = grid.transform
    return replace(
        grid,
        transform=(a, b, float(x), d, e, float(y)),
        width=max(int(right - left), 1),
        height=max(int(bottom - top), 1),
    )


def _step(grid: Grid) -> float:
    """Side of a pixel in units of its system."""
    a, b, _, d, e, _ = grid.transform
    return float(min(np.hypot(a, d), np.hypot(b, e)))


def _unit(crs: str) -> str:
    axes = CRS(crs).axis_info
    return axes[0].unit_name if axes else ""


def _files(source: Imagery) -> Iterator[StoredFile]:
    for item in source.acquisitions:
        yield from item.files


def _refusal(where: Path, key: str, expected: str, got: str) -> RegionError:
    return RegionError(
        f"{where}, key grid.{key}",
        expected=expected,
        got=got,
        advice=f"correct [grid] in {FILE_NAME}",
    )


__all__ = ["beyond", "choose_grid", "leading"]
