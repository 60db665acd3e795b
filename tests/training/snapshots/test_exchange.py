"""Snapshots travel with a run, and those of strangers are not believed."""

import io
import shutil

import numpy as np
import pytest

from cropcore.training.exchange import export_run, import_run
from cropcore.training.run import Run
from cropcore.training.snapshots import FOLDER, find_snapshots
from tests.zips import changed_json, contents, refused, rewrite


@pytest.fixture(scope="module")
def packed(table_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("packed") / "run.zip"
    export_run(table_run, path)
    return path


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def test_snapshots_go_along(table_run, packed, tmp_path):
    arrived = import_run(packed, tmp_path / "ws").run
    before, after = find_snapshots(table_run.folder), find_snapshots(arrived.folder)
    assert (after.record, after.epochs) == (before.record, before.epochs)
    np.testing.assert_array_equal(after.series("fisher"), before.series("fisher"))


def test_run_without_them_goes_too(packed, tmp_path):
    none = {name: None for name in contents(packed) if name.startswith(FOLDER)}
    arrived = import_run(rewrite(packed, tmp_path / "run.zip", none), tmp_path / "ws").run
    assert find_snapshots(arrived.folder) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({f"{FOLDER}/0003.npz": npz(fisher=np.zeros(3))}, "other arrays"),
        ({f"{FOLDER}/0003.npz": b"PK\x05\x06" + bytes(18)}, "other arrays"),
        ({f"{FOLDER}/0003.npz": b"nothing"}, "0003"),
        ({f"{FOLDER}/probe.json": b"{}"}, "probe.json"),
        ({f"{FOLDER}/probe.json": None}, "snapshots without their list"),
        ({f"{FOLDER}/notes.txt": b"hello"}, "only the files of a run"),
        ({f"{FOLDER}/12345.npz": b""}, "only the files of a run"),
        ({f"{FOLDER}/deeper/0001.npz": b""}, "only the files of a run"),
    ],
)
def test_harmful_ones_are_refused(packed, tmp_path, changes, message):
    path = rewrite(packed, tmp_path / "bad.zip", changes)
    refused(path, tmp_path / "ws", message)


def test_huge_or_foreign_lists_are_refused(packed, tmp_path):
    def wide(content):
        content["layers"][0] |= {"width": 2**20, "kept": 2**20}

    def other(content):
        content["samples"][0]["code"] = 99

    for number, (change, message) in enumerate([(wide, "MiB each"), (other, "legend")]):
        changes = changed_json(packed, f"{FOLDER}/probe.json", change)
        refused(rewrite(packed, tmp_path / f"{number}.zip", changes), tmp_path / "ws", message)


def test_damaged_snapshots_stay_behind(table_run, tmp_path):
    run = Run(shutil.copytree(table_run.folder, tmp_path / "run"))
    (run.folder / FOLDER / "0002.npz").write_bytes(b"")
    exported = export_run(run, tmp_path / "run.zip")
    assert f"{FOLDER}/0002.npz" in exported.left_out
    assert not [name for name in exported.files if name.startswith(FOLDER)]
    assert find_snapshots(import_run(tmp_path / "run.zip", tmp_path / "ws").run.folder) is None
