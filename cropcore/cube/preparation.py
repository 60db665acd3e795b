"""The one path from acquisitions to model input, for training, mapping and explaining alike.

Mask (already NaN) → residual clouds screened → regular dates since the season's start → gaps filled
in time → indices added → (time, band). What of it is done, and how, is said by the run's steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from cropcore.bands import Unit, match_band
from cropcore.cube.calendar import Calendar
from cropcore.cube.compositing import composite, fill_gaps
from cropcore.cube.cube import Acquisitions
from cropcore.cube.indices import compute_index, index_bands
from cropcore.cube.screening import residual_clouds
from cropcore.cube.steps import Steps
from cropcore.cube.whittaker import whittaker
from cropcore.errors import RunError

_PIXELS_AT_ONCE = 2048
"""Bounds the memory of the steps between; a pixel's numbers do not depend on it."""
Fusion = Literal["early"]
"""``early``: all sources on one set of dates, their bands side by side."""


@dataclass(frozen=True)
class SourceBands:
    """The bands a model takes from one source."""

    source: str
    """Name of the source in the training data."""
    bands: tuple[str, ...]
    """Canonical band names, in the order of the model's input."""


@dataclass(frozen=True)
class Preparation:
    """How acquisitions become a model's input; stored with every run."""

    calendar: Calendar
    sources: tuple[SourceBands, ...]
    fusion: Fusion = "early"
    steps: Steps = field(default_factory=Steps)

    @property
    def seen_bands(self) -> tuple[str, ...]:
        """The bands that come from imagery."""
        return tuple(band for source in self.sources for band in source.bands)

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the input's band axis: those seen, then the indices."""
        return (*self.seen_bands, *self.steps.indices)

    def __call__(
        self, sources: Sequence[Acquisitions], start: date
    ) -> tuple[np.ndarray, np.ndarray]:
        """Prepare one batch of pixels that share acquisition dates.

        Args:
            sources: Acquisitions of each source, values (time, …, band).
            start: First day of the season they belong to.

        Returns:
            Input, float32 (pixel, time, band) in physical units with the free axes flattened to
            ``pixel`` and NaN in a band that was never clear; and clear, bool (pixel,), whether
            every source ever saw the pixel.

        Raises:
            RunError: A band the model needs is in no source.
        """
        taken = self._assign(sources)
        n_pixels = int(np.prod(taken[0].imagery.values.shape[1:-1]))
        shape = (n_pixels, self.calendar.n_dates, len(self.bands))
        series = np.empty(shape, dtype=np.float32)  # (pixel, time, band)
        clear = np.ones(n_pixels, dtype=bool)
        first = 0
        for found in taken:
            positions = self.calendar.positions(found.imagery.dates, start)
            target = series[..., first : first + len(found.columns)]
            for part, observed in self._observed(found, start):
                regular = composite(observed, positions, self.calendar.n_dates, found.units)
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
            within = self.calendar.positions(found.imagery.dates, start) >= 0
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
        days = np.array([(day - start).days for day in found.imagery.dates], dtype=np.float64)
        visible = [match_band(name, found.bands) for name in ("B02", "B04")]
        for begin in range(0, values.shape[1], _PIXELS_AT_ONCE):
            part = slice(begin, begin + _PIXELS_AT_ONCE)
            observed = values[:, part][..., found.columns]
            if self.steps.screening and visible[0] and visible[1]:
                blue, red = (observed[..., found.bands.index(name)] for name in visible if name)
                observed[residual_clouds(blue, red, days)] = np.nan  # a copy, by its columns
            yield part, observed

    def _fill(self, regular: np.ndarray) -> np.ndarray:
        if self.steps.filling == "whittaker":
            regular = whittaker(regular, self.steps.smoothness)
        return fill_gaps(regular)

    def _add_indices(self, series: np.ndarray, taken: "Sequence[_Taken]") -> None:
        """Compute the indices, each from the first source with all its bands, in place."""
        for at, name in enumerate(self.steps.indices, start=len(self.seen_bands)):
            first = 0
            for found in taken:
                columns = slice(first, first + len(found.columns))
                if index_bands(name, found.bands):
                    seen = series[..., columns]
                    series[..., at] = compute_index(name, seen, found.bands, found.units)
                    break
                first = columns.stop

    def _assign(self, sources: Sequence[Acquisitions]) -> "list[_Taken]":
        """Imagery and its band columns for each source of the model, each imagery used once.

        Sources of the same name come first; what is left goes by its bands, where only one fits.
        """
        named = {item.source: item for item in sources}
        found: dict[str, tuple[Acquisitions, list[int]]] = {}
        for wanted in self.sources:
            same = named.get(wanted.source)
            columns = _columns(wanted, same) if same else None
            if same and columns:
                found[wanted.source] = (same, columns)
        used = {id(imagery) for imagery, _ in found.values()}
        free = [item for item in sources if id(item) not in used]
        for wanted in self.sources:
            if wanted.source in found:
                continue
            fitting = [(item, columns) for item in free if (columns := _columns(wanted, item))]
            if len(fitting) != 1:
                raise _no_source(wanted, sources, len(fitting))
            found[wanted.source] = fitting[0]
            free = [item for item in free if item is not fitting[0][0]]
        return [_Taken(*found[wanted.source], wanted.bands) for wanted in self.sources]


@dataclass(frozen=True, eq=False)
class _Taken:
    """Imagery that a source of the model takes its bands from."""

    imagery: Acquisitions
    columns: list[int]
    """Where the bands stand in it."""
    bands: tuple[str, ...]
    """What the model calls them."""

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(self.imagery.units[column] for column in self.columns)


def _columns(wanted: SourceBands, imagery: Acquisitions) -> list[int] | None:
    """Where the wanted bands stand in imagery; ``None`` where one is missing."""
    names = [match_band(band, imagery.bands) for band in wanted.bands]
    return [imagery.bands.index(name) for name in names if name] if all(names) else None


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


__all__ = ["Fusion", "Preparation", "SourceBands"]
