"""Two runs of one region: where their maps agree, what they say of a pixel, what they cost."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from cropcore.errors import CropcoreError, RunError
from cropcore.legend import Legend, LegendClass
from cropcore.mapping import CLASS_MAP
from cropcore.mapping.agreement import Agreement, ClassMap, Verdict, compare_maps
from cropcore.mapping.map_pixel import map_pixel
from cropcore.mapping.mapping import MAP
from cropcore.sources import SourceOptions
from cropcore.training.exchange.manifest import MODELS
from cropcore.training.run import FINAL, Run
from cropcore.training.tested import TESTED
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.opened import opened, stamp_of

RUN_COLORS = ("#ee9922", "#2266bb")
"""Of the baseline and of the run beside it, wherever they appear."""
VERDICT_COLORS = {
    Verdict.BOTH_RIGHT: "#55bb88",
    Verdict.ONLY_A: RUN_COLORS[0],
    Verdict.ONLY_B: RUN_COLORS[1],
    Verdict.BOTH_WRONG: "#661144",
    Verdict.SAME: "#dddddd",
    Verdict.OTHER: "#888888",
}
"""Told apart under all colour-vision deficiencies."""
_MOST_PIXELS = 100_000_000
"""Of a region whose verdicts are held in memory."""
_PIXEL = re.compile(r"\d{1,7}_\d{1,7}", re.ASCII)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Word:
    """What a run's map says of one pixel."""

    item: LegendClass
    percent: int
    """Calibrated probability of that class."""


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    parameters: int
    """Weights of a network, nodes of a forest; of the model that maps."""
    seconds: float
    """Training of all its models."""
    megabytes: float
    """File of the model that maps."""
    pixels_per_second: float | None
    """Mapping this region, reading and writing included; ``None`` without a map."""


@dataclass(frozen=True)
class _Side:
    run: Path
    map: Path
    version: int
    """Changes when the map is made again."""

    @property
    def class_map(self) -> ClassMap:
        return ClassMap(self.map / CLASS_MAP, Run(self.run).described.legend)


def agreement(a: RunEntry, b: RunEntry, region: RegionEntry, kept_only: bool) -> Agreement:
    """Two maps of a region judged by its labels; computed once and kept.

    Args:
        a: The baseline.
        b: The other run.
        region: Mapped by both.
        kept_only: Whether only the pixels are judged that neither run learnt from.

    Raises:
        RunError: One has no map of the region, or the maps cannot be laid over each other.
        InputError: Labels or rasters cannot be read.
    """
    sides = _side(a, region), _side(b, region)
    with _one_at_a_time:  # tiles ask at once; the first one computes
        return _agreement(
            *sides, region.path, a.options_for(region), stamp_of(region.path), kept_only
        )


def legend_of(run: RunEntry) -> Legend:
    """The classes of a usable run."""
    if run.record is None or run.record.data is None:
        raise TypeError("a usable run has data")
    return run.record.data.legend


def kept_pixels(a: RunEntry, b: RunEntry, region: RegionEntry) -> np.ndarray | None:
    """Rows and columns, int (pixel, 2), of the region that neither run's map learnt from.

    ``None`` where that is not known: a run learnt elsewhere, or its figures come from folds while
    the model that maps learnt from all of them.
    """
    if not (a.learnt_from(region) and b.learnt_from(region)):
        return None
    return _kept(a.folder, b.folder, _tested_stamp(a.folder), _tested_stamp(b.folder))


def pixels_of(ids: Iterable[str]) -> np.ndarray | None:
    """Rows and columns, int (sample, 2), of samples that are pixels; ``None`` for others."""
    names = list(ids)
    if not names or not all(_PIXEL.fullmatch(name) for name in names):
        return None
    return np.array([name.split("_") for name in names], dtype=np.int64)


def word_on(run: RunEntry, region: RegionEntry, row: int, col: int) -> Word | None:
    """What a run's map says of a pixel; ``None`` where it has none or was never clear.

    Raises:
        InputError: The map is damaged or does not reach that far.
    """
    found = run.map_of(region)
    if found is None:
        return None
    told = map_pixel(found.folder, row, col)
    known = {item.code: item for item in legend_of(run)}
    if told is None or told.code not in known:
        return None
    return Word(known[told.code], told.confidence)


def cost_of(run: RunEntry, region: RegionEntry) -> Cost:
    """What a run took to train, store and map.

    Raises:
        RunError: It is unfinished or its model is gone.
    """
    record = Run(run.folder).finished
    folders = [item.folder for item in Run(run.folder).members] or [run.folder]
    files = [folder / name for folder in folders for name in MODELS]
    sizes = [path.stat().st_size for path in files if path.is_file()]
    if not sizes:
        raise RunError(
            run.folder, expected="a model", got="none", advice="restore the folder or train again"
        )
    seconds = sum(model.seconds for model in record.models.values())
    return Cost(record.models[FINAL].parameters, seconds, sum(sizes) / 1e6, _speed(run, region))


def unlike(a: Legend, b: Legend) -> tuple[list[str], list[str]]:
    """Names of classes that only the one, and that only the other legend has."""
    return (
        [name for name in a.names if name not in b.names],
        [name for name in b.names if name not in a.names],
    )


@lru_cache(maxsize=3)
def _agreement(
    a: _Side,
    b: _Side,
    region: Path,
    options: SourceOptions,
    stamp: tuple[int, ...],
    kept_only: bool,
) -> Agreement:
    place = opened(region, options)
    grid = place.folder.grid
    if grid.width * grid.height > _MOST_PIXELS:
        raise RunError(
            region,
            expected=f"a region of at most {_MOST_PIXELS:,} pixels to compare maps of",
            got=f"{grid.width * grid.height:,}",
            advice="look at the two maps in turn",
        )
    kept = None
    if kept_only:
        kept = _kept(a.run, b.run, _tested_stamp(a.run), _tested_stamp(b.run))
        kept = np.empty((0, 2), np.int64) if kept is None else kept
    return compare_maps(a.class_map, b.class_map, grid, place.legend, place.folder.labels_in, kept)


@lru_cache(maxsize=8)
def _kept(a: Path, b: Path, *stamps: int) -> np.ndarray | None:
    with suppress(CropcoreError):  # never measured: nothing is known to be kept
        runs = Run(a), Run(b)
        if any(run.finished.request.folds for run in runs):
            return None
        return pixels_of(np.intersect1d(runs[0].tested().ids, runs[1].tested().ids).tolist())
    return None


def _tested_stamp(run: Path) -> int:
    """Changes when the run is measured again."""
    path = run / TESTED
    return path.stat().st_mtime_ns if path.is_file() else 0


def _side(run: RunEntry, region: RegionEntry) -> _Side:
    found = run.map_of(region)
    if found is None:
        raise RunError(
            run.id, expected=f"a map of {region.title}", got="none", advice="map the region first"
        )
    return _Side(run.folder, found.folder, found.version)


def _speed(run: RunEntry, region: RegionEntry) -> float | None:
    found = run.map_of(region)
    if found is None or not found.seconds > 0:
        return None
    with suppress(CropcoreError, KeyError, TypeError, ValueError):
        return int(Run(found.folder).read_json(MAP)["pixels"]) / found.seconds
    return None


__all__ = [
    "RUN_COLORS",
    "VERDICT_COLORS",
    "Cost",
    "Word",
    "agreement",
    "cost_of",
    "kept_pixels",
    "legend_of",
    "pixels_of",
    "unlike",
    "word_on",
]
