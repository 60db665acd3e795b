"""What every source of imagery offers, whether a folder of rasters or a table of series."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from cropcore.cube import Acquisitions, SourceBands
from cropcore.legend import Legend
from cropcore.sources.report import RegionReport

LabelOrigin = Literal["reference data", "map product"]
"""Whether labels are observations or another map; figures against a map are called agreement."""


@dataclass(frozen=True)
class SourceOptions:
    """What a person says about data that the data does not say itself. Stored with every run."""

    label: str | None = None
    """Column (table, parcels) that holds the class; found by name where not given."""
    group: str | None = None
    """Column that groups samples which must stay together in a split."""
    block: float | None = None
    """Tables: side of the spatial blocks that group samples, degrees."""
    block_pixels: int = 10
    """Regions with a label raster: side of the spatial blocks that group pixels."""
    bands: tuple[str, ...] | None = None
    """Bands to use, canonical or as named in the files; all recognised ones where not given."""
    scale: float | None = None
    """Factor from stored numbers to reflectance; read or guessed where not given."""
    data: Path | None = None
    """Regions: the folder that ``region.toml``'s patterns are relative to, if not its own."""


@dataclass(frozen=True)
class LabelledBatch:
    """Labelled series that share acquisition dates."""

    acquisitions: tuple[Acquisitions, ...]
    """Values of each source have shape (time, sample, band)."""
    codes: np.ndarray
    """Legend code of each sample, uint8 (sample,); never 0."""
    ids: np.ndarray
    """Name of each sample, str (sample,): the table's id, or ``row_col`` of a pixel."""
    groups: np.ndarray
    """Name of the group that each sample belongs to, str (sample,); never split."""
    lon: np.ndarray
    """WGS 84 longitude, degrees, float64 (sample,); NaN where unknown."""
    lat: np.ndarray
    """WGS 84 latitude, degrees, float64 (sample,); NaN where unknown."""
    finer: np.ndarray | None = None
    """Name of the smaller group within, str (sample,), such as a parcel of a region; ``None`` where
    only ``groups`` are known."""

    @property
    def days(self) -> tuple[date, ...]:
        """The acquisition dates of all sources, ascending."""
        return tuple(sorted({day for item in self.acquisitions for day in item.dates}))


class Source(Protocol):
    """Labelled imagery that a model can be trained on."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def legend(self) -> Legend:
        """All classes its labels use."""

    @property
    def offered(self) -> tuple[SourceBands, ...]:
        """The bands of each of its sources that will be used."""

    @property
    def season(self) -> date | None:
        """First day of the season, where the data say it."""

    @property
    def label_origin(self) -> LabelOrigin:
        """What its labels are."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, ignored or looks doubtful, a sentence each, to be shown to people."""

    def timelines(self, source: str | None = None) -> list[tuple[date, ...]]:
        """The distinct sequences of acquisition dates, each ascending, of all sources or one."""

    def labelled(self, limit: int, seed: int) -> Iterator[LabelledBatch]:
        """Labelled series, at most ``limit`` of a class, the same ones for the same seed."""


class SourceOpener(Protocol):
    """Opens one kind of source."""

    def __call__(self, path: Path, options: SourceOptions) -> Source:
        """Open what lies at ``path``.

        Raises:
            InputError: It cannot be used; the sentence says why.
        """


class SourceCheck(Protocol):
    """Looks one kind of source over before any run."""

    def __call__(self, path: Path, options: SourceOptions) -> RegionReport:
        """Report what lies at ``path`` and all that is wrong with it."""


__all__ = ["LabelOrigin", "LabelledBatch", "Source", "SourceCheck", "SourceOpener", "SourceOptions"]
