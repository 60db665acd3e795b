"""The one path from acquisitions to model input, for training, mapping and explaining alike.

Mask (already NaN) → regular dates since the season's start → gaps filled in time → (time, band).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from cropcore.bands import match_band
from cropcore.cube.calendar import Calendar
from cropcore.cube.compositing import composite, fill_gaps
from cropcore.cube.cube import Acquisitions
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

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the input's band axis."""
        return tuple(band for source in self.sources for band in source.bands)

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
        n_pixels = int(np.prod(taken[0][0].values.shape[1:-1]))
        shape = (n_pixels, self.calendar.n_dates, len(self.bands))
        series = np.empty(shape, dtype=np.float32)  # (pixel, time, band)
        clear = np.ones(n_pixels, dtype=bool)
        first = 0
        for found, columns in taken:
            values = found.values.reshape(len(found.dates), n_pixels, len(found.bands))
            units = tuple(found.units[column] for column in columns)
            positions = self.calendar.positions(found.dates, start)
            target = series[..., first : first + len(columns)]
            for begin in range(0, n_pixels, _PIXELS_AT_ONCE):
                part = values[:, begin : begin + _PIXELS_AT_ONCE][..., columns]
                regular = composite(part, positions, self.calendar.n_dates, units)
                target[begin : begin + _PIXELS_AT_ONCE] = fill_gaps(regular).transpose(1, 0, 2)
            # gaps are filled: one date tells for all
            clear &= np.isfinite(target[:, 0]).any(axis=-1)
            first += len(columns)
        return series, clear

    def _assign(self, sources: Sequence[Acquisitions]) -> list[tuple[Acquisitions, list[int]]]:
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
        return [found[wanted.source] for wanted in self.sources]


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
