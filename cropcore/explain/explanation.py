"""Explaining one series of a run: what was predicted, how surely, and which values did it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np

from cropcore.confidence import softmax
from cropcore.errors import SettingError
from cropcore.explain.attribution import Attribution
from cropcore.legend import Legend, LegendClass
from cropcore.prediction import AnyPredictor, Surroundings


@dataclass(frozen=True)
class Part:
    """The reasons among the bands that one encoder reads, on their own dates."""

    name: str
    """``series`` with early fusion, the name of the source with late."""
    dates: tuple[date, ...]
    """Regular dates of the season, (time,)."""
    bands: tuple[str, ...]
    columns: tuple[int, ...]
    """Where the bands stand among all of the model's."""
    series: np.ndarray
    """What the model saw, physical units, (time, band)."""
    values: np.ndarray
    """Attribution, (time, band)."""
    spread: np.ndarray | None = None
    """Standard deviation of it over what was asked apart, (time, band): the members of an ensemble,
    or the pixels of a parcel; ``None`` for one network and pixel."""

    def to_json(self) -> dict[str, Any]:
        """An element of ``inputs``."""
        spread = {} if self.spread is None else {"spread": self.spread.astype(float).tolist()}
        return {
            "name": self.name,
            "dates": [day.isoformat() for day in self.dates],
            "bands": list(self.bands),
            "series": [[_number(value) for value in row] for row in self.series],
            "attribution": self.values.astype(float).tolist(),
            **spread,
        }


@dataclass(frozen=True)
class Cell:
    """One value that the model saw, and what it had to do with the score."""

    day: date
    band: str
    value: float
    """Physical units; NaN where the band was never seen."""
    attribution: float
    spread: float
    """Standard deviation of it over members or pixels; NaN where there is one only."""

    def told(self, digits: int) -> str:
        """The attribution with its sign and, where it is known, its spread: ``+0.21 ± 0.03``."""
        spread = f" ± {self.spread:.{digits}f}" if np.isfinite(self.spread) else ""
        return f"{self.attribution:+.{digits}f}{spread}"


class Verdict(NamedTuple):
    """What is said of one series, and which classes are asked about."""

    predicted: LegendClass
    probability: float
    """Softmax score of the predicted class, as the network gives it."""
    calibrated: float
    """The same after temperature scaling on validation groups."""
    target: LegendClass
    contrast: LegendClass | None


@dataclass(frozen=True)
class Explanation:
    """One prediction and its reasons.

    Each part has dates of its own. ``dates``, ``series`` and ``values`` bring all parts together,
    with a row for each date of any of them.
    """

    predicted: LegendClass
    probability: float
    """Softmax score of the predicted class, as the network gives it."""
    calibrated: float
    """The same after temperature scaling on validation groups."""
    target: LegendClass
    contrast: LegendClass | None
    method: str
    parts: tuple[Part, ...]
    """One with early fusion, one of each source with late."""
    bands: tuple[str, ...]
    attribution: Attribution
    """Of one sample: values (1, time, band), padding included."""
    sd: np.ndarray
    """Standard deviation of each band over the training samples, (band,)."""
    explained: tuple[str, ...] = ()
    """Members of an ensemble whose mean score is explained; empty for a single network."""
    silent: tuple[str, ...] = ()
    """Its members that have no gradients and take no part."""
    around: np.ndarray | None = None
    """Attribution summed over dates and bands, (y, x), of what the model sees around the pixel;
    ``None`` where it sees the pixel only."""
    pixel: tuple[int, int] = (0, 0)
    """Row and column of the pixel within ``around``."""
    spread_over: Literal["members", "pixels"] = "members"
    """What the standard deviations are over: an ensemble's networks, or a parcel's pixels."""

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates of all parts, ascending, (time,)."""
        first, *others = (part.dates for part in self.parts)
        return tuple(sorted({*first}.union(*others))) if others else first

    @property
    def series(self) -> np.ndarray:
        """What the model saw, physical units, (time, band); NaN where a band has no such date."""
        return self._together([part.series for part in self.parts], np.nan)

    @property
    def values(self) -> np.ndarray:
        """Attribution, (time, band); 0 where a band has no such date."""
        return self._together([part.values for part in self.parts], 0)

    @property
    def spread(self) -> np.ndarray | None:
        """Deviation of the attribution over members or pixels, (time, band); NaN where one only.

        ``None`` for a single network and pixel.
        """
        if not self.explained and not self.has_spread:
            return None
        found = [
            np.full(part.values.shape, np.nan) if part.spread is None else part.spread
            for part in self.parts
        ]
        return self._together(found, np.nan)

    @property
    def has_spread(self) -> bool:
        """Whether any of the values was asked about more than once."""
        return any(part.spread is not None for part in self.parts)

    @property
    def cells(self) -> list[Cell]:
        """Every value the model saw, by date, then in the order of the bands."""
        found = [
            (
                *(day, column, float(part.series[row, at]), float(part.values[row, at])),
                np.nan if part.spread is None else float(part.spread[row, at]),
            )
            for part in self.parts
            for row, day in enumerate(part.dates)
            for at, column in enumerate(part.columns)
        ]
        found.sort(key=lambda item: item[:2])
        return [Cell(day, self.bands[column], *numbers) for day, column, *numbers in found]

    def strongest(self, count: int) -> list[Cell]:
        """The values with the largest attribution, largest first."""
        return sorted(self.cells, key=lambda cell: -abs(cell.attribution))[:count]

    def to_json(self) -> dict[str, Any]:
        """The keys of the command line's ``explain``, but for the place.

        With late fusion ``dates`` are those of any source; where a band has no value at one,
        ``series`` is null and ``attribution`` 0. ``inputs``, there with late fusion only, holds
        ``name``, ``dates``, ``bands``, ``series`` and ``attribution`` of each source.
        """
        residual = self.attribution.residual
        content = {
            "predicted": {
                "code": self.predicted.code,
                "name": self.predicted.name,
                "probability": round(self.probability, 6),
                "calibrated": round(self.calibrated, 6),
            },
            "target": self.target.name,
            "contrast": self.contrast.name if self.contrast else None,
            "method": self.method,
            "quantity": self.attribution.quantity,
            "unit": self.attribution.unit,
            "dates": [day.isoformat() for day in self.dates],
            "bands": list(self.bands),
            "series": [[_number(value) for value in row] for row in self.series],
            "attribution": self.values.astype(float).tolist(),
            "completeness": None if residual is None else float(residual[0]),
            "steps": self.attribution.steps,
        }
        if self.attribution.quantity == "sensitivity":
            content["attribution_per_unit"] = (self.values / self.sd).astype(float).tolist()
        spread = self.spread
        if spread is not None:
            content["spread"] = [[_number(value) for value in row] for row in spread]
        if self.explained:
            content["members"] = {"explained": list(self.explained), "silent": list(self.silent)}
        if len(self.parts) > 1:
            content["inputs"] = [part.to_json() for part in self.parts]
        return content

    def to_csv(self) -> str:
        """One row per date and band that has it; the deviation may be empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("date", "band", "value", "attribution", f"sd_over_{self.spread_over}"))
        for cell in self.cells:
            sd = f"{cell.spread:.6g}" if np.isfinite(cell.spread) else ""
            numbers = f"{cell.value:.6g}", f"{cell.attribution:.6g}", sd
            writer.writerow((cell.day.isoformat(), cell.band, *numbers))
        return text.getvalue()

    def _together(self, arrays: Sequence[np.ndarray], otherwise: float) -> np.ndarray:
        """Arrays of the parts, (time, band) each, as one of all dates and bands."""
        if len(arrays) == 1:
            return arrays[0]
        rows = {day: row for row, day in enumerate(self.dates)}
        whole = np.full((len(rows), len(self.bands)), otherwise, dtype=arrays[0].dtype)
        for part, array in zip(self.parts, arrays, strict=True):
            whole[np.ix_([rows[day] for day in part.dates], list(part.columns))] = array
        return whole


def judge(
    predictor: AnyPredictor,
    legend: Legend,
    seen: Surroundings,
    target: LegendClass | str | None,
    contrast: LegendClass | str | None,
) -> Verdict:
    """What a run says of a pixel, and which classes are asked about.

    Args:
        predictor: The run's.
        legend: Likewise.
        seen: The pixel.
        target: Class to explain, or its name or code; the predicted one where not given.
        contrast: Class it is explained against.

    Raises:
        LegendError: There is no such class.
        SettingError: Both are the same.
    """
    logits = seen.logits(predictor)
    winner = int(logits.argmax())
    raw, calibrated = softmax(np.stack([logits, logits / predictor.temperature]))[:, winner]
    predicted = legend.classes[winner]
    wanted = _class(legend, target) if target else predicted
    other = _class(legend, contrast) if contrast else None
    if other == wanted:
        raise SettingError(
            "contrast",
            expected=f"another class than the target {wanted.name!r}",
            got="the same",
            advice="choose another --contrast or --target",
        )
    return Verdict(predicted, float(raw), float(calibrated), wanted, other)


def _class(legend: Legend, wanted: LegendClass | str) -> LegendClass:
    """The class of a legend that is meant; a name may be another class's code."""
    if isinstance(wanted, str):
        return legend.find(wanted)
    own = (item for item in legend if item.code == wanted.code)
    return next(own, None) or legend.find(wanted.name)


def _number(value: float) -> float | None:
    """A number JSON can hold; null where nothing was seen."""
    return round(float(value), 6) if np.isfinite(value) else None


__all__ = ["Cell", "Explanation", "Part", "Verdict", "judge"]
