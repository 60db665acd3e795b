"""Looks a samples table over before any run."""

from pathlib import Path

import numpy as np

from cropcore.cube.calendar import fit_calendar
from cropcore.errors import InputError
from cropcore.sources.base import SourceOptions
from cropcore.sources.confounding import confounding_notes
from cropcore.sources.report import ClassCount, RegionReport
from cropcore.sources.table.samples_table import SamplesTable, open_table

_FEW_SAMPLES = 10


def check_table(path: Path, options: SourceOptions) -> RegionReport:
    """Look a table over; what is wrong with it is reported, never raised.

    Args:
        path: A file or folder of samples.
        options: What a person says beside it.
    """
    files = [item for item in path.rglob("*") if item.is_file()] if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files) / 1e6
    try:
        table = open_table(path, options)
        seasons = _seasons(table)
    except InputError as error:
        return RegionReport(path, title=path.name, errors=(str(error),), megabytes=size)
    codes, counts = np.unique(table.samples.codes, return_counts=True)
    number = dict(zip(codes.tolist(), counts.tolist(), strict=True))
    classes = tuple(ClassCount(item.code, item.name, number[item.code]) for item in table.legend)
    warnings = list(table.notes)
    few = [f"{item.name} ({item.pixels})" for item in classes if item.pixels < _FEW_SAMPLES]
    if few:
        warnings.append(f"Classes with fewer than {_FEW_SAMPLES} samples: {', '.join(few)}.")
    if len(classes) < 2:
        warnings.append("There is only one class: a model needs at least two to learn from.")
    some = table.samples
    warnings += confounding_notes(some.codes, table.legend, seasons, some.lon, some.lat)
    days = tuple(np.unique(table.days).tolist())
    return RegionReport(
        path,
        title=path.name,
        warnings=tuple(warnings),
        dates={part.source: days for part in table.parts},
        bands={part.source: part.bands for part in table.parts},
        classes=classes,
        megabytes=size,
        memory_megabytes=sum(part.values.nbytes for part in table.parts) / 1e6,
    )


def _seasons(table: SamplesTable) -> np.ndarray:
    """Year in which the season of each sample begins, int (sample,)."""
    calendar = fit_calendar(table.timelines())
    bounds = table.samples.bounds
    spans = np.stack([table.days[bounds[:-1]], table.days[bounds[1:] - 1]])
    distinct, span = np.unique(spans.astype(np.int64), axis=1, return_inverse=True)
    starts = [
        calendar.season_start(first, last).year
        for first, last in distinct.T.astype("datetime64[D]").tolist()
    ]
    return np.array(starts, dtype=np.int64)[span]


__all__ = ["check_table"]
