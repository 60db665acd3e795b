"""What fields have to make way for: a brook and its trees, roads, a village and a wood."""

import numpy as np
import shapely


def draw_brook(
    random: np.random.Generator, corner: np.ndarray, extent: np.ndarray
) -> shapely.LineString:
    """A winding line through the south-east."""
    s = np.linspace(-0.1, 1.1, 80)
    waves = sum(
        random.normal(0, 0.02 / k) * np.sin(2 * np.pi * (k * 1.7 * s + random.random()))
        for k in range(1, 7)
    )
    x, y = s, 0.42 * s * np.abs(s) ** 0.4 + waves - 0.04
    return shapely.LineString(corner + np.column_stack([x, y]) * extent)


def draw_grove(random: np.random.Generator, brook: shapely.LineString) -> shapely.Geometry:
    """Trees along the brook, here a single row, there a small wood."""
    points = [brook.interpolate(at) for at in np.arange(0, brook.length, 22.0)]
    rough = np.convolve(random.normal(0, 1, len(points) + 8), np.ones(5) / 5, "valid")
    radii = np.clip(15 + 26 * rough[: len(points)] + random.normal(0, 3, len(points)), 5, 60)
    blobs = [point.buffer(radius, 6) for point, radius in zip(points, radii, strict=True)]
    return shapely.union_all(blobs).simplify(2)


def draw_outline(random: np.random.Generator, centre: np.ndarray, reach: float) -> shapely.Polygon:
    """A rough round shape with bays and points."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    waves = sum(
        random.normal(0, 0.26 / k) * np.cos(k * angle + random.uniform(0, 2 * np.pi))
        for k in range(2, 9)
    )
    radius = reach * np.clip(1 + waves, 0.45, 1.7)
    points = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
    return shapely.Polygon(centre + points)


def draw_roads(
    random: np.random.Generator, village: np.ndarray, extent: np.ndarray
) -> shapely.Geometry:
    """Roads that meet in the village and bend a little on their way out."""
    lines = []
    for bearing in np.deg2rad([12, 101, 196, 285]) + random.normal(0, 0.1, 4):
        reach = np.linspace(0, 1.1 * extent.max(), 9)
        turn = bearing + np.cumsum(random.normal(0, 0.05, 9))
        steps = np.diff(reach, prepend=0)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        lines.append(shapely.LineString(village + np.cumsum(steps, axis=0)))
    return shapely.union_all(lines)


__all__ = ["draw_brook", "draw_grove", "draw_outline", "draw_roads"]
