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
            the pixel was ever seen at all.

        Raises:
            RunError: A band the model needs is in no source.
        """
        taken = [self._find(wanted, sources) for wanted in self.sources]
        n_pixels = int(np.prod(taken[0][0].values.shape[1:-1]))
        shape = (n_pixels, self.calendar.n_dates, len(self.bands))
        series = np.empty(shape, dtype=np.float32)  # (pixel, time, band)
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
            first += len(columns)
        clear = np.isfinite(series[:, 0]).any(axis=-1)  # gaps are filled: one date tells for all
        return series, clear

    @staticmethod
    def _find(
        wanted: SourceBands, sources: Sequence[Acquisitions]
    ) -> tuple[Acquisitions, list[int]]:
        same_name_first = sorted(sources, key=lambda item: item.source != wanted.source)
        for candidate in same_name_first:
            names = [match_band(band, candidate.bands) for band in wanted.bands]
            if all(names):
                return candidate, [candidate.bands.index(name) for name in names if name]
        offered = "; ".join(f"{item.source}: {', '.join(item.bands)}" for item in sources)
        raise RunError(
            "imagery",
            expected=f"the bands {', '.join(wanted.bands)} that the model was trained on",
            got=offered or "no source",
            advice="add the missing bands or train a model on the bands there are",
        )


__all__ = ["Fusion", "Preparation", "SourceBands"]
