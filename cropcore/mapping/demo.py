"""The runs that come with the bundled region, and how each of them is made.

They are compact variants: small enough to ship, and trained in about a minute together.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cropcore.mapping.run_map import map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
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


__all__ = ["DEMO_RUNS", "DemoRun", "build_run"]
