"""What a samples table says of each sample: name, class, place and group."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cropcore.errors import TableError
from cropcore.legend import Legend, legend_from_names
from cropcore.sources.base import SourceOptions
from cropcore.sources.table.columns import Roles
from cropcore.sources.table.reading import Names, as_names, as_numbers

_FEW = 3
"""With fewer samples, a class for each is no sign of a wrong label column."""
_ADVISED_BLOCK = "0.02"


@dataclass(frozen=True, eq=False)
class TableSamples:
    """The samples of a table, sorted by name."""

    bounds: np.ndarray
    """First row of each sample and, last, the number of rows, int64 (sample + 1,)."""
    ids: np.ndarray
    """Name of each sample, str (sample,)."""
    codes: np.ndarray
    """Legend code of each sample, uint8 (sample,)."""
    groups: np.ndarray
    """Group of each sample, str (sample,)."""
    lon: np.ndarray
    """WGS 84 longitude, degrees, float64 (sample,); NaN where unknown."""
    lat: np.ndarray
    """WGS 84 latitude, degrees, float64 (sample,); NaN where unknown."""
    finer: np.ndarray
    """Smaller group within its group, str (sample,)."""

    @property
    def of_row(self) -> np.ndarray:
        """Position of each row's sample, int64 (row,)."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.bounds))


@dataclass(frozen=True)
class _Gathered:
    """Rows of a table gathered by sample."""

    path: Path
    rows: np.ndarray
    """Row of the file, int64 (row,), sorted by sample and else in file order."""
    bounds: np.ndarray
    ids: np.ndarray

    def only(self, kept: np.ndarray) -> "_Gathered":
        """The samples marked in a mask."""
        lengths = np.diff(self.bounds)
        rows = self.rows[np.repeat(kept, lengths)]
        bounds = np.concatenate([[0], np.cumsum(lengths[kept])])
        return _Gathered(self.path, rows, bounds, self.ids[kept])

    def one_each(self, column: Names, what: str) -> np.ndarray:
        """The one name of each sample, as its code; −1 where no row has one."""
        codes = column.codes[self.rows]
        highest = np.maximum.reduceat(codes, self.bounds[:-1])
        lowest = np.minimum.reduceat(
            np.where(codes < 0, len(column.names), codes), self.bounds[:-1]
        )
        several = lowest < highest
        if several.any():
            at = int(np.argmax(several))
            raise TableError(
                f"{self.path}, sample {self.ids[at]}",
                expected=f"one {what} per sample",
                got=f"{str(column.names[lowest[at]])!r} and {str(column.names[highest[at]])!r}",
                advice=f"give each sample one {what}, or samples that differ names of their own",
            )
        return highest

    def mean_degrees(self, column: pd.Series, largest: float) -> np.ndarray:
        """The mean place of each sample along one axis, degrees; NaN where unknown."""
        degrees = as_numbers(column, self.path)[self.rows]
        odd = ~np.isnan(degrees) & ~(np.abs(degrees) <= largest)
        if odd.any():
            raise TableError(
                f"{self.path}, column {column.name}",
                expected=f"degrees from -{largest:g} to {largest:g}",
                got=f"{degrees[np.argmax(odd)]:g}",
                advice="give places as WGS 84 longitude and latitude, or rename the column",
            )
        starts = self.bounds[:-1]
        lowest, highest = np.fmin.reduceat(degrees, starts), np.fmax.reduceat(degrees, starts)
        count = np.add.reduceat(~np.isnan(degrees), starts, dtype=np.int64)
        total = np.add.reduceat(np.nan_to_num(degrees), starts)
        mean = total / np.maximum(count, 1)
        return np.where(lowest == highest, lowest, np.where(count > 0, mean, np.nan))


def describe_samples(
    frame: pd.DataFrame, roles: Roles, options: SourceOptions, path: Path
) -> tuple[TableSamples, np.ndarray, Legend, list[str]]:
    """Gather rows into samples.

    Args:
        frame: The table's rows, in file order.
        roles: Which column is what.
        options: How to group samples.
        path: The file, for messages.

    Returns:
        The samples; the rows that belong to them, int64, sorted by sample and else in file order;
        the legend; and sentences on what was left out or chosen.

    Raises:
        TableError: A name is missing, a sample has several labels or groups, a place is none.
    """
    notes = []
    gathered = _gather(as_names(frame[roles.id]), frame[roles.id], path)
    labels = as_names(frame[roles.label])
    label = gathered.one_each(labels, "label")
    if options.label is None and roles.label.casefold() != "label":
        notes.append(f"The class is read from the column {roles.label}.")
    _check_labels(labels, label, roles.label, path)
    legend = legend_from_names(labels.names.tolist())
    if (label < 0).any():
        count = int((label < 0).sum())
        notes.append(f"{count} of {len(label)} samples have no label and are left out.")
        gathered = gathered.only(label >= 0)
        label = label[label >= 0]
    unknown = np.full(len(label), np.nan)
    lat = unknown if roles.lat is None else gathered.mean_degrees(frame[roles.lat], 90)
    lon = unknown if roles.lon is None else gathered.mean_degrees(frame[roles.lon], 180)
    if roles.group is not None:
        groups = finer = _named_groups(gathered, as_names(frame[roles.group]), roles.group)
        if roles.finer is not None:
            finer = _finer_groups(gathered, as_names(frame[roles.finer]))
        elif options.group is not None:
            finer = gathered.ids
        if options.block is not None:
            notes.append(f"Samples are grouped by the column {roles.group}, not by --block.")
    elif options.block is not None:
        groups = finer = _blocks(gathered, lat, lon, options.block)
    else:
        groups = finer = gathered.ids
        notes.append(_neighbours_note(placed=roles.lat is not None))
    samples = TableSamples(
        bounds=gathered.bounds,
        ids=gathered.ids,
        codes=(label + 1).astype(np.uint8),
        groups=groups,
        lon=lon,
        lat=lat,
        finer=finer,
    )
    return samples, gathered.rows, legend, notes


def _gather(ids: Names, column: pd.Series, path: Path) -> _Gathered:
    if (ids.codes < 0).any():
        row = int(column.index[int(np.argmax(ids.codes < 0))]) + 1
        raise TableError(
            f"{path}, row {row} of the data, column {column.name}",
            expected="the name of a sample",
            got="an empty cell",
            advice="name the sample of every row",
        )
    rows = np.argsort(ids.codes, kind="stable")
    counts = np.bincount(ids.codes, minlength=len(ids.names))
    return _Gathered(path, rows, np.concatenate([[0], np.cumsum(counts)]), ids.names)


def _check_labels(labels: Names, label: np.ndarray, column: str, path: Path) -> None:
    known = int((label >= 0).sum())
    if known == 0:
        raise TableError(
            f"{path}, column {column}",
            expected="the class of each sample",
            got="no label at all",
            advice="choose the column that holds the class with --label COLUMN",
        )
    if known >= _FEW and len(labels.names) == known:
        raise TableError(
            f"{path}, column {column}",
            expected="classes that several samples share",
            got=f"as many classes as samples ({known})",
            advice="choose the column that holds the class with --label COLUMN",
        )


def _named_groups(gathered: _Gathered, column: Names, name: str) -> np.ndarray:
    group = gathered.one_each(column, "group")
    if (group < 0).any():
        raise TableError(
            f"{gathered.path}, sample {gathered.ids[np.argmax(group < 0)]}",
            expected=f"a group in the column {name}",
            got="an empty cell",
            advice="give every sample a group",
        )
    return np.asarray(column.names[group])


def _finer_groups(gathered: _Gathered, column: Names) -> np.ndarray:
    """The group that the first row of each sample names, else the name of the sample."""
    first = column.codes[gathered.rows[gathered.bounds[:-1]]]
    return np.where(first >= 0, np.append(column.names, "")[first], gathered.ids)


def _blocks(gathered: _Gathered, lat: np.ndarray, lon: np.ndarray, degrees: float) -> np.ndarray:
    nowhere = np.isnan(lat) | np.isnan(lon)
    if nowhere.any():
        raise TableError(
            f"{gathered.path}, sample {gathered.ids[np.argmax(nowhere)]}",
            expected="columns lat and lon that place every sample, for --block",
            got="no place",
            advice="add its place, or leave --block out",
        )
    row, column = (np.floor(axis / degrees).astype(np.int64).astype(str) for axis in (lat, lon))
    return np.strings.add(np.strings.add(row, "_"), column)


def _neighbours_note(*, placed: bool) -> str:
    remedy = f"--block {_ADVISED_BLOCK}" if placed else "a column group, or lat and lon"
    return (
        "Each sample is a group of its own, so neighbours may be in both the training and the "
        f"test set, which flatters the accuracy; group them with {remedy}."
    )


__all__ = ["TableSamples", "describe_samples"]
