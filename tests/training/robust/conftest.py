"""Trainings that are stopped, killed and starved, small enough to be so many times."""

import os
import shutil
import subprocess
import sys

import pytest

from cropcore.confidence import nll, softmax
from cropcore.training.fitting import class_indices
from cropcore.training.gathering import read_again
from cropcore.training.history import read_history
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.building import write_region
from tests.conftest import SMALL

EPOCHS = 5
PIXEL = {**SMALL, "epochs": EPOCHS}
PATCH = {
    "filters": 4, "dense_units": 8, "dropout": 0.1, "epochs": EPOCHS, "patch_size": 16,
    "batch_size": 64,
}  # fmt: skip


def begun(folder, data, architecture="cnn1d", **others):
    """A run that has not learnt anything yet."""
    changes = {**(PIXEL if architecture == "cnn1d" else PATCH), **others.pop("changes", {})}
    request = make_request(str(data), architecture, changes=changes, baseline=False, **others)
    return create_run(folder, request)


def go(run, tell=lambda stage, row: None, stop=lambda: False):
    """Train it in this process, as one that starts anew would."""
    return train(Run(run.folder), tell, stop)


def stop_after(run, n_epochs):
    """Ask a training to stop after some epochs."""
    rows = []
    go(run, lambda stage, row: rows.extend([row] if row else []), lambda: len(rows) >= n_epochs)


def losses(folder):
    """Validation losses of the epochs that the history tells of."""
    history = read_history(folder)
    return [] if history is None else history.columns["val_loss"].tolist()


def validation_loss(run):
    """Of the stored model, without its temperature."""
    samples, data, splits = read_again(run)
    asked = splits["final"].validation
    logits = run.predictor().logits(samples.series[asked])
    return nll(softmax(logits), class_indices(samples.codes[asked], data.legend.codes))


@pytest.fixture(scope="session")
def patches(tmp_path_factory):
    """A region for networks that see surroundings."""
    return write_region(tmp_path_factory.mktemp("robust") / "region")


@pytest.fixture(scope="session")
def stopped(table, tmp_path_factory):
    """A pixel network stopped after three of five epochs."""
    run = begun(tmp_path_factory.mktemp("stopped") / "run", table)
    stop_after(run, 3)
    record = run.record.model_copy(update={"models": {}})  # as a kill would leave it
    run.write_record(record)
    (run.folder / "model.keras").unlink()
    (run.folder / "metrics.json").unlink()
    return run


@pytest.fixture
def copy(stopped, tmp_path):
    """A copy of it to be damaged."""
    shutil.copytree(stopped.folder, tmp_path / "run")
    return Run(tmp_path / "run")


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of 4 MiB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or mount is None:
        pytest.skip("only root can make a small disk")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("disks cannot be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)
