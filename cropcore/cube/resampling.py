"""From a raster's own grid to another one: nearest pixels, or values between them.

A pixel's value depends on its own place only, never on the window it is asked for with, so blocks
fit together to the last bit. This is why the work is not left to GDAL's warper, whose chunks
round differently, and what lets backscatter be interpolated in linear power.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from cropcore.cube.grid import Grid, Window

_LARGEST_PART = 2**17
"""Points, or pixels of the raster, worked on at once."""

Reader = Callable[[Window], np.ndarray]
"""Gives the pixels of a window of the raster, (y, x, …)."""


@dataclass(frozen=True)
class Warp:
    """The way from a raster to another grid, any coordinate systems."""

    source: Grid
    """The raster's own grid."""
    target: Grid
    """The grid that its values are wanted on."""

    @cached_property
    def samples(self) -> tuple[int, int]:
        """Points (down, across) at which the raster is looked up for one target pixel.

        One where the target is as fine as the raster or finer; as many as raster pixels fit in
        where it is coarser.
        """
        down, across = self.ratio
        return max(round(down), 1), max(round(across), 1)

    @cached_property
    def ratio(self) -> tuple[float, float]:
        """Height and width of a target pixel in pixels of the raster; 1 where it is out of reach.

        Measured in the middle of the target.
        """
        row, col = self.target.height / 2, self.target.width / 2
        rows, cols = self.target.places_in(
            self.source, np.array([row, row + 1, row]), np.array([col, col, col + 1])
        )
        if not (np.isfinite(rows) & np.isfinite(cols)).all():
            return 1.0, 1.0
        steps = np.hypot(rows[1:] - rows[0], cols[1:] - cols[0])
        return float(steps[0]), float(steps[1])

    @cached_property
    def covered(self) -> float:
        """Share of the target that lies on the raster, 0–1, estimated."""
        return float(_on(self.source, *self._lattice(0.5 / 33)).mean())

    @cached_property
    def overlaps(self) -> bool:
        """Whether target and raster may share an area."""
        rows, cols = self._lattice(0)
        there = np.isfinite(rows) & np.isfinite(cols)
        return bool(
            there.any()
            and rows[there].max() > 0
            and rows[there].min() < self.source.height
            and cols[there].max() > 0
            and cols[there].min() < self.source.width
        )

    @cached_property
    def aligned(self) -> bool:
        """Whether both have the same pixels, shifted by whole ones."""
        rows, cols = self.target.places_in(
            self.source,
            np.array([0, 0, self.target.height]),
            np.array([0, self.target.width, 0]),
        )
        if not (np.isfinite(rows) & np.isfinite(cols)).all():
            return False
        moved = np.stack([rows - [0, 0, self.target.height], cols - [0, self.target.width, 0]])
        return bool(
            np.ptp(moved, axis=1).max() < 0.01 and np.abs(moved - np.round(moved)).max() < 0.01
        )

    def _lattice(self, inset: float) -> tuple[np.ndarray, np.ndarray]:
        """Places in the raster of points spread over the target, a share of it from its edges."""
        shares = np.linspace(inset, 1 - inset, 33)
        down, across = shares * self.target.height, shares * self.target.width
        return self.target.places_in(self.source, *np.meshgrid(down, across, indexing="ij"))

    def nearest(self, window: Window, read: Reader) -> tuple[np.ndarray, np.ndarray]:
        """The raster's pixel that each target pixel's centre lies in.

        Args:
            window: Part of the target.
            read: Gives pixels of the raster (y, x) in any type.

        Returns:
            Values (y, x), 0 beside the raster; and whether the raster is there, bool (y, x).
        """
        values: np.ndarray | None = None
        inside = np.zeros((window.height, window.width), dtype=bool)
        for part, needed, (rows, cols) in self._parts(window, (1, 1), margin=0):
            at = part.relative_to(window).slices
            on = _on(self.source, rows, cols)
            inside[at] = on
            if not on.any():
                continue
            stored = read(needed)
            if values is None:
                values = np.zeros((window.height, window.width), dtype=stored.dtype)
            near_row = np.floor(rows[on]).astype(np.int64) - needed.row
            near_col = np.floor(cols[on]).astype(np.int64) - needed.col
            values[at][on] = stored[near_row, near_col]
        if values is None:
            values = np.zeros(inside.shape, dtype=np.uint8)
        return values, inside

    def interpolate(self, window: Window, n_bands: int, read: Reader) -> np.ndarray:
        """Values between the raster's pixels, by distance (bilinear); means where it is finer.

        No data is no part of any value: where some of the four pixels around a point are missing,
        the others are weighted anew. A point has a value where the pixel it lies in has one; a
        target pixel that is coarser than the raster, where at least half of its points have.

        Args:
            window: Part of the target.
            n_bands: Length of the last axis.
            read: Gives float32 values of the raster (y, x, band), NaN without data.

        Returns:
            float32 (y, x, band), NaN without data and beside the raster.
        """
        shape = (window.height, window.width, n_bands)
        result = np.full(shape, np.nan, dtype=np.float32)
        for part, needed, (rows, cols) in self._parts(window, self.samples, margin=1):
            on = _on(self.source, rows, cols)
            if not on.any():
                continue
            values = _bilinear(read(needed), rows - needed.row, cols - needed.col, on)
            result[part.relative_to(window).slices] = _mean_of(values, self.samples)
        return result

    def _parts(
        self, window: Window, samples: tuple[int, int], margin: int
    ) -> Iterator[tuple[Window, Window, tuple[np.ndarray, np.ndarray]]]:
        """Parts of a target window, the raster's pixels each needs, and the places of its points.

        Parts are cut until both fit into bounded memory.
        """
        waiting = [window]
        while waiting:
            part = waiting.pop()
            single = part.height == part.width == 1
            if part.height * samples[0] * part.width * samples[1] > _LARGEST_PART and not single:
                waiting.extend(_halves(part))
                continue
            places = _places(self.source, self.target, part, *samples)
            needed = _needed(self.source, *places, margin)
            if needed.height * needed.width > 2 * _LARGEST_PART and not single:
                waiting.extend(_halves(part))
                continue
            yield part, needed, places


@lru_cache(maxsize=16)
def _places(
    source: Grid, target: Grid, window: Window, down: int, across: int
) -> tuple[np.ndarray, np.ndarray]:
    """Places in the source of points of a target window, float64 (y·down, x·across).

    Remembered, for the acquisitions of a sensor mostly share their grid.
    """
    rows = window.row + (np.arange(window.height * down) + 0.5) / down
    cols = window.col + (np.arange(window.width * across) + 0.5) / across
    found = target.places_in(source, *np.meshgrid(rows, cols, indexing="ij"))
    for places in found:
        places.setflags(write=False)
    return found


def _on(source: Grid, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """Which places lie on a raster."""
    return (rows >= 0) & (rows < source.height) & (cols >= 0) & (cols < source.width)


def _needed(source: Grid, rows: np.ndarray, cols: np.ndarray, margin: int) -> Window:
    """The window of a raster around places on it; empty where there are none."""
    on = _on(source, rows, cols)
    if not on.any():
        return Window(0, 0, 0, 0)
    top = max(int(np.floor(rows[on].min())) - margin, 0)
    left = max(int(np.floor(cols[on].min())) - margin, 0)
    bottom = min(int(np.floor(rows[on].max())) + margin + 1, source.height)
    right = min(int(np.floor(cols[on].max())) + margin + 1, source.width)
    return Window(top, left, bottom - top, right - left)


def _halves(window: Window) -> tuple[Window, Window]:
    """The two halves of the longer side."""
    row, col, height, width = window.row, window.col, window.height, window.width
    if height >= width:
        half = height // 2
        return Window(row, col, half, width), Window(row + half, col, height - half, width)
    half = width // 2
    return Window(row, col, height, half), Window(row, col + half, height, width - half)


def _bilinear(values: np.ndarray, rows: np.ndarray, cols: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Values (y, x, band) at places among them; NaN where a place lies in a missing pixel."""
    height, width, n_bands = values.shape
    rows, cols = np.where(on, rows, 0.5), np.where(on, cols, 0.5)
    flat = values.reshape(-1, n_bands)
    missing = np.isnan(flat)
    known = np.where(missing, np.float32(0), flat)
    gaps = bool(missing.any())
    top, left = np.floor(rows - 0.5), np.floor(cols - 0.5)
    down, across = (rows - 0.5 - top), (cols - 0.5 - left)
    total = np.zeros((*rows.shape, n_bands), dtype=np.float32)
    weight = np.zeros_like(total) if gaps else None
    for step_row, share_row in ((0, 1 - down), (1, down)):
        for step_col, share_col in ((0, 1 - across), (1, across)):
            share = (share_row * share_col).astype(np.float32)[..., None]
            if not share.any():
                continue
            row = np.clip(top + step_row, 0, height - 1).astype(np.int64)
            col = np.clip(left + step_col, 0, width - 1).astype(np.int64)
            at = row * width + col
            total += share * known[at]
            if weight is not None:
                weight += share * ~missing[at]
    if weight is not None:
        with np.errstate(invalid="ignore", divide="ignore"):
            total = np.where(weight < _WHOLE, total / weight, total)
        here = np.floor(rows).astype(np.int64) * width + np.floor(cols).astype(np.int64)
        total[missing[here]] = np.nan
    total[~on] = np.nan
    return total


_WHOLE = np.float32(1 - 2**-20)
"""Weights that add up to this are those of four pixels with data, but for rounding."""


def _mean_of(values: np.ndarray, samples: tuple[int, int]) -> np.ndarray:
    """Means of blocks of points, (y, x, band); NaN where more than half of them are missing."""
    down, across = samples
    if down == across == 1:
        return values
    height, width, n_bands = values.shape
    points = values.reshape(height // down, down, width // across, across, n_bands)
    known = ~np.isnan(points)
    count = known.sum(axis=(1, 3))
    total = np.where(known, points, 0).sum(axis=(1, 3), dtype=np.float64)
    mean = (total / np.maximum(count, 1)).astype(np.float32)
    return np.where(2 * count >= down * across, mean, np.float32(np.nan))


__all__ = ["Warp"]
