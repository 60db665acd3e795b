"""How open fields come to be: land divided into blocks by tracks, and blocks into strips."""

import numpy as np
import shapely
from shapely.ops import split

_LARGEST_BLOCK = 300_000.0
"""Area between tracks, m²."""
_TRACK = 3.0
"""Half the width of a track, metres."""
_BALK = 1.2
"""Half the distance between neighbouring parcels, metres."""
_SMALLEST = 2_500.0
"""Area below which a sliver is left to the track, m²."""


def divide_blocks(
    random: np.random.Generator, land: shapely.Geometry, largest: float = _LARGEST_BLOCK
) -> list[shapely.Polygon]:
    """Land between tracks, halved across its longer side until no block is larger than allowed."""
    blocks = []
    waiting = parts_of(land)
    while waiting:
        block = waiting.pop()
        if block.area <= largest * random.uniform(0.5, 1.3):
            blocks += parts_of(block.buffer(-_TRACK, join_style="mitre"))
            continue
        waiting += _halves(random, block)
    return [block for block in blocks if block.area > _SMALLEST]


def divide_parcels(
    random: np.random.Generator, block: shapely.Polygon, area: float
) -> list[shapely.Polygon]:
    """Parcels of a block: strips side by side, long ones cut across.

    Args:
        random: Source of random numbers.
        block: Land between tracks.
        area: Usual size of a parcel, m².
    """
    centre, along, length, across, width = _axes(block)
    if random.random() < 0.35:  # ploughed the other way
        along, length, across, width = across, width, along, length
    pieces = []
    edge = -width / 2
    while edge < width / 2:
        wanted = float(np.clip(area * random.lognormal(0, 0.5) / length, 62.0, 280.0))
        far = edge + wanted if width / 2 - edge - wanted > 40 else width / 2 + 1
        tilt = random.normal(0, 0.01) * length
        corners = [
            centre + across * edge - along * length,
            centre + across * edge + along * length,
            centre + across * (far + tilt) + along * length,
            centre + across * (far - tilt) - along * length,
        ]
        strips = parts_of(block.intersection(shapely.Polygon(corners)))
        block = block.difference(shapely.Polygon(corners))
        for strip in strips:
            pieces += _cut_across(random, strip, area)
        edge = far
    parcels = [
        part for piece in pieces for part in parts_of(piece.buffer(-_BALK, join_style="mitre"))
    ]
    return [parcel.simplify(0.5) for parcel in parcels if _is_field(parcel)]


def _cut_across(
    random: np.random.Generator, strip: shapely.Polygon, area: float
) -> list[shapely.Polygon]:
    if strip.area < 1.9 * area * random.lognormal(0, 0.35):
        return [strip]
    halves = _halves(random, strip)
    if len(halves) < 2:
        return [strip]
    return [piece for half in halves for piece in _cut_across(random, half, area)]


def _halves(random: np.random.Generator, land: shapely.Polygon) -> list[shapely.Polygon]:
    """Two parts of a polygon, cut by a line that no surveyor drew quite straight."""
    centre, along, length, across, width = _axes(land)
    middle = centre + along * length * random.uniform(-0.14, 0.14)
    lean = random.normal(0, 0.05) + (random.normal(0, 0.25) if random.random() < 0.1 else 0)
    reach = np.linspace(-0.8, 0.8, 6) * max(width, 1.0)
    wobble = np.cumsum(random.normal(0, 0.006, 6)) * length
    line = shapely.LineString(
        [
            middle + across * step + along * (shift + lean * step)
            for step, shift in zip(reach, wobble, strict=True)
        ]
    )
    return parts_of(split(land, line))


def _axes(land: shapely.Polygon) -> tuple[np.ndarray, np.ndarray, float, np.ndarray, float]:
    """Centre, direction and length of the longer side, then of the shorter."""
    corners = np.array(land.minimum_rotated_rectangle.exterior.coords)[:4]
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    if np.hypot(*first) < np.hypot(*second):
        first, second = second, first
    length, width = float(np.hypot(*first)), float(np.hypot(*second))
    return corners.mean(axis=0), first / length, length, second / width, width


def _is_field(parcel: shapely.Polygon) -> bool:
    """Large enough, and wider than a machine."""
    return parcel.area > _SMALLEST and not parcel.buffer(-9).is_empty


def parts_of(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """The polygons of a geometry."""
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]


__all__ = ["divide_blocks", "divide_parcels", "parts_of"]
