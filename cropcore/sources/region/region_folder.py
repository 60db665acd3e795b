"""A region: a folder of GeoTIFF acquisitions, with or without reference labels."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

from cropcore.cube import Acquisitions, Block, Cube, Grid, SourceBands, Window
from cropcore.errors import InputError, LabelError, LocationError, RegionError, SettingError
from cropcore.legend import UNKNOWN, Legend
from cropcore.sources.base import LabelledBatch, LabelOrigin, SourceOptions
from cropcore.sources.region.extents import part_of
from cropcore.sources.region.imagery import Imagery
from cropcore.sources.region.label_windows import Labels, LabelWindow
from cropcore.sources.region.labels import open_labels
from cropcore.sources.region.region_toml import LabelsDescription
from cropcore.sources.region.selection import pixel_ranks, rank_limits
from cropcore.sources.region.treatment import treatment

_BLOCK = 256
"""Pixels; labels are gone through in blocks of this side."""


@dataclass(frozen=True)
class RegionFolder:
    """Imagery of one place, its sources on one grid, each with its own dates.

    Made by :func:`cropcore.sources.region.open_region`. Pixels and labels are read when asked
    for, files being opened for each call, so threads may share a region.
    """

    path: Path
    """The folder, or the ``region.toml`` it was opened by."""
    root: Path
    """The folder that holds the data."""
    name: str
    title: str
    grid: Grid
    season: date | None
    """First day of the season, where ``region.toml`` says it."""
    imagery: tuple[Imagery, ...]
    """The sources, in the order they were described."""
    options: SourceOptions
    label_description: LabelsDescription | None
    """Where labels lie; ``None`` for a region without."""
    image_notes: tuple[str, ...]
    """What was guessed or left out about the imagery, a sentence each."""

    @property
    def days(self) -> tuple[date, ...]:
        """Acquisition dates of all sources from the season's start on, ascending."""
        days = {day for item in self.imagery for day in item.dates}
        return tuple(sorted(day for day in days if self.season is None or day >= self.season))

    @property
    def offered(self) -> tuple[SourceBands, ...]:
        """The bands of each source."""
        return tuple(SourceBands(item.source, item.bands) for item in self.imagery)

    @property
    def label_origin(self) -> LabelOrigin:
        """What its labels are, as ``region.toml`` says."""
        return self.label_description.origin if self.label_description else "reference data"

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, ignored or looks doubtful, a sentence each."""
        about_labels: tuple[str, ...] = ()
        with suppress(InputError):  # told by whoever needs the labels
            about_labels = self.labels.notes if self.label_description else ()
        return self.image_notes + about_labels

    @cached_property
    def treatment(self) -> dict[str, tuple[str, ...]]:
        """What each source goes through from the file to clear values, a step each."""
        return {item.source: treatment(item) for item in self.imagery}

    @property
    def dates(self) -> dict[str, tuple[date, ...]]:
        """Acquisition dates of each source, ascending."""
        return {item.source: item.dates for item in self.imagery}

    @cached_property
    def labels(self) -> Labels:
        """The reference labels.

        Raises:
            LabelError: There are none, or they cannot be used.
            LegendError: Labels and legend do not fit.
        """
        if self.label_description is None:
            raise LabelError(
                self.path,
                expected="reference labels",
                got="a region without any",
                advice="add labels.gpkg or labels.tif, or name a file in [labels] of region.toml",
            )
        return open_labels(
            self.root, self.label_description, self.grid, self.options, self._season_span
        )

    @property
    def _season_span(self) -> tuple[date, date]:
        """First and last day of the season: a year at least, and no less than the imagery."""
        first = self.season or self.days[0]
        length = min(timedelta(days=365), date.max - first)
        return first, max(first + length, *self.days)

    @cached_property
    def class_pixels(self) -> dict[int, int]:
        """Number of labelled pixels of each class code that occurs, ascending.

        Raises:
            LabelError: There are no labels, or no pixel has one.
            LegendError: A label is in no row of the legend.
        """
        counts = np.zeros(256, dtype=np.int64)
        for _, labels in self._label_blocks():
            counts += np.bincount(labels.codes.ravel(), minlength=256)
        counts[UNKNOWN] = 0
        if not counts.any():
            raise LabelError(
                self.labels.path,
                expected="labelled pixels",
                got="none: every pixel of the imagery is of unknown class",
                advice="check that parcels are larger than a pixel and that the labels "
                "belong to this region",
            )
        return {int(code): int(counts[code]) for code in np.flatnonzero(counts)}

    @cached_property
    def legend(self) -> Legend:
        """The classes that labelled pixels have.

        Raises:
            LabelError: There are no labels, or no pixel has one.
            LegendError: A label is in no row of the legend.
        """
        codes = tuple(self.class_pixels)
        return self.labels.legend_for(codes).only(codes)

    def timelines(self, source: str | None = None) -> list[tuple[date, ...]]:
        """The days of the season on which a source saw the region, ascending; any, or this one."""
        days = self.days if source is None else self.dates.get(source, ())
        return [tuple(day for day in days if self.season is None or day >= self.season)]

    def read(self, window: Window) -> Cube:
        """Imagery of a window: all sources and bands, physical units, NaN where not clear.

        Raises:
            LocationError: The window reaches beyond the grid.
            RegionError: A file is damaged.
        """
        self._check_window(window)
        sources = tuple(item.read(window) for item in self.imagery)
        return Cube(part_of(self.grid, window), sources)

    def labels_in(self, window: Window) -> np.ndarray | None:
        """Legend codes of a window, uint8 (y, x), 0 where unknown; ``None`` without labels.

        Raises:
            LocationError: The window reaches beyond the grid.
            LabelError: The labels cannot be used.
            LegendError: Labels and legend do not fit.
        """
        if self.label_description is None:
            return None
        self._check_window(window)
        return self.labels.read(window).codes

    def groups_in(self, window: Window) -> np.ndarray | None:
        """Number of each pixel's parcel or group, int64 (y, x), −1 where unlabelled.

        ``labels.group_names`` tells their names; ``None`` without labels.

        Raises:
            LocationError: The window reaches beyond the grid.
            LabelError: The labels cannot be used.
            LegendError: Labels and legend do not fit.
        """
        if self.label_description is None:
            return None
        self._check_window(window)
        return self.labels.read(window).groups

    def labelled(self, limit: int, seed: int) -> Iterator[LabelledBatch]:
        """Series of labelled pixels, block by block.

        Args:
            limit: Pixels of a class at most.
            seed: Which ones, where there are more.

        Raises:
            LabelError: There are no labels, or no pixel has one.
            LegendError: Labels and legend do not fit.
            RegionError: A file is damaged, or a band holds no value at any of these pixels.
        """
        if limit < 1:
            raise SettingError(
                "pixels per class",
                expected="a limit of at least 1",
                got=str(limit),
                advice="choose a higher limit",
            )
        self.legend  # noqa: B018 (labels and legend fit, before any imagery is read)
        limits = self._rank_limits(limit, seed)
        seen = [np.zeros(len(item.bands), dtype=bool) for item in self.imagery]
        for block, labels in self._label_blocks():
            chosen = _chosen(labels, block.core, limits, seed)
            if not chosen.any():
                continue
            batch = self._batch(block.core, labels, chosen)
            for flags, item in zip(seen, batch.acquisitions, strict=True):
                flags |= np.isfinite(item.values).any(axis=(0, 1))
            yield batch
        for flags, imagery in zip(seen, self.imagery, strict=True):
            masked = any(item.mask for item in imagery.acquisitions)
            if not flags.all() and (flags.any() or not masked):
                raise empty_bands(self.name, imagery, flags)

    def _rank_limits(self, limit: int, seed: int) -> dict[int, np.uint64]:
        if max(self.class_pixels.values()) <= limit:
            return {}
        return rank_limits(
            (_ranked(labels, block.core, seed) for block, labels in self._label_blocks()), limit
        )

    def _label_blocks(self) -> Iterator[tuple[Block, LabelWindow]]:
        for block in self.grid.blocks(_BLOCK):
            yield block, self.labels.read(block.core)

    def _batch(self, core: Window, labels: LabelWindow, chosen: np.ndarray) -> LabelledBatch:
        """Series of the chosen pixels of a block; reads no more than the box around them."""
        rows, cols = np.nonzero(chosen)  # counted from the block's corner
        height, width = int(np.ptp(rows)) + 1, int(np.ptp(cols)) + 1
        box = Window(core.row + int(rows.min()), core.col + int(cols.min()), height, width)
        at = (rows - rows.min(), cols - cols.min())
        series = []
        for item in self.imagery:
            seen = item.read(box)
            values = seen.values[:, at[0], at[1]]  # (time, sample, band)
            series.append(Acquisitions(seen.source, seen.dates, seen.bands, seen.units, values))
        grid_rows, grid_cols = rows + core.row, cols + core.col
        lon, lat = self.grid.lonlat(grid_rows, grid_cols)
        ids = [f"{row}_{col}" for row, col in zip(grid_rows, grid_cols, strict=True)]
        groups = self.labels.group_names(labels.groups[rows, cols])
        codes = labels.codes[rows, cols]
        return LabelledBatch(tuple(series), codes, np.array(ids, dtype=str), groups, lon, lat)

    def _check_window(self, window: Window) -> None:
        bottom, right = window.row + window.height, window.col + window.width
        inside = 0 <= window.row < bottom <= self.grid.height
        if not (inside and 0 <= window.col < right <= self.grid.width):
            raise LocationError(
                f"rows {window.row} to {bottom} and columns {window.col} to {right}",
                expected=f"a window within {self.grid.height} rows and {self.grid.width} columns",
                got="one that is empty or reaches beyond",
                advice="cut the window off at the edge of the imagery",
            )


def empty_bands(region: str, imagery: Imagery, seen: np.ndarray) -> RegionError:
    """The error for bands without any value, ``seen`` being bool (band,)."""
    bands = [band for band, there in zip(imagery.bands, seen, strict=True) if not there]
    return RegionError(
        f"source {imagery.source} of {region}",
        expected=f"values in {', '.join(bands)}",
        got=f"nothing but no data in all {len(imagery.acquisitions)} acquisitions",
        advice="repair the files, correct nodata in region.toml, or leave the band out",
    )


def _chosen(
    labels: LabelWindow, core: Window, limits: dict[int, np.uint64], seed: int
) -> np.ndarray:
    """Which pixels of a block are kept, bool (y, x); all labelled ones without limits."""
    chosen = labels.codes != UNKNOWN
    if limits and chosen.any():
        codes, ranks = _ranked(labels, core, seed)
        highest = np.zeros(256, dtype=np.uint64)
        highest[list(limits)] = list(limits.values())
        chosen[chosen] = ranks <= highest[codes]
    return np.asarray(chosen)


def _ranked(labels: LabelWindow, core: Window, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes and ranks of the labelled pixels of a block, in reading order."""
    rows, cols = np.nonzero(labels.codes != UNKNOWN)
    return labels.codes[rows, cols], pixel_ranks(rows + core.row, cols + core.col, seed)


__all__ = ["RegionFolder", "empty_bands"]
