"""What the tests of explanations share: a bundled run of patches, and an ensemble."""

from pathlib import Path

import numpy as np
import pytest

from cropcore.cube import Window
from cropcore.explain import Explainer, explainer_of
from cropcore.explain.known import known_samples
from cropcore.explain.parcel import parcel_at
from cropcore.sources import SourceOptions
from cropcore.sources.region import RegionFolder, open_region
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.run import Run, open_run

BUNDLED = Path(__file__).parents[2] / "sample_data"


def bundled(name: str) -> Run:
    return open_run(BUNDLED / "runs" / f"champagne_{name}")


@pytest.fixture(scope="session")
def champagne():
    """The bundled region. Simulated."""
    return open_region(BUNDLED / "regions" / "champagne_simulated", SourceOptions())


def labels(region: RegionFolder) -> np.ndarray:
    """Reference labels of a whole region, codes (y, x)."""
    return region.labels_in(Window(0, 0, region.grid.height, region.grid.width))


@pytest.fixture(scope="session")
def parcel(champagne):
    """A field of it."""
    rows, cols = np.nonzero(labels(champagne) > 0)
    return parcel_at(champagne, int(rows[len(rows) // 2]), int(cols[len(rows) // 2]))


@pytest.fixture(scope="session")
def patches():
    """Explains a bundled network of patches."""
    return Explainer(bundled("cnn3d"))


@pytest.fixture(scope="session")
def patches_known(patches):
    return known_samples(patches.run)


@pytest.fixture(scope="session")
def many():
    """Explains a bundled ensemble of networks."""
    return explainer_of(bundled("ensemble"))


@pytest.fixture(scope="session")
def ensemble_run(tmp_path_factory, table_run, forest_run) -> Run:
    """A network and a forest put together."""
    return build_ensemble([table_run, forest_run], tmp_path_factory.mktemp("runs") / "both")
