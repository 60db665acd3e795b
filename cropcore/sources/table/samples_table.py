"""Tables of pixel or parcel time series, each seen as one row per sample and date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cropcore.bands import Unit
from cropcore.cube import Acquisitions, SourceBands
from cropcore.errors import LocationError, SettingError, TableError
from cropcore.legend import Legend
from cropcore.sources.base import LabelledBatch, LabelOrigin, SourceOptions
from cropcore.sources.table.columns import BandColumn, Roles, choose_bands, find_roles
from cropcore.sources.table.days import read_days
from cropcore.sources.table.leaks import gives_label_away
from cropcore.sources.table.reading import as_numbers
from cropcore.sources.table.samples import TableSamples, describe_samples
from cropcore.sources.table.shapes import open_sheet
from cropcore.sources.table.units import to_physical, without_fillers

_BATCH = 4096
"""Samples at once; bounds memory where every sample has dates of its own."""
_NAMES_SHOWN = 5


@dataclass(frozen=True)
class TableBands:
    """One source's part of a samples table."""

    source: str
    """``optical`` or ``radar``."""
    bands: tuple[str, ...]
    units: tuple[Unit, ...]
    values: np.ndarray
    """float32 (row, band) in physical units, NaN where missing."""


@dataclass(frozen=True, eq=False)
class SamplesTable:
    """A samples table in memory; rows are sorted by sample, then date."""

    path: Path
    legend: Legend
    notes: tuple[str, ...]
    parts: tuple[TableBands, ...]
    days: np.ndarray
    """Acquisition date of each row, datetime64[D] (row,)."""
    samples: TableSamples
    grouped_by: str
    """What its groups are, in words."""

    @property
    def offered(self) -> tuple[SourceBands, ...]:
        """The bands of each source, in column order."""
        return tuple(SourceBands(part.source, part.bands) for part in self.parts)

    @property
    def season(self) -> date | None:
        """Tables say nothing of seasons."""
        return None

    @property
    def label_origin(self) -> LabelOrigin:
        """Samples tables hold observations."""
        return "reference data"

    @property
    def ids(self) -> np.ndarray:
        """Names of all samples, str (sample,), in table order."""
        return self.samples.ids

    def timelines(self, source: str | None = None) -> list[tuple[date, ...]]:
        """The distinct sequences of acquisition dates; for a source, of those with its values."""
        seen = np.full(len(self.days), source is None)
        for part in self.parts:
            if part.source == source:
                seen = np.isfinite(part.values).any(axis=1)
        bounds, dates = np.concatenate([[0], np.cumsum(seen)])[self.samples.bounds], self.days[seen]
        lengths = np.diff(bounds)
        found: list[tuple[date, ...]] = []
        for length in np.unique(lengths[lengths > 0]):
            starts = bounds[:-1][lengths == length]
            days = dates[starts[:, None] + np.arange(length)]  # (sample, date)
            distinct = np.unique(days.astype(np.int64), axis=0)
            found += [tuple(row) for row in distinct.astype("datetime64[D]").tolist()]
        return sorted(found)

    def labelled(self, limit: int, seed: int) -> Iterator[LabelledBatch]:
        """Series that begin and end on the same days, batch by batch, earliest first.

        The dates of a batch are those of any of its samples; a sample is NaN on the others.

        Args:
            limit: Most samples of one class; those beyond are left out at random.
            seed: Decides which.

        Raises:
            SettingError: The limit is below 1.
        """
        if limit < 1:
            raise SettingError(
                "samples per class",
                expected="at least 1",
                got=str(limit),
                advice="leave the limit out to use the usual one",
            )
        chosen = np.sort(np.concatenate(list(self._draw(limit, seed))))
        bounds = self.samples.bounds
        spans = np.stack([self.days[bounds[chosen]], self.days[bounds[chosen + 1] - 1]])
        distinct, span = np.unique(spans.astype(np.int64), axis=1, return_inverse=True)
        for number in range(distinct.shape[1]):
            together = chosen[span == number]
            for at in range(0, len(together), _BATCH):
                yield self._batch(together[at : at + _BATCH])

    def series(self, name: str) -> LabelledBatch:
        """One sample on its own dates.

        Raises:
            LocationError: No sample has this name.
        """
        found = np.flatnonzero(self.ids == name.strip())
        if not found.size:
            shown = ", ".join(self.ids[:_NAMES_SHOWN])
            raise LocationError(
                f"sample {name!r}",
                expected=f"one of the {len(self.ids)} names in {self.path.name}",
                got="a name that is not in it",
                advice=f"choose a sample such as {shown}",
            )
        return self._batch(found)

    def _draw(self, limit: int, seed: int) -> Iterator[np.ndarray]:
        for code in self.legend.codes:
            members = np.flatnonzero(self.samples.codes == code)
            yield np.random.default_rng([seed, code]).permutation(members)[:limit]

    def _batch(self, chosen: np.ndarray) -> LabelledBatch:
        bounds = self.samples.bounds
        lengths = bounds[chosen + 1] - bounds[chosen]
        member = np.repeat(np.arange(len(chosen)), lengths)
        ahead = np.repeat(np.cumsum(lengths) - lengths, lengths)
        rows = bounds[chosen][member] + np.arange(len(member)) - ahead
        slots, slot = _slots(self.days[rows], member)
        dates = tuple(slots.tolist())
        acquisitions = []
        for part in self.parts:
            values = np.full((len(dates), len(chosen), len(part.bands)), np.nan, dtype=np.float32)
            values[slot, member] = part.values[rows]
            acquisitions.append(Acquisitions(part.source, dates, part.bands, part.units, values))
        some = self.samples
        return LabelledBatch(
            acquisitions=tuple(acquisitions),
            codes=some.codes[chosen],
            ids=some.ids[chosen],
            groups=some.groups[chosen],
            lon=some.lon[chosen],
            lat=some.lat[chosen],
            finer=some.finer[chosen],
        )


def open_table(path: Path, options: SourceOptions) -> SamplesTable:
    """Read samples: columns id, label, date, optional lat, lon, group, one a band.

    Args:
        path: A CSV or Parquet file, or a folder of samples, of any of the known shapes.
        options: Which columns to use, how to group samples and how to scale reflectance.

    Raises:
        MissingFileError: There is no such file.
        TableError: It is no samples table, or a band would give the label away.
        SettingError: The scale or the block size is no positive number.
        LegendError: The labels make no legend.
    """
    _check_positive("--scale", options.scale, "0.0001")
    _check_positive("--block", options.block, "0.02")
    sheet = open_sheet(path, options)
    columns = sheet.columns
    roles = find_roles(columns, options, path)
    bands = choose_bands(columns, roles, options, path)
    used = (*roles.columns, *(item.column for item in bands))
    named = (roles.id, roles.label, roles.date, roles.group, roles.finer)
    text = [name for name in named if name]
    frame = sheet.load(used, text)

    samples, rows, legend, notes = describe_samples(frame, roles, options, path)
    found, guessed = read_days(frame[roles.date], path)
    days = found[rows]
    notes += [guessed] if guessed else []
    by_date = np.lexsort((days, samples.of_row))
    rows, days = rows[by_date], days[by_date]

    ignored = [column for column in columns if column not in used]
    if ignored:
        notes.insert(0, f"Ignored columns: {', '.join(ignored)}.")
    stored = _stored(frame, bands, rows, samples, path)
    notes += without_fillers(bands, stored)
    _check_seen(bands, stored, path)
    values, units, said = to_physical(bands, stored, options.scale)
    return SamplesTable(
        path=path,
        legend=legend,
        notes=(*sheet.notes, *notes, *said),
        parts=_parts(bands, values, units),
        days=days,
        samples=samples,
        grouped_by=_grouped_by(roles, options),
    )


def _grouped_by(roles: Roles, options: SourceOptions) -> str:
    if roles.group is not None:
        return f"the column {roles.group}"
    return f"blocks of {options.block:g}°" if options.block is not None else "sample"


def _stored(
    frame: pd.DataFrame,
    bands: Sequence[BandColumn],
    rows: np.ndarray,
    samples: TableSamples,
    path: Path,
) -> np.ndarray:
    """The numbers of all bands as they stand in the file, float32 (row, band), leaks refused."""
    groups = np.unique(samples.groups, return_inverse=True)[1]
    stored = np.empty((len(rows), len(bands)), dtype=np.float32)
    for at, item in enumerate(bands):
        numbers = as_numbers(frame[item.column], path)[rows]
        if gives_label_away(numbers, samples.bounds, samples.codes, groups):
            raise TableError(
                f"{path}, column {item.column}",
                expected="a measured band",
                got="a code that gives the label away",
                advice=f"leave {item.column} out of the bands: choose others with --bands",
            )
        with np.errstate(over="ignore"):
            stored[:, at] = numbers
    return stored


def _check_seen(bands: Sequence[BandColumn], stored: np.ndarray, path: Path) -> None:
    empty = [
        item.column
        for item, seen in zip(bands, ~np.isnan(stored).all(axis=0), strict=True)
        if not seen
    ]
    if empty:
        raise TableError(
            f"{path}, column {empty[0]}",
            expected="at least one value in every band",
            got="none",
            advice="drop the column, or choose other ones with --bands",
        )


def _parts(
    bands: Sequence[BandColumn], values: np.ndarray, units: tuple[Unit, ...]
) -> tuple[TableBands, ...]:
    """Optical bands and indices, and radar bands, as one source each."""
    radar = np.array([unit == "dB" for unit in units])
    return tuple(
        TableBands(
            source,
            tuple(item.band.name for item, chosen in zip(bands, mask, strict=True) if chosen),
            tuple(unit for unit, chosen in zip(units, mask, strict=True) if chosen),
            np.ascontiguousarray(values[:, mask]),
        )
        for source, mask in (("optical", ~radar), ("radar", radar))
        if mask.any()
    )


def _slots(days: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Dates that hold all rows, a day as often as one sample repeats it; and each row's place.

    Args:
        days: Date of each row, datetime64[D] (row,), ascending within each sample.
        member: Sample of each row, ascending, int (row,).
    """
    at = np.arange(len(days))
    fresh = np.ones(len(days), dtype=bool)
    fresh[1:] = (days[1:] != days[:-1]) | (member[1:] != member[:-1])
    repeat = at - np.maximum.accumulate(np.where(fresh, at, 0))
    number = days.astype(np.int64) * (repeat.max() + 1) + repeat
    slots, slot = np.unique(number, return_inverse=True)
    return (slots // (repeat.max() + 1)).astype("datetime64[D]"), slot


def _check_positive(option: str, value: float | None, example: str) -> None:
    if value is not None and not (np.isfinite(value) and value > 0):
        raise SettingError(
            option, expected="a positive number", got=f"{value:g}", advice=f"try {example}"
        )


__all__ = ["SamplesTable", "TableBands", "open_table"]
