"""Opens labels that come as parcels or points: their column, their classes, their groups."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from cropcore.errors import LabelError
from cropcore.legend import UNKNOWN, Legend
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.label_geometry import fit_parcels
from cropcore.sources.region.label_merging import ClassRules
from cropcore.sources.region.label_points import fit_points
from cropcore.sources.region.label_shapes import LabelParcels, LabelPoints
from cropcore.sources.region.label_values import (
    LABEL_COLUMNS,
    choose_column,
    code_labels,
    plain_text,
)
from cropcore.sources.region.label_windows import SpatialBlocks
from cropcore.sources.region.region_toml import LabelsDescription
from cropcore.sources.region.vectors import Features

_GROUP_COLUMNS = ("id", "parcel_id", "field_id", "parcel")
_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class _Items:
    """Parcels or points that have a class."""

    table: pd.DataFrame
    """Their attributes."""
    shapes: np.ndarray
    """In the grid's coordinates (item,)."""
    codes: np.ndarray
    """After merging, uint8 (item,)."""

    def take(self, which: np.ndarray) -> "_Items":
        return _Items(self.table.iloc[which], self.shapes[which], self.codes[which])


def open_features(
    path: Path,
    features: Features,
    rules: ClassRules,
    description: LabelsDescription,
    options: SourceOptions,
    blocks: SpatialBlocks,
    season: tuple[date, date] | None,
) -> LabelParcels | LabelPoints:
    """Parcels, or points where there are no parcels, as labels.

    Args:
        path: Their file, for messages.
        features: What stands in it.
        rules: Their legend, and which classes become one.
        description: What is said about them.
        options: What a person says beside the description.
        blocks: Squares that group points, and the grid.
        season: First and last day on which points may have been observed.

    Raises:
        LabelError: They hold no class, or nothing is left to use.
        LegendError: Labels and legend do not fit.
    """
    columns = [str(column) for column in features.table.columns]
    wanted = options.label or description.column
    column = choose_column(path, columns, wanted, LABEL_COLUMNS, "the class")
    if column is None:
        raise LabelError(
            path,
            expected=f"a column with the class, such as {', '.join(LABEL_COLUMNS[:4])}",
            got=f"the columns {', '.join(columns) or '(none)'}",
            advice="name the one to use with --label or as column in [labels] of region.toml",
        )
    values = features.table[column].tolist()
    coded = code_labels(path, values, rules.legend, description.unknown, column)
    merged = rules.apply(path, coded.legend)
    kinds = np.array([shape.geom_type for shape in features.shapes])
    polygons = np.isin(kinds, _POLYGONS)
    usable = polygons if polygons.any() else kinds == "Point"
    notes = features.notes + coded.notes + merged.notes
    notes += _told_unusable(path, usable, coded.codes)
    usable &= coded.codes != UNKNOWN
    if not usable.any():
        raise LabelError(
            path,
            expected="polygons or points with a class",
            got=f"{', '.join(sorted(set(kinds)))} without any",
            advice="draw parcels as polygons and give each its class",
        )
    items = _Items(features.table, features.shapes, merged.lookup[coded.codes])
    items = items.take(np.flatnonzero(usable))
    usual = _GROUP_COLUMNS if polygons.any() else ()
    group = choose_column(path, columns, options.group or description.group, usual, "groups")
    if polygons.any():
        return _parcels(path, items, merged.legend, group, description, blocks, notes)
    return _points(path, items, merged.legend, group, description, blocks, season, notes)


def _parcels(
    path: Path,
    items: _Items,
    legend: Legend,
    group: str | None,
    description: LabelsDescription,
    blocks: SpatialBlocks,
    notes: tuple[str, ...],
) -> LabelParcels:
    fit = fit_parcels(
        path.name,
        items.shapes,
        items.codes,
        blocks.grid,
        buffer=description.buffer,
        min_area_ha=description.min_area_ha,
    )
    if not fit.kept.size:
        raise _nothing_left(path, "parcels", fit.notes)
    kept = items.take(fit.kept)
    numbers, names = _groups(kept.table, group)
    notes += fit.notes
    return LabelParcels(
        path, blocks.grid, legend, fit.shapes, kept.codes, numbers, names, notes, fit.contested
    )


def _points(
    path: Path,
    items: _Items,
    legend: Legend,
    group: str | None,
    description: LabelsDescription,
    blocks: SpatialBlocks,
    season: tuple[date, date] | None,
    notes: tuple[str, ...],
) -> LabelPoints:
    fit = fit_points(
        path.name, items.table, blocks.grid, max_error=description.max_error, season=season
    )
    if not fit.kept.any():
        raise _nothing_left(path, "points", fit.notes)
    items = items.take(np.flatnonzero(fit.kept))
    x, y = shapely.get_x(items.shapes), shapely.get_y(items.shapes)
    cols, rows = (np.floor(place).astype(np.int64) for place in ~blocks.grid.affine @ (x, y))
    if group is None:
        squares, numbers = np.unique(blocks.numbers(rows, cols), return_inverse=True)
        names = blocks.names(squares)
    else:
        numbers, names = _groups(items.table, group)
    clash = _clashes(rows, cols, items.codes)
    notes += fit.notes
    if clash.any():
        notes += (f"{path.name}: {clash.sum()} points share a pixel with another class; left out.",)
    keep = ~clash
    return LabelPoints(
        path, legend, rows[keep], cols[keep], items.codes[keep], numbers[keep], names, notes
    )


def _nothing_left(path: Path, what: str, notes: tuple[str, ...]) -> LabelError:
    return LabelError(
        path,
        expected=f"{what} that can be used",
        got=f"none after leaving some out ({' '.join(notes).rstrip('.')})",
        advice="allow more in [labels] of region.toml or correct the file",
    )


def _groups(table: pd.DataFrame, column: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Number of the group of each item, int64, and the names of the groups, str."""
    given = [None] * len(table) if column is None else table[column].tolist()
    names = [
        plain_text(value) or f"row {place}" for value, place in zip(given, table.index, strict=True)
    ]
    unique, numbers = np.unique(np.array(names, dtype=str), return_inverse=True)
    return numbers.astype(np.int64), unique


def _clashes(rows: np.ndarray, cols: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Which points lie in a pixel that another class claims too, bool."""
    _, pixels = np.unique(np.stack([rows, cols]), axis=1, return_inverse=True)
    lowest = np.full(pixels.max(initial=0) + 1, 255)
    highest = np.zeros_like(lowest)
    np.minimum.at(lowest, pixels, codes)
    np.maximum.at(highest, pixels, codes)
    return np.asarray((lowest != highest)[pixels])


def _told_unusable(path: Path, usable: np.ndarray, codes: np.ndarray) -> tuple[str, ...]:
    wrong, unlabelled = int((~usable).sum()), int((usable & (codes == UNKNOWN)).sum())
    notes = []
    if wrong:
        notes.append(f"{path.name}: {wrong} items are of another kind of geometry; left out.")
    if unlabelled:
        notes.append(f"{path.name}: {unlabelled} items have no class; left out.")
    return tuple(notes)


__all__ = ["open_features"]
