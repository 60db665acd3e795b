"""Samples that memory should not hold: read from the disk, with the same result in little room."""

import json
import subprocess
import sys

import numpy as np
import pytest

from cropcore.cube import Calendar, ModelInput
from cropcore.samples import room
from cropcore.samples.room import Gathering, in_parts, on_disk, take
from cropcore.training.feeding import SeriesFeed
from cropcore.training.procedure import train
from cropcore.training.record import TrainingSettings, make_request
from cropcore.training.run import create_run
from cropcore.training.statistics import band_statistics, mean_series
from tests.building import write_region
from tests.conftest import SMALL, train_table


@pytest.fixture
def small_memory(monkeypatch):
    """Room for two kilobytes of samples, of which some are read at once."""
    monkeypatch.setattr(room, "IN_MEMORY", 2048)
    monkeypatch.setattr(room, "_AT_ONCE", 512)
    monkeypatch.setattr(room, "_ROWS", 16)


def batches(count, n_rows=7):
    random = np.random.default_rng(0)
    return [random.normal(size=(n_rows, 4, 3)).astype(np.float32) for _ in range(count)]


@pytest.mark.parametrize(("count", "large"), [(2, False), (6, False), (7, True), (9, True)])
def test_batches_become_one_array(small_memory, count, large):
    gathered = Gathering()
    for part in batches(count):
        gathered.add(part)
    found = gathered.whole()
    assert on_disk(found) is large
    np.testing.assert_array_equal(found, np.concatenate(batches(count)))


def test_taken_parts_are_what_they_were(small_memory):
    gathered, expected = Gathering(), np.concatenate(batches(20))
    for part in batches(20):
        gathered.add(part)
    found = gathered.whole()
    some = np.random.default_rng(1).permutation(140)
    for indices in (some, some[:9], np.arange(140) % 3 == 0, some[:0]):
        np.testing.assert_array_equal(take(found, indices), expected[indices])
    assert on_disk(take(found, some))
    assert not on_disk(take(found, some[:9]))
    read = list(in_parts(found, some))
    assert len(read) > 5
    np.testing.assert_array_equal(np.concatenate(read), expected[some])


def test_statistics_are_those_of_all_at_once(small_memory):
    series = np.concatenate(batches(20))
    series[::3, 1, 2] = np.nan
    chosen = np.arange(0, 140, 2)
    mean, sd = band_statistics(series, ("a", "b", "c"), chosen)
    np.testing.assert_allclose(mean, np.nanmean(series[chosen], axis=(0, 1)), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(sd, np.nanstd(series[chosen], axis=(0, 1)), rtol=1e-4)
    found = mean_series(series, chosen, np.zeros(3))
    np.testing.assert_allclose(found, np.nanmean(series[chosen], axis=0), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("balance", [False, True])
def test_an_epoch_shows_each_sample_once(small_memory, balance):
    labels = np.arange(45) % 3
    gathered = Gathering()
    gathered.add(np.broadcast_to(labels[:, None, None], (45, 6, 2)).astype(np.float32))
    series = gathered.whole()
    assert on_disk(series)
    settings = TrainingSettings(batch_size=10, balance=balance)
    whole = (ModelInput("series", Calendar(3, 1, 10, 6), ("B04", "B08"), (0, 1)),)
    feed = SeriesFeed(series, labels, np.arange(45)[::-1], settings, whole, np.ones(2), 0)
    given = feed.arguments()
    steps = given["steps_per_epoch"]
    read = list(given["x"].take(2 * steps).as_numpy_iterator())
    for epoch in (read[:steps], read[steps:]):
        seen = np.concatenate([batch[0][:, 0, 0] for batch in epoch])
        np.testing.assert_array_equal(np.bincount(seen.astype(int)), [15, 15, 15])
        assert all((batch[0][:, 0, 0] == batch[1]).all() for batch in epoch)
    assert len(read[0]) == 2 + balance
    assert not np.array_equal(read[0][1], read[steps][1]), "in another order"


@pytest.mark.parametrize("architecture", ["cnn1d", "random_forest", "feature_forest"])
def test_learns_from_the_disk(small_memory, table, table_run, tmp_path, architecture):
    changes = {"n_trees": 20} if "forest" in architecture else SMALL
    if architecture == "feature_forest":
        changes = {**changes, "epochs": 12}
    run = train_table(tmp_path / "run", table, architecture, changes=changes, baseline=False)
    assert run.read_text("split.csv") == table_run.read_text("split.csv")
    assert any("are read from the disk" in note for note in run.record.data.notes)
    if architecture == "cnn1d":
        assert run.read_json("metrics.json")["macro_f1"] > 0.9
        for mine, theirs in zip(run.mean_series(), table_run.mean_series(), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-4)


def test_patches_learn_from_the_disk(small_memory, tmp_path):
    changes = {"filters": 4, "dense_units": 8, "patch_size": 16, "epochs": 2, "batch_size": 64}
    region = write_region(tmp_path / "region")
    request = make_request(str(region), "cnn3d", changes=changes)
    run = create_run(tmp_path / "run", request)
    train(run, lambda stage, row: None, lambda: False)
    assert run.read_json("metrics.json")["baseline"]["n"] > 0


_PROBE = """
import json, os, sys, threading, time
from pathlib import Path
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
from cropcore.samples import room
from cropcore.sources.region import region_folder
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run
import cropcore.training.recorder
region, folder, limit, size = sys.argv[1:]
room.IN_MEMORY, room._AT_ONCE = int(limit), 2**22
region_folder._BLOCK = 64
held, over = [0], threading.Event()

def kilobytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))

def watch():
    while not over.is_set():
        held[0] = max(held[0], kilobytes())
        time.sleep(0.01)

threading.Thread(target=watch, daemon=True).start()
changes = {"filters": 4, "dense_units": 8, "n_layers": 1, "epochs": 1, "batch_size": 512,
           "samples_per_class": 1_000_000}
asked = make_request(region, "cnn1d", preset="quick", changes=changes, period=float(size))
run = create_run(Path(folder), asked)
train(run, lambda stage, row: None, lambda: False)
over.set()
n_samples = run.record.data.samples
shape = run.record.data.preparation.shape
print(json.dumps({"peak": held[0] * 1024, "data": n_samples * shape[0] * shape[1] * 4}))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is told by /proc")
def test_memory_does_not_grow_with_the_samples(tmp_path):
    """Twenty times the limit: what a process holds of its own grows by a fraction of the samples.

    Pages of files count as the system's, which takes them back when it wants.
    """
    region = write_region(tmp_path / "region", size=(280, 280), parcel=10)

    def measured(name, limit, period):
        command = [sys.executable, "-c", _PROBE, region, tmp_path / name, str(limit), str(period)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    few, many = measured("few", 2**23, 20), measured("many", 2**23, 2)
    print(f"few {few}, many {many}")
    assert many["data"] > 18 * 2**23
    assert many["peak"] - few["peak"] < many["data"] / 3
