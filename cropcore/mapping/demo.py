"""The runs that come with the bundled region, and how each of them is made.

They are compact variants, one of each family: small enough to ship, and trained in minutes. A
second region, of another place and year, shows what they are worth there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.exchange import export_run, import_run
from cropcore.training.launching import write_state
from cropcore.training.procedure import Tell, train
from cropcore.training.record import TrainingRequest, make_request
from cropcore.training.run import Run, create_run, open_run
from cropcore.training.snapshots import thin_snapshots

SAMPLES = 800
"""Of each class, at most: what was learnt from is listed in every run."""


@dataclass(frozen=True)
class DemoRun:
    """One run of the bundled region."""

    name: str
    architecture: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What differs from the preset ``quick``, beside the number of samples."""
    film: int = 5
    """Snapshots of its learning that are kept, at most."""
    members: tuple[str, ...] = ()
    """Runs before it that an ensemble puts together."""

    def request(self, region: str) -> TrainingRequest:
        """What is asked of its training."""
        changes = {"samples_per_class": SAMPLES, **self.changes}
        return make_request(region, self.architecture, preset="quick", changes=changes)


DEMO_RUNS = (
    DemoRun("champagne_cnn1d", "cnn1d", {"filters": 16, "dense_units": 48}, film=8),
    DemoRun("champagne_lstm", "lstm", {"units": 24}),
    DemoRun("champagne_atlstm", "atlstm", {"units": 24}),
    DemoRun("champagne_transformer", "transformer", {"units": 24, "dense_units": 64}),
    DemoRun(
        "champagne_hybrid",
        "hybrid",
        {"first.filters": 12, "first.n_layers": 2, "second.units": 16, "epochs": 30},
    ),
    DemoRun("champagne_cnn3d", "cnn3d", {"dense_units": 48}),
    DemoRun("champagne_convrnn", "convrnn"),
    DemoRun("champagne_attention_unet3d", "attention_unet3d"),
    DemoRun("champagne_random_forest", "random_forest", {"n_trees": 60, "min_samples_leaf": 10}),
    DemoRun(
        "champagne_ensemble",
        "ensemble",
        members=("champagne_cnn1d", "champagne_atlstm", "champagne_transformer"),
    ),
)


def build_run(demo: DemoRun, region: Path, folder: Path, tell: Tell) -> Run:
    """Train and map the bundled region, and put the run where a workspace has its runs.

    Args:
        demo: What to train.
        region: Folder of the bundled region.
        folder: The workspace; a run of that name in it is kept, and the new one called otherwise.
            An ensemble's members are in it.
        tell: Told each stage and epoch.

    Raises:
        InputError: The region is not what it should be.
        StorageError: The disk refused.
    """
    with tempfile.TemporaryDirectory() as place:
        run = _made(demo, region, folder, Path(place, demo.name), tell)
        source = open_region(region, SourceOptions())
        map_run(run, source, run.folder / "maps" / source.name)
        packed = export_run(run, Path(place, "run.zip")).path  # says nothing of this machine
        return import_run(packed, folder).run


def _made(demo: DemoRun, region: Path, folder: Path, out: Path, tell: Tell) -> Run:
    """The run, not yet mapped."""
    if demo.members:
        tell("members", {})
        return build_ensemble(
            [open_run(folder / "runs" / name) for name in demo.members], out, folder=folder
        )
    run = create_run(out, demo.request(str(region.resolve())))
    train(run, tell, lambda: False)
    thin_snapshots(run.folder, demo.film)
    write_state(run, "done")
    return run


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
