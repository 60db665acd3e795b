"""What several rooms' tests share: small trained runs, made once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from cropcore.garbage import collect_rarely
from cropcore.sources import SourceOptions
from cropcore.training import procedure
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.tables import write_table

settings.register_profile("steady", deadline=None)  # a busy machine is no failure
settings.load_profile("steady")
collect_rarely()

AS_IT_IS = {"shift_days": 0, "band_noise": 0, "drop_dates": 0}
"""Training series are not varied."""
SMALL = {
    "filters": 8,
    "dense_units": 16,
    "epochs": 12,
    "patience": 12,
    "batch_size": 16,
    **AS_IT_IS,
}


def train_table(folder: Path, table: Path, architecture: str = "cnn1d", **others: object) -> Run:
    """Train on a samples table, in this process."""
    changes = others.pop("changes", SMALL if architecture == "cnn1d" else {})
    options = SourceOptions(group="farm")
    request = make_request(str(table), architecture, changes=changes, options=options, **others)
    run = create_run(folder, request)
    train(run, lambda stage, row: None, lambda: False)
    return run


@contextmanager
def unwatched() -> Iterator[None]:
    """Trains without looks inside the network, which are a third of a short training."""
    real = procedure.Task
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            procedure, "Task", lambda *some, **more: replace(real(*some, **more), snapshots=False)
        )
        yield


@pytest.fixture(scope="session")
def table(tmp_path_factory) -> Path:
    return write_table(tmp_path_factory.mktemp("table") / "samples.csv")


@pytest.fixture(scope="session")
def table_run(tmp_path_factory, table) -> Run:
    """A finished run of a small network on :func:`table`."""
    return train_table(tmp_path_factory.mktemp("runs") / "cnn1d", table)


@pytest.fixture(scope="session")
def forest_run(tmp_path_factory, table) -> Run:
    """A finished run of a small forest on :func:`table`."""
    changes = {"n_trees": 20}
    folder = tmp_path_factory.mktemp("runs") / "forest"
    return train_table(folder, table, "random_forest", changes=changes)
