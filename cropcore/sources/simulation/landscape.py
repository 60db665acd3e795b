"""The land: parcels between tracks and roads, a village, a brook with its meadows, woods, soils."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from affine import Affine
from rasterio.features import rasterize
from scipy import ndimage
from shapely.affinity import rotate

from cropcore.cube import Grid
from cropcore.sources.simulation.classes import (
    ALFALFA,
    ARABLE_SHARES,
    BEET,
    BUILT,
    CODES,
    FOREST,
    GRASS,
    MAIZE,
    POTATO,
    ROAD,
    SUNFLOWER,
    TRACK,
    TREES,
)
from cropcore.sources.simulation.dividing import divide_blocks, divide_parcels, parts_of
from cropcore.sources.simulation.features import draw_brook, draw_grove, draw_outline, draw_roads
from cropcore.sources.simulation.noise import fractal, stream

_USUAL_PARCEL = 26_000.0
"""m²."""
_PLOT = 9_000.0
"""Size of a plot in the village, m²."""
_BEARING = 17.0
"""Usual direction of field borders, degrees from east."""
_RELIEF = 9.0
"""Standard deviation of heights, metres."""
_ROAD = 4.5
"""Half the width of a road, metres."""
_BEYOND = 80.0
"""Land drawn around the imagery, metres; parcels do not end where a picture does."""
_DEPTH_LIKED = MappingProxyType(
    {BEET: 0.6, POTATO: 0.7, MAIZE: 0.4, ALFALFA: -0.6, SUNFLOWER: -0.7}
)
"""How much more a crop is grown on deep soil than on shallow soil."""


@dataclass(frozen=True)
class Landscape:
    """What lies where, on cells finer than the pixels of the imagery."""

    shapes: np.ndarray
    """Polygons in map coordinates, shapely objects (parcel,)."""
    codes: np.ndarray
    """Class of each, int (parcel,)."""
    parcel: np.ndarray
    """Parcel of each cell, int32 (y, x); −1 where there is none."""
    between: np.ndarray
    """What lies where there is no parcel, int16 (y, x): track, road or trees."""
    across: np.ndarray
    """Distance across the direction of the drill rows, metres, float32 (y, x)."""
    inside: np.ndarray
    """Distance to the parcel's edge, metres, float32 (y, x)."""
    depth: np.ndarray
    """Depth of soil, mean 0 and sd 1: crests shallow and chalky, hollows deep, (y, x)."""
    slope_east: np.ndarray
    """Rise per metre to the east (y, x)."""
    slope_north: np.ndarray
    """Rise per metre to the north (y, x)."""
    step: float
    """Side of a cell, metres."""


def draw_landscape(seed: int, grid: Grid, step: float) -> Landscape:
    """Draw land on a grid in metres.

    Args:
        seed: Same seed, same land.
        grid: Of the imagery.
        step: Side of a cell, metres; divides the pixel size.
    """
    pixel, left, top = grid.transform[0], grid.transform[2], grid.transform[5]
    extent = np.array([grid.width, grid.height]) * pixel
    scene = shapely.box(left, top - extent[1], left + extent[0], top)
    shape = (round(extent[1] / step), round(extent[0] / step))
    random = stream(seed, "relief")
    relief = fractal(random, shape, step, slope=5.5, longest=1800)
    depth = -0.75 * relief + 0.66 * fractal(random, shape, step, slope=3.2, longest=700)
    depth = (depth - depth.mean()) / depth.std()
    plan = _plan(stream(seed, "landscape"), scene)
    shapes = plan.shapes
    cells = _cells(shapes, left, top, step, shape)
    transform = grid.affine @ Affine.scale(step / pixel)
    numbered = [(item, at + 1) for at, item in enumerate(shapes)]
    parcel = rasterize(numbered, shape, transform=transform, fill=0, dtype="int32") - 1
    others = [(plan.grove, TREES), (plan.roads, ROAD)]
    between = rasterize(others, shape, transform=transform, fill=TRACK, dtype="int16")
    rise_south, rise_east = np.gradient(relief * _RELIEF, step)
    return Landscape(
        shapes=np.array(shapes, dtype=object),
        codes=_sow(stream(seed, "rotation"), plan, cells, depth, step),
        parcel=parcel,
        between=between,
        across=_across(shapes, parcel, step),
        inside=_inside(parcel, step),
        depth=depth,
        slope_east=np.asarray(rise_east),
        slope_north=np.asarray(-rise_south),
        step=step,
    )


@dataclass(frozen=True)
class _Plan:
    """What is where, in map coordinates."""

    shapes: list[shapely.Polygon]
    kinds: list[str | None]
    """Class of each parcel that its place decides; ``None`` for arable land."""
    roads: shapely.Geometry
    grove: shapely.Geometry


def _plan(random: np.random.Generator, scene: shapely.Polygon) -> _Plan:
    """Draw what fields have to make way for, then the fields."""
    left, bottom, right, top = scene.bounds
    corner, extent = np.array([left, bottom]), np.array([right - left, top - bottom])
    whole = scene.buffer(_BEYOND, join_style="mitre")
    brook = draw_brook(random, corner, extent)
    centre = corner + extent * (0.34, 0.57)
    roads = draw_roads(random, centre, extent).buffer(_ROAD)
    grove = draw_grove(random, brook)
    village = draw_outline(random, centre, min(250.0, 0.14 * extent.min()))
    wood = draw_outline(random, corner + extent * (0.76, 0.23), 0.085 * extent.min())
    land = rotate(whole.buffer(0.3 * extent[0], join_style="mitre"), _BEARING)
    blocks = divide_blocks(random, land.difference(shapely.union_all([roads, grove])))
    shapes, kinds = _fill(random, blocks, village, brook, wood)
    trees = divide_blocks(random, grove.intersection(whole), 14_000)
    everything = [*zip(shapes, kinds, strict=True), *((part, FOREST) for part in trees)]
    seen = [(shape, kind) for shape, kind in everything if shape.intersects(scene)]
    return _Plan([shape for shape, _ in seen], [kind for _, kind in seen], roads, grove)


def _fill(
    random: np.random.Generator,
    blocks: list[shapely.Polygon],
    village: shapely.Polygon,
    brook: shapely.LineString,
    wood: shapely.Polygon,
) -> tuple[list[shapely.Polygon], list[str | None]]:
    """Parcels of all blocks and what the place makes of them; ``None`` for arable land."""
    shapes: list[shapely.Polygon] = []
    kinds: list[str | None] = []
    for block in blocks:
        plots, rest = [], [block]
        area = _USUAL_PARCEL * random.lognormal(0.0, 0.45)  # large farms here, small ones there
        if block.intersects(village):
            inner = divide_blocks(random, block.intersection(village), 26_000)
            plots = [plot for part in inner for plot in divide_parcels(random, part, _PLOT)]
            rest = parts_of(block.difference(village.buffer(3)))
        for plot in plots:
            shapes.append(plot)
            edge = village.exterior.distance(plot.centroid) + random.normal(0, 22)
            kinds.append(BUILT if edge > 32 else GRASS)
        for part in rest:
            for parcel in divide_parcels(random, part, area):
                shapes.append(parcel)
                centre = parcel.centroid
                wet = brook.distance(centre) + random.normal(0, 25) < 95
                trees = wood.contains(centre) or random.random() < 0.02
                kinds.append(GRASS if wet else FOREST if trees else None)
    return shapes, kinds


def _sow(
    random: np.random.Generator,
    plan: _Plan,
    cells: tuple[np.ndarray, np.ndarray],
    depth: np.ndarray,
    step: float,
) -> np.ndarray:
    """Give each arable parcel a crop: farms prefer some, soils others, shares are kept."""
    crops = list(ARABLE_SHARES)
    shares = np.array([ARABLE_SHARES[crop] for crop in crops])
    liking = np.stack(
        [
            _DEPTH_LIKED.get(crop, 0.0) * depth[cells]
            + 0.9 * fractal(random, depth.shape, step, slope=3.0, longest=900)[cells]
            for crop in crops
        ],
        axis=1,
    ) + 0.8 * random.gumbel(0, 1, (len(plan.shapes), len(crops)))  # (parcel, crop)
    areas = np.array([shape.area for shape in plan.shapes])
    arable = np.array([kind is None for kind in plan.kinds])
    weight = areas * arable / max((areas * arable).sum(), 1.0)
    push = np.zeros(len(crops))
    chosen = liking.argmax(axis=1)
    for turn in range(400):
        taken = np.bincount(chosen, weight, len(crops))
        push += (shares - taken) * 4.0 / (1 + turn / 40)
        chosen = (liking + push).argmax(axis=1)
    return np.array(
        [CODES[kind or crops[best]] for kind, best in zip(plan.kinds, chosen, strict=True)],
        dtype=int,
    )


def _cells(
    shapes: list[shapely.Polygon], left: float, top: float, step: float, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of the cell in the middle of each parcel, or of the nearest one."""
    centres = shapely.get_coordinates([item.centroid for item in shapes])
    rows = np.clip((top - centres[:, 1]) / step, 0, shape[0] - 1).astype(int)
    cols = np.clip((centres[:, 0] - left) / step, 0, shape[1] - 1).astype(int)
    return rows, cols


def _across(shapes: list[shapely.Polygon], parcel: np.ndarray, step: float) -> np.ndarray:
    """Machines go along the longer side of a parcel."""
    normals = np.zeros((len(shapes) + 1, 2))
    for at, shape in enumerate(shapes):
        corners = np.array(shape.minimum_rotated_rectangle.exterior.coords)
        sides = np.diff(corners[:3], axis=0)
        shorter = sides[np.hypot(*sides.T).argmin()]
        normals[at] = shorter / max(np.hypot(*shorter), 1e-9)
    rows, cols = np.indices(parcel.shape)
    normal = normals[parcel]
    return np.asarray((normal[..., 0] * cols - normal[..., 1] * rows) * step, dtype=np.float32)


def _inside(parcel: np.ndarray, step: float) -> np.ndarray:
    same = np.ones(parcel.shape, dtype=bool)
    same[1:] &= parcel[1:] == parcel[:-1]
    same[:, 1:] &= parcel[:, 1:] == parcel[:, :-1]
    distance = ndimage.distance_transform_edt(same & (parcel >= 0)) * step
    return np.asarray(distance, dtype=np.float32)


__all__ = ["Landscape", "draw_landscape"]
