"""Deciding dates on disk: a raster, a row a parcel, a summary; all of them or none."""

from __future__ import annotations

import csv
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cropcore.cube import Window
from cropcore.explain.deciding.computing import Decisions
from cropcore.explain.deciding.dividing import unit_blocks
from cropcore.explain.deciding.record import (
    RASTER,
    SUMMARY,
    TABLE,
    DecidingSummary,
    date_legend,
)
from cropcore.legend import NODATA
from cropcore.mapping.areas import AreaCount
from cropcore.mapping.raster import write_codes
from cropcore.mapping.sidecars import attributes_xml, qgis_style
from cropcore.mapping.storage import storing, writing_folder
from cropcore.sources.region import RegionFolder

_COLUMNS = (
    "parcel", "label", "predicted", "deciding_date", "share", "runner_up_date", "runner_up_share",
    "dates_to_half", "pixels",
)  # fmt: skip


def write_decisions(
    decided: Decisions, region: RegionFolder, out: Path, begun: float
) -> DecidingSummary:
    """Store what was decided, in the region's own grid.

    Args:
        decided: What was found out.
        region: Of what.
        out: Folder; whatever else lies in it stays.
        begun: When the work began, by the monotonic clock.

    Raises:
        StorageError: The disk refused; nothing was changed.
    """
    legend = date_legend(decided.dates)
    count = AreaCount(region.grid, legend)
    value = np.full(len(decided.units) + 1, NODATA, np.uint8)  # the last one stands for no unit
    for at, one in decided.found.items():
        value[at] = one.date + 1
    numbers = decided.units.numbers

    def parts() -> Iterator[tuple[Window, np.ndarray]]:
        for window, owner in unit_blocks(region, decided.division):
            at = np.searchsorted(numbers, owner)
            codes = value[np.where(owner >= 0, at, len(numbers))]
            count.add(window, codes)
            yield window, codes

    with writing_folder(out) as folder:
        raster = folder / RASTER
        write_codes(raster, region.grid, legend, parts(), "deciding date", out)
        areas = count.areas()
        decisions = list(decided.found.values())
        units = Counter(one.date for one in decisions)
        summary = DecidingSummary(
            out,
            decided.method,
            decided.unit,
            decided.kind,
            decided.dates,
            areas,
            tuple(units[at] for at in range(len(decided.dates))),
            float(np.mean([one.half for one in decisions])),
            decided.pixels,
            time.monotonic() - begun,
        )
        with storing(out):
            _write(raster.with_name(f"{RASTER}.aux.xml"), attributes_xml(legend, areas))
            _write(raster.with_suffix(".qml"), qgis_style(legend))
            _write_table(folder / TABLE, decided)
            text = json.dumps(summary.to_json(), ensure_ascii=False, indent=2)
            _write(folder / SUMMARY, f"{text}\n")
    return summary


def _write_table(path: Path, decided: Decisions) -> None:
    days = [day.isoformat() for day in decided.dates]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator=os.linesep)
        writer.writerow(_COLUMNS)
        for one in decided.found.values():
            writer.writerow(
                (
                    one.name,
                    one.label.name if one.label else "",
                    one.predicted.name,
                    days[one.date],
                    f"{one.share:.4f}",
                    "" if one.runner_up is None else days[one.runner_up],
                    f"{one.runner_up_share:.4f}",
                    one.half,
                    one.pixels,
                )
            )


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


__all__ = ["write_decisions"]
