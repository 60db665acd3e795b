"""The runs that come with the bundled region, and how each of them is made.

They are compact variants: small enough to ship, and trained in about a minute together. A second
region, of another place and year, shows what they are worth there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cropcore.accuracy import bootstrap_interval, confusion_matrix
from cropcore.accuracy.statistics import mean_f1
from cropcore.legend import NODATA, UNKNOWN
from cropcore.mapping.raster import CLASS_MAP
from cropcore.mapping.run_map import map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.region.raster import read_pixels
from cropcore.training.exchange import export_run, import_run
from cropcore.training.launching import write_state
from cropcore.training.procedure import Tell, train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run


@dataclass(frozen=True)
class DemoRun:
    """One training of the bundled region."""

    name: str
    architecture: str
    changes: Mapping[str, Any]
    """What differs from the preset ``quick``."""


DEMO_RUNS = (
    DemoRun("champagne_cnn1d", "cnn1d", {"filters": 24, "dense_units": 48}),
    DemoRun("champagne_lstm", "lstm", {"units": 48}),
    DemoRun("champagne_random_forest", "random_forest", {"n_trees": 60, "min_samples_leaf": 10}),
)


def build_run(demo: DemoRun, region: Path, folder: Path, tell: Tell) -> Run:
    """Train and map the bundled region, and put the run where a workspace has its runs.

    Args:
        demo: What to train.
        region: Folder of the bundled region.
        folder: The workspace; a run of that name in it is kept, and the new one called otherwise.
        tell: Told each stage and epoch.

    Raises:
        InputError: The region is not what it should be.
        StorageError: The disk refused.
    """
    with tempfile.TemporaryDirectory() as place:
        request = make_request(
            str(region.resolve()), demo.architecture, preset="quick", changes=demo.changes
        )
        run = create_run(Path(place, demo.name), request)
        train(run, tell, lambda: False)
        write_state(run, "done")
        source = open_region(region, SourceOptions())
        map_run(run, source, run.folder / "maps" / source.name)
        packed = export_run(run, Path(place, "run.zip")).path  # says nothing of this machine
        return import_run(packed, folder).run


@dataclass(frozen=True)
class Transfer:
    """How a run's map of a region that it did not learn from agrees with the labels there."""

    region: str
    macro_f1: float
    ci95: tuple[float, float]
    """Of it, parcels drawn anew."""
    n: int
    """Pixels that are labelled and mapped."""
    groups: int
    """Parcels that they lie in."""


def try_elsewhere(run: Run, region: Path) -> Transfer:
    """Map a labelled region that a run never saw, and measure the map.

    Args:
        run: A finished run.
        region: Folder of a region whose legend is the run's.

    Raises:
        InputError: The region is not what it should be.
        StorageError: The disk refused.
    """
    source = open_region(region, SourceOptions())
    with tempfile.TemporaryDirectory() as place:
        map_run(run, source, Path(place, "map"))
        shown = read_pixels(Path(place, "map", CLASS_MAP), (1,), source.grid.whole)[0]
    labels = source.labels.read(source.grid.whole)
    known = (labels.codes != UNKNOWN) & (shown != NODATA)
    reference, predicted = (
        np.searchsorted(source.legend.codes, codes[known]) for codes in (labels.codes, shown)
    )
    n_classes, groups = len(source.legend), labels.groups[known]
    return Transfer(
        source.name,
        float(mean_f1(confusion_matrix(reference, predicted, range(n_classes)))),
        bootstrap_interval(reference, predicted, groups, "macro_f1", n_classes),
        int(known.sum()),
        len(np.unique(groups)),
    )


__all__ = ["DEMO_RUNS", "DemoRun", "Transfer", "build_run", "try_elsewhere"]
