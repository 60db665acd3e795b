"""Which date decided: what is asked, and what is found out about each parcel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cropcore.errors import RunError
from cropcore.legend import Legend, LegendClass
from cropcore.mapping.areas import ClassArea
from cropcore.sources import SourceOptions

FOLDER = "explanations"
"""Of a run: a folder for each region that was explained."""
RASTER, TABLE, SUMMARY = "deciding_dates.tif", "deciding_dates.csv", "deciding_dates.json"
REQUEST = "request.json"
UnitKind = Literal["parcel", "cell"]
"""``parcel``: what the reference labels keep together. ``cell``: a square of a regular net."""
_SCALE = ("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30",
          "#fde725")  # fmt: skip
"""Of the dates from the first to the last: viridis, which rises in lightness."""


class DecidingRequest(BaseModel):
    """Which dates are to be found, where, and how."""

    model_config = ConfigDict(frozen=True)

    run: Path
    """Folder of the run."""
    region: Path
    """The region folder, or its ``region.toml``."""
    options: SourceOptions = SourceOptions()
    """How the region is read."""
    method: str | None = None
    """Attribution method; what suits the run where not given."""
    pixels: int = Field(16, ge=1, le=1024)
    """Of a parcel that are asked about, at most, evenly spread."""


@dataclass(frozen=True)
class Decision:
    """Which date decided one parcel."""

    name: str
    label: LegendClass | None
    """What the reference says; ``None`` where it says nothing the run knows."""
    predicted: LegendClass
    """The most probable class, on average over the pixels asked about."""
    date: int
    """Position of the deciding date, the one with the largest Σ over bands of |attribution|."""
    share: float
    """Of that date in the sum over all dates, 0–1."""
    runner_up: int | None
    """Position of the next date; ``None`` where no other has any share."""
    runner_up_share: float
    half: int
    """How few dates make up half of the sum."""
    pixels: int
    """Pixels asked about."""


@dataclass(frozen=True)
class DecidingSummary:
    """The finished map of deciding dates."""

    folder: Path
    method: str
    unit: str
    """What a value of 1 of the attribution means."""
    kind: UnitKind
    dates: tuple[date, ...]
    """Those of all sources together, ascending."""
    areas: tuple[ClassArea, ...]
    """Land whose deciding date each is: the code is its position counted from 1."""
    units: tuple[int, ...]
    """Parcels that each date decided."""
    half: float
    """How few dates make up half of the attribution, on average over parcels."""
    pixels: int
    """Of a parcel that were asked about, at most."""
    seconds: float

    @property
    def legend(self) -> Legend:
        """The dates as classes of a map."""
        return date_legend(self.dates)

    @property
    def raster(self) -> Path:
        """uint8, position of the date counted from 1, 255 where there is none."""
        return self.folder / RASTER

    @property
    def table(self) -> Path:
        """A row a parcel."""
        return self.folder / TABLE

    def to_json(self) -> dict[str, Any]:
        """What ``deciding_dates.json`` holds."""
        return {
            "method": self.method,
            "unit": self.unit,
            "kind": self.kind,
            "pixels_per_unit": self.pixels,
            "mean_dates_to_half": round(self.half, 3),
            "seconds": round(self.seconds, 3),
            "dates": [
                {"date": day.isoformat(), "code": area.code, "units": count, "pixels": area.pixels,
                 "ha": round(area.ha, 4)}
                for day, area, count in zip(self.dates, self.areas, self.units, strict=True)
            ],
        }  # fmt: skip


def date_legend(dates: tuple[date, ...]) -> Legend:
    """Dates as classes of a map, from dark to light: position counted from 1, ISO date, colour."""
    last = max(len(dates) - 1, 1)
    return Legend(
        tuple(
            LegendClass(at + 1, day.isoformat(), _colour(at / last)) for at, day in enumerate(dates)
        )
    )


def read_summary(folder: Path) -> DecidingSummary | None:
    """A finished map of deciding dates; ``None`` where there is none.

    Raises:
        RunError: It is damaged.
    """
    path = folder / SUMMARY
    if not (path.is_file() and (folder / RASTER).is_file()):
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        rows = told["dates"]
        return DecidingSummary(
            folder,
            str(told["method"]),
            str(told["unit"]),
            "parcel" if told["kind"] == "parcel" else "cell",
            tuple(date.fromisoformat(row["date"]) for row in rows),
            tuple(
                ClassArea(int(row["code"]), str(row["date"]), int(row["pixels"]), float(row["ha"]))
                for row in rows
            ),
            tuple(int(row["units"]) for row in rows),
            float(told["mean_dates_to_half"]),
            int(told["pixels_per_unit"]),
            float(told["seconds"]),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise RunError(
            path,
            expected="the summary of a map of deciding dates",
            got=f"one that cannot be read ({type(error).__name__})",
            advice="compute it again",
        ) from error


def _colour(share: float) -> str:
    at = share * (len(_SCALE) - 1)
    low = min(int(at), len(_SCALE) - 2)
    left, right = (bytes.fromhex(_SCALE[place][1:]) for place in (low, low + 1))
    mixed = (round(a + (b - a) * (at - low)) for a, b in zip(left, right, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


__all__ = [
    "FOLDER",
    "RASTER",
    "REQUEST",
    "SUMMARY",
    "TABLE",
    "DecidingRequest",
    "DecidingSummary",
    "Decision",
    "UnitKind",
    "date_legend",
    "read_summary",
]
