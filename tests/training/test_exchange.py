"""Runs as zips: whole, equal for equal runs, silent of the machine, and the same when back."""

import hashlib
import json
import shutil
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from cropcore.errors import MissingFileError, RunError, StorageError
from cropcore.training.exchange import export_run, import_run
from cropcore.training.exchange.archives import Limits
from cropcore.training.launching import write_state
from cropcore.training.locating import region_name
from cropcore.training.measuring import evaluate_run
from cropcore.training.run import Run, open_run
from tests.conftest import train_table
from tests.zips import changed_json, contents, refused, rewrite

FILES = {
    "MODEL_CARD.md", "history.csv", "manifest.json", "mean_series.npz", "metrics.json",
    "model.keras", "run.json", "split.csv", "state.json", "tested.npz",
}  # fmt: skip


def but_snapshots(names):
    """Without the looks inside the network, whose number changes with the training."""
    return {name for name in names if not name.startswith("snapshots")}


@pytest.fixture(scope="module")
def packed(table_run, tmp_path_factory):
    """The zip of a network's run."""
    return export_run(table_run, tmp_path_factory.mktemp("zips") / "run.zip").path


@pytest.fixture(scope="module")
def packed_forest(forest_run, tmp_path_factory):
    return export_run(forest_run, tmp_path_factory.mktemp("zips") / "forest.zip").path


@pytest.fixture(scope="module")
def folds_run(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("folds") / "run"
    return train_table(folder, table, "random_forest", folds=3, changes={"n_trees": 10})


@pytest.fixture
def copied(table_run, tmp_path):
    """A copy of the run that may be changed."""
    return Run(Path(shutil.copytree(table_run.folder, tmp_path / "somewhere" / "copy")))


# Export


def test_zip_holds_the_run_and_nothing_else(packed):
    files = contents(packed)
    assert but_snapshots(files) == FILES
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, entry in manifest["files"].items():
        assert entry["bytes"] == len(files[name])
        assert entry["sha256"] == hashlib.sha256(files[name]).hexdigest()
    assert json.loads(files["state.json"])["state"] == "done"
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None


def test_equal_runs_give_equal_bytes(table_run, packed, tmp_path):
    again = export_run(table_run, tmp_path / "other name.zip")
    assert again.path.read_bytes() == packed.read_bytes()
    assert again.bytes == packed.stat().st_size
    assert but_snapshots(again.files) == FILES


def test_nothing_of_the_machine_is_told(copied, table, tmp_path):
    record = copied.record
    data = record.data.model_copy(update={"notes": (f"{table}, column x: odd", "fine")})
    options = type(record.request.options)(
        **{**vars(record.request.options), "data": tmp_path / "imagery"}
    )
    request = record.request.model_copy(update={"options": options})
    copied.write_record(record.model_copy(update={"data": data, "request": request}))
    write_state(copied, "done", message=f"see {copied.folder}/log.txt", pid=17)
    maps = copied.folder / "maps" / "small"
    maps.mkdir(parents=True)
    (maps / "map.json").write_text(json.dumps({"class_map": str(maps / "classes.tif")}))
    files = contents(export_run(copied, tmp_path / "run.zip").path)
    for name, data in files.items():
        for private in (tmp_path, table.parent, Path.home() / "x"):
            assert str(private).encode() not in data, name
    sent = json.loads(files["run.json"])
    assert sent["request"]["region"] == "samples.csv"
    assert sent["request"]["options"]["data"] is None
    assert sent["request"]["options"]["group"] == "farm"
    assert sent["data"]["notes"] == ["samples.csv, column x: odd", "fine"]
    assert set(json.loads(files["state.json"])) == {"state", "updated"}
    assert json.loads(files["maps/small/map.json"])["class_map"].endswith("maps/small/classes.tif")
    assert copied.record.request.region == str(table), "the run itself is as it was"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/belgium", "belgium"),
        ("/data/belgium/region.toml", "belgium"),
        ("/data/samples.csv", "samples.csv"),
        ("/data/a:b", "a_b"),
        ("/", "region"),
    ],
)
def test_region_is_named_as_it_would_be_in_a_workspace(path, name):
    assert region_name(path) == name


def test_folds_go_in_only_where_asked(folds_run, tmp_path):
    without = export_run(folds_run, tmp_path / "a.zip")
    assert not any(name.startswith("folds/") for name in without.files)
    models = {f"folds/{number}/model.skops" for number in (1, 2, 3)}
    assert models <= set(export_run(folds_run, tmp_path / "b.zip", folds=True).files)


def test_maps_go_in_and_strange_files_are_left_out_by_name(copied, tmp_path):
    maps = copied.folder / "maps" / "small"
    maps.mkdir(parents=True)
    for name in ("classes.tif", "classes.tif.aux.xml", "classes.qml", "areas.csv", "fields.gpkg"):
        (maps / name).write_bytes(b"II*\0" + name.encode())
    done = export_run(copied, tmp_path / "run.zip")
    assert {"maps/small/classes.tif", "maps/small/areas.csv"} <= set(done.files)
    assert done.left_out == ("maps/small/fields.gpkg",)
    bare = export_run(copied, tmp_path / "bare.zip", maps=False)
    assert but_snapshots(bare.files) == FILES
    back = import_run(done.path, tmp_path / "workspace")
    assert (back.run.folder / "maps" / "small" / "classes.tif").is_file()


def test_model_card_says_what_it_should(packed, folds_run, tmp_path):
    card = contents(packed)["MODEL_CARD.md"].decode()
    for wanted in (
        "A softmax score is no accuracy", "overall accuracy", "macro F1", "95 %", "random forest",
        "samples.csv", "B04, B08, VV", "No group", "one split: not known", "calibration error",
        "| 1 | early |", "## Limits", "accuracy against reference data",
    ):  # fmt: skip
        assert wanted in card, wanted
    with_folds = contents(export_run(folds_run, tmp_path / "a.zip").path)["MODEL_CARD.md"].decode()
    assert "3 folds by group, pooled" in with_folds
    assert "--folds-too" in with_folds
    assert "one split" not in with_folds


def test_model_card_of_labels_from_a_map_speaks_of_agreement(copied, tmp_path):
    record = copied.record
    data = record.data.model_copy(update={"label_origin": "map product"})
    copied.write_record(record.model_copy(update={"data": data}))
    metrics = copied.read_json("metrics.json") | {"measures": "agreement with a map product"}
    copied.write_json("metrics.json", metrics)
    card = contents(export_run(copied, tmp_path / "run.zip").path)["MODEL_CARD.md"].decode()
    assert "## Agreement" in card
    assert "overall agreement" in card
    assert "overall accuracy" not in card
    assert "agreement with that map, not accuracy" in card


def test_strange_names_stay_text_in_the_card(copied, tmp_path):
    record = copied.record
    named = record.model_copy(update={"name": "a|b <img src=x> [x](y)"})
    copied.write_record(named)
    card = contents(export_run(copied, tmp_path / "run.zip").path)["MODEL_CARD.md"].decode()
    assert r"a\|b \<img src=x\> \[x\](y)" in card


@pytest.mark.parametrize(
    "name", ["model.keras", "metrics.json", "split.csv", "mean_series.npz", "tested.npz"]
)
def test_incomplete_run_is_not_exported(copied, tmp_path, name):
    (copied.folder / name).unlink()
    out = tmp_path / "run.zip"
    out.write_text("older")
    with pytest.raises(RunError, match=name):
        export_run(copied, out)
    assert out.read_text() == "older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.zip", "somewhere"]


def test_unfinished_or_running_run_is_not_exported(copied, tmp_path):
    write_state(copied, "running")
    with pytest.raises(RunError, match="still runs"):
        export_run(copied, tmp_path / "run.zip")
    write_state(copied, "queued")
    copied.write_record(copied.record.model_copy(update={"models": {}}))
    with pytest.raises(RunError, match="come to a model"):
        export_run(copied, tmp_path / "run.zip")
    assert not (tmp_path / "run.zip").exists()


def test_export_to_nowhere_or_beyond_the_limits(table_run, tmp_path):
    with pytest.raises(StorageError, match="choose another --out"):
        export_run(table_run, tmp_path / "no" / "run.zip")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError):
        export_run(table_run, tmp_path / "folder")
    with pytest.raises(RunError, match=r"at most 0\.0 MB"):
        export_run(table_run, tmp_path / "run.zip", limits=Limits(archive=1000))
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


# Import of what is honest


def test_import_gives_the_same_answers(table_run, packed, tmp_path):
    done = import_run(packed, tmp_path / "workspace")
    run = open_run(tmp_path / "workspace" / "runs" / table_run.folder.name)
    assert (done.run, done.renamed, done.region) == (run, False, "samples.csv")
    series = np.random.default_rng(0).normal(0, 1, (5, 18, 3)).astype(np.float32)
    np.testing.assert_array_equal(run.predictor()(series), table_run.predictor()(series))
    assert run.read_json("metrics.json") == table_run.read_json("metrics.json")
    assert run.read_json("state.json")["state"] == "done"
    names = {path.name for path in run.folder.iterdir()}
    assert but_snapshots(names) == FILES - {"manifest.json"}
    assert [path.name for path in run.folder.parent.iterdir()] == [run.folder.name]


def test_imported_run_says_that_its_data_are_missing(packed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = import_run(packed, tmp_path / "workspace").run
    with pytest.raises(MissingFileError, match=r"samples\.csv"):
        evaluate_run(run)


def test_forests_and_folds_come_back(packed_forest, folds_run, tmp_path):
    forest = import_run(packed_forest, tmp_path / "workspace").run
    assert forest.predictor()(np.zeros((2, 18, 3), np.float32)).shape == (2, 3)
    zipped = export_run(folds_run, tmp_path / "folds.zip", folds=True).path
    run = import_run(zipped, tmp_path / "workspace").run
    assert run.predictor("fold_2")(np.zeros((2, 18, 3), np.float32)).shape == (2, 3)


def test_exporting_an_import_gives_the_same_zip(packed, tmp_path):
    run = import_run(packed, tmp_path / "workspace").run
    again = contents(export_run(run, tmp_path / "again.zip").path)
    assert again == contents(packed)


def test_run_that_does_not_say_since_when_it_is_done_travels(copied, tmp_path):
    copied.write_json("state.json", {"state": "done", "updated": None})
    first = export_run(copied, tmp_path / "first.zip").path
    run = import_run(first, tmp_path / "workspace").run
    assert run.read_json("state.json") == {"state": "done"}
    assert contents(export_run(run, tmp_path / "again.zip").path) == contents(first)


def test_taken_name_gives_a_new_one(packed, tmp_path):
    names = [import_run(packed, tmp_path / "w").run.folder.name for _ in range(3)]
    assert names == ["cnn1d", "cnn1d-2", "cnn1d-3"]
    assert open_run(tmp_path / "w" / "runs" / "cnn1d-2").record.name == "cnn1d-2"


def test_path_as_name_of_the_run_goes_nowhere(packed, tmp_path):
    changes = changed_json(packed, "run.json", lambda run: run.update(name="../../escaped"))
    path = rewrite(packed, tmp_path / "sent.zip", changes)
    done = import_run(path, tmp_path / "a" / "workspace")
    assert done.run.folder == tmp_path / "a" / "workspace" / "runs" / "sent"
    assert not (tmp_path / "escaped").exists()


def test_tensorflow_is_loaded_only_for_what_passed_all_else(packed, tmp_path):
    entered = []

    @contextmanager
    def loading():
        entered.append(True)
        yield

    bad = rewrite(packed, tmp_path / "bad.zip", {"split.csv": b"id\n"})
    refused(bad, tmp_path / "w", "columns", loading=loading)
    assert not entered
    import_run(packed, tmp_path / "w", loading=loading)
    assert entered == [True]
