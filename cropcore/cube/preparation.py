"""The one path from acquisitions to model input, for training, mapping and explaining alike.

Mask (already NaN) → residual clouds screened → regular dates since the season's start → gaps filled
in time → indices added → (time, band). What of it is done, and how, is said by the run's steps.

With early fusion all sources share one set of dates. With late fusion each has its own; the series
is a rectangle all the same, as long as the longest source: the columns of a shorter one end in NaN,
its padding, which no model looks at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from cropcore.bands import Unit, match_band
from cropcore.cube.calendar import Calendar, season_days
from cropcore.cube.compositing import composite, fill_gaps
from cropcore.cube.cube import Acquisitions
from cropcore.cube.indices import compute_index, index_bands
from cropcore.cube.screening import residual_clouds
from cropcore.cube.steps import Steps
from cropcore.cube.whittaker import whittaker, within
from cropcore.errors import RunError, SettingError

_VISIBLE = ("B02", "B04")
_PIXELS_AT_ONCE = 2048
"""Bounds the memory of the steps between; a pixel's numbers do not depend on it."""
Fusion = Literal["early", "late"]
"""``early``: all sources on one set of dates, their bands side by side. ``late``: each source on
dates of its own, read by an encoder of its own."""


@dataclass(frozen=True)
class SourceBands:
    """The bands a model takes from one source."""

    source: str
    """Name of the source in the training data."""
    bands: tuple[str, ...]
    """Canonical band names, in the order of the model's input."""
    calendar: Calendar | None = None
    """Its own regular dates; with late fusion only."""


@dataclass(frozen=True)
class ModelInput:
    """Bands of a prepared series that share their dates; one encoder reads them."""

    name: str
    """``series`` with early fusion, the name of the source with late."""
    calendar: Calendar
    bands: tuple[str, ...]
    columns: tuple[int, ...]
    """Where the bands stand among those of the series."""

    def dates(self, start: date) -> tuple[date, ...]:
        """Its regular dates in the season that begins on ``start`` or about then."""
        return self.calendar.dates(self.calendar.own_start(start))

    def take(self, series: np.ndarray) -> np.ndarray:
        """Its part of prepared series, (…, time, band): its dates and bands, without padding."""
        return series[..., : self.calendar.n_dates, :][..., list(self.columns)]


@dataclass(frozen=True)
class Preparation:
    """How acquisitions become a model's input; stored with every run.

    Raises:
        SettingError: Sources have dates of their own without late fusion, or with it lack them, or
            the dates belong to another season; or clouds are screened for where none can be seen.
    """

    calendar: Calendar
    """The regular dates of early fusion; with late fusion those that tell the season."""
    sources: tuple[SourceBands, ...]
    fusion: Fusion = "early"
    steps: Steps = field(default_factory=Steps)

    def __post_init__(self) -> None:
        own = [source.calendar for source in self.sources]
        if self.fusion == "late":
            season = self.calendar.month, self.calendar.day
            same = all(item and (item.month, item.day) == season for item in own)
            if not (same and len(own) > 1):
                raise SettingError(
                    "late fusion",
                    expected="several sources, each with regular dates of the same season",
                    got=f"{len(own)}, or one without such dates",
                    advice="train with early fusion or on more sources",
                )
        elif any(own):
            raise SettingError(
                "early fusion",
                expected="one set of dates for all sources",
                got="a source with dates of its own",
                advice="train with late fusion",
            )
        if self.steps.screening and not any(_visible(item.bands) for item in self.sources):
            raise SettingError(
                "screening",
                expected=f"a source with the bands {' and '.join(_VISIBLE)}, which show clouds",
                got=", ".join(self.seen_bands),
                advice="add these bands or leave screening out",
            )

    @property
    def seen_bands(self) -> tuple[str, ...]:
        """The bands that come from imagery."""
        return tuple(band for source in self.sources for band in source.bands)

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the input's band axis: those seen, then the indices."""
        return (*self.seen_bands, *self.steps.indices)

    @property
    def inputs(self) -> tuple[ModelInput, ...]:
        """What the encoders of a model read: all bands together, or those of each source.

        An index belongs to the source that it is computed from.
        """
        if self.fusion == "early":
            columns = tuple(range(len(self.bands)))
            return (ModelInput("series", self.calendar, self.bands, columns),)
        owners = [
            *(at for at, source in enumerate(self.sources) for _ in source.bands),
            *map(self._owner, self.steps.indices),
        ]
        columns_of = [
            tuple(column for column, owner in enumerate(owners) if owner == at)
            for at in range(len(self.sources))
        ]
        return tuple(
            ModelInput(
                source.source,
                source.calendar or self.calendar,
                tuple(self.bands[column] for column in columns),
                columns,
            )
            for source, columns in zip(self.sources, columns_of, strict=True)
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of one prepared series, (time, band)."""
        calendars = [source.calendar or self.calendar for source in self.sources]
        n_dates = max((item.n_dates for item in calendars), default=self.calendar.n_dates)
        return n_dates, len(self.bands)

    def dates(self, start: date) -> tuple[date, ...]:
        """The regular dates of all sources in the season that begins on ``start``, ascending."""
        if self.fusion == "early":
            return self.calendar.dates(start)
        own = [source.calendar.dates(start) for source in self.sources if source.calendar]
        return tuple(sorted({day for days in own for day in days}))

    def calendar_of(self, name: str, bands: tuple[str, ...]) -> Calendar | None:
        """The regular dates that imagery is brought to; ``None`` where the model takes none of it.

        Args:
            name: Of the source, as in the training data or else one whose bands fit.
            bands: Those it offers.
        """
        fitting = [source for source in self.sources if _columns(source, bands)]
        same = [source for source in fitting if source.source == name]
        found = next(iter(same or fitting), None)
        return (found.calendar or self.calendar) if found else None

    def __call__(
        self, sources: Sequence[Acquisitions], start: date
    ) -> tuple[np.ndarray, np.ndarray]:
        """Prepare one batch of pixels that share acquisition dates.

        Args:
            sources: Acquisitions of each source, values (time, …, band).
            start: First day of the season they belong to.

        Returns:
            Input, float32 (pixel, time, band) in physical units with the free axes flattened to
            ``pixel`` and NaN in padding and in a band that was never clear; and clear, bool
            (pixel,), whether every source ever saw the pixel.

        Raises:
            RunError: A band the model needs is in no source.
        """
        taken = self._assign(sources)
        n_pixels = int(np.prod(taken[0].imagery.values.shape[1:-1]))
        shape = (n_pixels, *self.shape)
        series = np.full(shape, np.nan, dtype=np.float32)  # (pixel, time, band)
        clear = np.ones(n_pixels, dtype=bool)
        first = 0
        for found in taken:
            n_dates = found.calendar.n_dates
            positions = found.calendar.positions(found.imagery.dates, start)
            target = series[:, :n_dates, first : first + len(found.columns)]
            for part, observed in self._observed(found, start):
                regular = composite(observed, positions, n_dates, found.units)
                target[part] = self._fill(regular).transpose(1, 0, 2)
            # gaps are filled: one date tells for all
            clear &= np.isfinite(target[:, 0]).any(axis=-1)
            first += len(found.columns)
        self._add_indices(series, taken)
        return series, clear

    def looks(self, sources: Sequence[Acquisitions], start: date) -> np.ndarray:
        """How often each source saw the ground clearly in the season.

        Args:
            sources: As for a call.
            start: Likewise.

        Returns:
            Acquisitions with a value in any band, uint16 (source, pixel).
        """
        counts = []
        for found in self._assign(sources):
            within = found.calendar.positions(found.imagery.dates, start) >= 0
            seen = [
                np.isfinite(observed[within]).any(axis=-1).sum(axis=0, dtype=np.uint16)
                for _, observed in self._observed(found, start)
            ]
            counts.append(np.concatenate(seen))
        return np.stack(counts)

    def _observed(self, found: "_Taken", start: date) -> Iterator[tuple[slice, np.ndarray]]:
        """Observations of some pixels at a time, (time, pixel, band), residual clouds NaN."""
        values = found.imagery.values
        values = values.reshape(len(values), -1, values.shape[-1])  # (time, pixel, band)
        days = season_days(found.imagery.dates, start)
        visible = _visible(found.bands) if self.steps.screening else None
        for begin in range(0, values.shape[1], _PIXELS_AT_ONCE):
            part = slice(begin, begin + _PIXELS_AT_ONCE)
            observed = values[:, part][..., found.columns]
            if visible is not None:
                blue, red = (observed[..., column] for column in visible)
                observed[residual_clouds(blue, red, days)] = np.nan  # a copy, by its columns
            yield part, observed

    def _fill(self, regular: np.ndarray) -> np.ndarray:
        if self.steps.filling == "whittaker":
            regular = within(regular, whittaker(regular, self.steps.smoothness))
        return fill_gaps(regular)

    def _add_indices(self, series: np.ndarray, taken: "Sequence[_Taken]") -> None:
        """Compute the indices in place, each on the dates of its source."""
        first = np.cumsum([0, *(len(found.columns) for found in taken)])
        for at, name in enumerate(self.steps.indices, start=len(self.seen_bands)):
            owner = self._owner(name)
            found = taken[owner]
            own = series[:, : found.calendar.n_dates]
            seen = own[..., first[owner] : first[owner + 1]]
            own[..., at] = compute_index(name, seen, found.bands, found.units)

    def _owner(self, index: str) -> int:
        """Position of the source that an index is computed from: the first with all its bands."""
        for at, source in enumerate(self.sources):
            if index_bands(index, source.bands):
                return at
        raise RunError(
            f"index {index}",
            expected="a source with all bands it is computed from",
            got=", ".join(self.seen_bands),
            advice="train again without it",
        )

    def _assign(self, sources: Sequence[Acquisitions]) -> "list[_Taken]":
        """Imagery and its band columns for each source of the model, each imagery used once.

        Sources of the same name come first; what is left goes by its bands, where only one fits.
        """
        named = {item.source: item for item in sources}
        found: dict[str, tuple[Acquisitions, list[int]]] = {}
        for wanted in self.sources:
            same = named.get(wanted.source)
            columns = _columns(wanted, same.bands) if same else None
            if same and columns:
                found[wanted.source] = (same, columns)
        used = {id(imagery) for imagery, _ in found.values()}
        free = [item for item in sources if id(item) not in used]
        for wanted in self.sources:
            if wanted.source in found:
                continue
            fitting = [
                (item, columns) for item in free if (columns := _columns(wanted, item.bands))
            ]
            if len(fitting) != 1:
                raise _no_source(wanted, sources, len(fitting))
            found[wanted.source] = fitting[0]
            free = [item for item in free if item is not fitting[0][0]]
        return [
            _Taken(*found[wanted.source], wanted.bands, wanted.calendar or self.calendar)
            for wanted in self.sources
        ]


@dataclass(frozen=True, eq=False)
class _Taken:
    """Imagery that a source of the model takes its bands from."""

    imagery: Acquisitions
    columns: list[int]
    """Where the bands stand in it."""
    bands: tuple[str, ...]
    """What the model calls them."""
    calendar: Calendar
    """The regular dates it is brought to."""

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(self.imagery.units[column] for column in self.columns)


def _visible(bands: tuple[str, ...]) -> list[int] | None:
    """Where blue and red stand among the bands of a source; ``None`` where one is missing."""
    return _columns(SourceBands("", _VISIBLE), bands)


def _columns(wanted: SourceBands, offered: tuple[str, ...]) -> list[int] | None:
    """Where the wanted bands stand among those offered; ``None`` where one is missing."""
    names = [match_band(band, offered) for band in wanted.bands]
    return [offered.index(name) for name in names if name] if all(names) else None


def _no_source(wanted: SourceBands, sources: Sequence[Acquisitions], fitting: int) -> RunError:
    offered = "; ".join(f"{item.source}: {', '.join(item.bands)}" for item in sources)
    several = f"{fitting} sources that could be {wanted.source} ({offered})"
    return RunError(
        "imagery",
        expected=f"the bands {', '.join(wanted.bands)} of {wanted.source} that the model was "
        "trained on",
        got=several if fitting else offered or "no source",
        advice="name the sources as in the training data, add the missing bands, or train a "
        "model on the bands there are",
    )


__all__ = ["Fusion", "ModelInput", "Preparation", "SourceBands"]
