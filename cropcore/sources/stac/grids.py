"""The pixel grids that imagery is stored on: its own, as far as the items agree.

Pixels keep their place and so their stored numbers: bands of 10 m and of 20 m stay on grids of
10 m and 20 m, and the region brings them together when it is read. Only items in another
coordinate system than most, or off the grid of most, are resampled.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from pyproj import CRS
from rasterio.warp import transform_bounds

from cropcore.cube import Grid
from cropcore.cube.grid import same_system
from cropcore.errors import RegionError, SettingError
from cropcore.sources.region.raster import LARGEST_SIDE, on_earth
from cropcore.sources.stac.request import Box
from cropcore.sources.stac.scene import Layer

_SLACK = 1e-3
"""Fraction of a pixel by which edges may miss those of the grid."""


@dataclass(frozen=True)
class Extent:
    """Where imagery is wanted, in a coordinate system."""

    crs: str
    left: float
    bottom: float
    right: float
    top: float


def common_system(layers: Iterable[Layer]) -> str:
    """The coordinate system of most layers."""
    counts = Counter(layer.crs for layer in layers)
    return min(counts, key=lambda crs: (-counts[crs], crs))


def extent_of(layers: Sequence[Layer], crs: str, box: Box | None, where: str) -> Extent:
    """What the layers cover of the area that was asked for, or all of it, in a system.

    Args:
        layers: Of one source.
        crs: The system.
        box: The area, degrees.
        where: The source, for messages.

    Raises:
        RegionError: They lie beside the area.
    """
    edges = []
    for layer in layers:
        a, _, x, _, e, y = layer.transform
        bounds = (x, y + e * layer.height, x + a * layer.width, y)
        same = same_system(layer.crs, crs)
        edges.append(bounds if same else transform_bounds(layer.crs, crs, *bounds))
    lefts, bottoms, rights, tops = zip(*edges, strict=True)
    covered = Extent(crs, min(lefts), min(bottoms), max(rights), max(tops))
    asked = covered if box is None else Extent(crs, *transform_bounds("EPSG:4326", crs, *box))
    found = Extent(
        crs,
        max(asked.left, covered.left),
        max(asked.bottom, covered.bottom),
        min(asked.right, covered.right),
        min(asked.top, covered.top),
    )
    if not all(map(math.isfinite, astuple(found)[1:])) or (
        found.left >= found.right or found.bottom >= found.top
    ):
        raise RegionError(
            where,
            expected="imagery that covers some of the area",
            got="imagery beside it",
            advice="check --bbox, --area and --crs",
        )
    return found


def grid_over(
    layers: Sequence[Layer], extent: Extent, resolution: float | None, where: str
) -> Grid:
    """The grid over an extent whose pixels are those of most layers.

    Args:
        layers: Of one size of pixels.
        extent: What it covers at least.
        resolution: Side of its pixels in units of the system; that of the layers if ``None``.
        where: What is loaded, for messages.

    Raises:
        SettingError: There would be too many pixels, or their size is not known in this system.
    """
    native = [layer for layer in layers if same_system(layer.crs, extent.crs)]
    if resolution is None and not native and not _both_metric(layers[0].crs, extent.crs):
        raise SettingError(
            "--resolution",
            expected=f"the side of a pixel in units of {extent.crs}",
            got="none, and the imagery is in units of another kind",
            advice="add --resolution",
        )
    if native and resolution in (None, native[0].transform[0]):
        phases = [_phase(layer) for layer in native]
        usual, _ = Counter(phases).most_common(1)[0]
        a, _, x, _, e, y = native[phases.index(usual)].transform
        width, height = a, -e
    else:
        first = layers[0].transform
        width, height = (resolution, resolution) if resolution else (first[0], -first[4])
        x = y = 0.0
    first_col = math.floor((extent.left - x) / width + _SLACK)
    last_col = math.ceil((extent.right - x) / width - _SLACK)
    first_row = math.floor((y - extent.top) / height + _SLACK)
    last_row = math.ceil((y - extent.bottom) / height - _SLACK)
    columns, rows = max(last_col - first_col, 1), max(last_row - first_row, 1)
    if max(columns, rows) > LARGEST_SIDE:
        raise SettingError(
            where,
            expected=f"at most {LARGEST_SIDE} pixels a side",
            got=f"{columns} x {rows}",
            advice="choose a smaller --bbox or a coarser --resolution",
        )
    transform = (width, 0.0, x + first_col * width, 0.0, -height, y - first_row * height)
    return Grid(extent.crs, transform, columns, rows)


def aligned(layer: Layer, grid: Grid) -> bool:
    """Whether the pixels of a layer are pixels of the grid."""
    if not same_system(layer.crs, grid.crs):
        return False
    a, _, x, _, e, y = layer.transform
    width, _, left, _, height, top = grid.transform
    if not (math.isclose(a, width, rel_tol=1e-6) and math.isclose(e, height, rel_tol=1e-6)):
        return False
    steps = (x - left) / width, (y - top) / height
    return all(abs(step - round(step)) < _SLACK * 10 for step in steps)


def check_system(crs: str) -> str:
    """A coordinate system that a person asked for.

    Raises:
        SettingError: There is none of that name.
    """
    if not re.fullmatch(r"[A-Za-z]\w*:[0-9]+", crs, re.ASCII) or not on_earth(crs):
        raise SettingError(
            "--crs",
            expected="authority and code of a system of the Earth, such as EPSG:32631",
            got=repr(crs),
            advice="correct it",
        )
    return crs


def _phase(layer: Layer) -> tuple[float, ...]:
    """Size of the pixels and where in a pixel the origin lies; the same for layers on one grid."""
    a, _, x, _, e, y = layer.transform
    return round(a, 9), round(e, 9), round(x / a % 1, 3) % 1, round(y / e % 1, 3) % 1


def _both_metric(one: str, other: str) -> bool:
    return CRS(one).axis_info[0].unit_name == CRS(other).axis_info[0].unit_name


__all__ = ["Extent", "aligned", "check_system", "common_system", "extent_of", "grid_over"]
