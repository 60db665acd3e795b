"""Makes parcels fit to be drawn: repaired, large enough, away from their edges, not in conflict."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from cropcore.cube import Grid
from cropcore.sources.region.label_metres import Metres

_SLIVER = 1.0
"""Area, m², up to which an overlap is a matter of drawing and not of two claims."""
_SNAP = 1e-3
"""Metres to which corners are rounded where exact geometry fails."""


@dataclass(frozen=True)
class FitParcels:
    """Parcels to draw."""

    shapes: np.ndarray
    """Polygons in the grid's coordinates (parcel,)."""
    kept: np.ndarray
    """Positions of these among those that were given, int64 (parcel,)."""
    contested: np.ndarray
    """Polygons that two parcels of different classes claim (place,)."""
    notes: tuple[str, ...]
    """What was done, a sentence each."""


def fit_parcels(
    name: str,
    shapes: np.ndarray,
    codes: np.ndarray,
    grid: Grid,
    *,
    buffer: float = 0.0,
    min_area_ha: float = 0.0,
) -> FitParcels:
    """Make parcels fit to be drawn.

    Where parcels of different classes overlap, nobody knows which of them is right: neither is
    believed. Where their class is the same it stays, and the pixels belong to the later one.

    Args:
        name: Of their file, for the notes.
        shapes: Polygons in the grid's coordinates (parcel,).
        codes: Class of each (parcel,).
        grid: Where they are drawn.
        buffer: Metres along the inside of their edges that are left out.
        min_area_ha: Area below which a parcel is left out, before the buffer; hectares.
    """
    work = _Work(name, shapes, shapes, np.arange(len(shapes)))
    work.repair()
    metres = Metres.around(grid)
    work.measured = metres.there(work.shapes)
    near = np.isfinite(shapely.bounds(work.measured)).all(axis=1)
    work.leave_out(~near, "reaching too far to be measured")
    small = shapely.area(work.measured) < min_area_ha * 1e4
    work.leave_out(small, f"smaller than {min_area_ha:g} ha")
    if buffer:
        work.measured = shapely.buffer(work.measured, -buffer)
        narrow = shapely.is_empty(work.measured)
        work.leave_out(narrow, f"nowhere {2 * buffer:g} m wide (buffer {buffer:g} m)")
        work.shapes = metres.back(work.measured)
    contested = metres.back(work.conflicts(codes[work.kept]))
    return FitParcels(work.shapes, work.kept, contested, tuple(work.notes))


@dataclass
class _Work:
    """Parcels on their way."""

    name: str
    shapes: np.ndarray
    """In the grid's coordinates."""
    measured: np.ndarray
    """In metres."""
    kept: np.ndarray
    notes: list[str] = field(default_factory=list)

    def leave_out(self, which: np.ndarray, why: str) -> None:
        if which.any():
            self.notes.append(
                f"{self.name}: {which.sum()} of {len(which)} parcels left out: {why}."
            )
            parts = (self.shapes, self.measured, self.kept)
            self.shapes, self.measured, self.kept = (part[~which] for part in parts)

    def repair(self) -> None:
        wrong = ~shapely.is_valid(self.shapes)
        if not wrong.any():
            return
        whole = shapely.make_valid(self.shapes[wrong], method="structure", keep_collapsed=False)
        self.shapes = self.shapes.copy()
        self.shapes[wrong] = whole
        gone = shapely.is_empty(self.shapes)
        mended = int((wrong & ~gone).sum())
        if mended:
            self.notes.append(
                f"{self.name}: {mended} of {len(wrong)} parcels repaired: edges that cross or "
                "touch themselves."
            )
        self.leave_out(gone, "without area")

    def conflicts(self, codes: np.ndarray) -> np.ndarray:
        """Where parcels of different classes overlap; tells of all overlaps."""
        tree = shapely.STRtree(self.measured)
        first, second = tree.query(self.measured, predicate="intersects")
        once = first < second
        first, second = first[once], second[once]
        shared = _shared(self.measured[first], self.measured[second])
        areas = shapely.area(shared)
        real = areas > _SLIVER
        if not real.any():
            return np.array([], dtype=object)
        differ = real & (codes[first] != codes[second])
        self.notes.append(
            f"{self.name}: overlapping pairs of parcels: {real.sum()}, on "
            f"{areas[real].sum() / 1e4:.2f} ha; where classes differ ({differ.sum()}, on "
            f"{areas[differ].sum() / 1e4:.2f} ha) the class counts as unknown."
        )
        return np.asarray(shared[differ])


def _shared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Polygons that pairs of parcels have in common; empty where they only touch."""
    try:
        shared = np.asarray(shapely.intersection(one, other))
    except shapely.errors.GEOSException:  # rounding makes it robust, and slower
        whole, others = (shapely.make_valid(shapes) for shapes in (one, other))
        shared = np.asarray(shapely.intersection(whole, others, grid_size=_SNAP))
    mixed = np.flatnonzero(shapely.get_type_id(shared) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for at in mixed:  # edges in common beside the overlap
        parts = [part for part in shared[at].geoms if part.area]
        shared[at] = shapely.union_all(parts)
    return shared


__all__ = ["FitParcels", "fit_parcels"]
