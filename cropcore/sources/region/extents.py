"""Where a grid lies: its bounds, and the grid of a window of it."""

import numpy as np
from affine import Affine
from pyproj import Transformer

from cropcore.cube import Grid, Window

Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def bounds_of(grid: Grid) -> Bounds:
    """The box around a grid, in its own coordinates."""
    cols = np.array([0, grid.width, 0, grid.width])
    rows = np.array([0, 0, grid.height, grid.height])
    x, y = grid.affine @ (cols, rows)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def bounds_in(crs: str, grid: Grid) -> Bounds | None:
    """The box around a grid in other coordinates; ``None`` where they do not reach it."""
    transformer = Transformer.from_crs(grid.crs, crs, always_xy=True)
    box = transformer.transform_bounds(*bounds_of(grid), densify_pts=51)
    return box if np.isfinite(box).all() else None


def part_of(grid: Grid, window: Window) -> Grid:
    """The grid of the pixels of a window."""
    moved = grid.affine @ Affine.translation(window.col, window.row)
    return Grid(grid.crs, tuple(moved)[:6], window.width, window.height)


__all__ = ["Bounds", "bounds_in", "bounds_of", "part_of"]
