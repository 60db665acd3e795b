"""The map of a region by a run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from cropcore import __version__
from cropcore.cube import Cube, Preparation
from cropcore.errors import RegionError
from cropcore.mapping.mapping import Looks, MapResult, map_region
from cropcore.prediction import PatchPredictor, window_answers
from cropcore.sources.region import RegionFolder
from cropcore.training import Run


def map_run(
    run: Run,
    region: RegionFolder,
    out: Path,
    *,
    block: int = 256,
    threads: int = 2,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> MapResult:
    """Map a region, its own or another one, with a run's final model.

    Args:
        run: A finished run.
        region: Imagery with the bands the run needs.
        out: Folder of the results.
        block: Side of the blocks that are worked on at once, pixels.
        threads: See :func:`map_region`.
        progress: Told the number of blocks done and of all blocks.
        cancelled: Asked between blocks.

    Raises:
        RunError: The run is unfinished, or the region lacks a band it needs.
        RegionError: A raster cannot be read.
        StorageError: The disk refused.
    """
    record = run.finished
    if record.data is None:
        raise TypeError("a finished run has data")
    preparation, legend = record.data.preparation, record.data.legend
    start = season_of(preparation, region)
    predictor = run.predictor()
    halo = 0
    if isinstance(predictor, PatchPredictor):
        halo, block = predictor.reach, -(-block // predictor.stride) * predictor.stride

    def predict(cube: Cube) -> tuple[np.ndarray, np.ndarray]:
        series, clear = preparation(cube.sources, start)  # (pixel, time, band), (pixel,)
        shape = (cube.grid.height, cube.grid.width)
        clear = clear.reshape(shape)
        series = series.reshape(*shape, *series.shape[1:])
        return window_answers(predictor, series, clear, len(legend)), clear

    def count(cube: Cube) -> np.ndarray:
        return preparation.looks(cube.sources, start).reshape(-1, cube.grid.height, cube.grid.width)

    about = {
        "run": record.name,
        "architecture": record.request.architecture,
        "region": region.name,
        "season": start.isoformat(),
        "days_in_season": len(days_in_season(preparation, region, start)),
        **_dates_and_bands(preparation, start),
        "temperature": record.models["final"].temperature,
        "cropcore": __version__,
    }
    return map_region(
        predict,
        region.read,
        region.grid,
        legend,
        out,
        looks=Looks(tuple(item.source for item in preparation.sources), count),
        block=block,
        halo=halo,
        threads=threads,
        progress=progress,
        cancelled=cancelled,
        about=about,
    )


def season_of(preparation: Preparation, region: RegionFolder) -> date:
    """First day of the season in which a region is mapped or explained.

    Raises:
        RegionError: None of its acquisitions falls into the model's dates.
    """
    calendar, days = preparation.calendar, region.days
    start = calendar.season_start(days[0], days[-1], region.season)
    if not days_in_season(preparation, region, start):
        dates = calendar.dates(start)
        raise RegionError(
            region.path,
            expected=f"acquisitions between {dates[0]} and {dates[-1]}, the model's season",
            got=f"acquisitions from {days[0]} to {days[-1]}",
            advice="add imagery of the season, or say its year with season_start in region.toml",
        )
    return start


def _dates_and_bands(preparation: Preparation, start: date) -> dict[str, object]:
    """The regular dates and bands of the model, and those of each source where they differ."""
    told: dict[str, object] = {
        "dates": [day.isoformat() for day in preparation.dates(start)],
        "bands": list(preparation.bands),
    }
    if preparation.fusion == "late":
        told["inputs"] = [
            {
                "name": item.name,
                "dates": [day.isoformat() for day in item.dates(start)],
                "bands": list(item.bands),
            }
            for item in preparation.inputs
        ]
    return told


def days_in_season(preparation: Preparation, region: RegionFolder, start: date) -> tuple[date, ...]:
    """The region's acquisition dates that the model gets to see."""
    positions = preparation.calendar.positions(region.days, start)
    return tuple(day for day, at in zip(region.days, positions, strict=True) if at >= 0)


def coverage_notes(run: Run, region: RegionFolder) -> list[str]:
    """What to know before trusting a map: sources that saw few of the model's dates."""
    preparation = run.described.preparation
    start = season_of(preparation, region)
    notes = []
    for item in region.imagery:
        calendar = preparation.calendar_of(item.source, item.bands)
        if calendar is None:
            continue  # the model does not look at it
        positions = calendar.positions(item.dates, calendar.own_start(start))
        seen = len(np.unique(positions[positions >= 0]))
        if seen < calendar.n_dates / 2:
            notes.append(
                f"{item.source} saw {seen} of the model's {calendar.n_dates} dates; the others are "
                "filled from those, so trust the map less than the model's figures."
            )
        before = run.described.treatment.get(item.source)
        here, there = _filter(region.treatment[item.source]), _filter(before or ())
        if before and here != there:
            notes.append(
                f"{item.source}: speckle is filtered otherwise ({here}) than in the imagery the "
                f"model learnt from ({there}), so trust the map less than the model's figures."
            )
    return notes


def _filter(steps: tuple[str, ...]) -> str:
    """The speckle filter among the steps of a source's treatment."""
    found = [step.split(": ")[1] for step in steps if step.startswith("speckle filtered: ")]
    return " and ".join(found) or "not at all"


__all__ = ["coverage_notes", "days_in_season", "map_run", "season_of"]
