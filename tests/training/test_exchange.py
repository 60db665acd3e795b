"""Runs as zips: whole, equal for equal runs, silent about the machine; and distrusted on arrival."""

import hashlib
import io
import json
import random
import shutil
import stat
import struct
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from cropcore.errors import CropcoreError, MissingFileError, RunError, StorageError
from cropcore.training.archives import Limits
from cropcore.training.exchange import export_run, import_run
from cropcore.training.launching import write_state
from cropcore.training.measuring import evaluate_run
from cropcore.training.packing import region_name
from cropcore.training.run import Run, open_run
from tests.conftest import SMALL, train_table

FILES = {
    "MODEL_CARD.md", "history.csv", "manifest.json", "mean_series.npz", "metrics.json",
    "model.keras", "run.json", "split.csv", "state.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def packed(table_run, tmp_path_factory):
    """The zip of a network's run."""
    return export_run(table_run, tmp_path_factory.mktemp("zips") / "run.zip").path


@pytest.fixture(scope="module")
def packed_forest(forest_run, tmp_path_factory):
    return export_run(forest_run, tmp_path_factory.mktemp("zips") / "forest.zip").path


@pytest.fixture(scope="module")
def folds_run(table, tmp_path_factory):
    changes = {**SMALL, "epochs": 2}
    folder = tmp_path_factory.mktemp("folds") / "run"
    return train_table(folder, table, folds=3, changes=changes, baseline=False)


@pytest.fixture
def copied(table_run, tmp_path):
    """A copy of the run that may be changed."""
    return Run(Path(shutil.copytree(table_run.folder, tmp_path / "somewhere" / "copy")))


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def listed(files):
    """The manifest that truthfully lists these files."""
    records = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
        if name != "manifest.json"
    }
    return json.dumps({"format": 1, "cropcore": "0", "run": "x", "files": records}).encode()


def rewrite(source, target, changes=None, extra=(), *, honest=True, method=zipfile.ZIP_STORED):
    """The zip with other contents (``None`` removes); checksums made to fit where ``honest``."""
    files = {**contents(source), **(changes or {})}
    files = {name: data for name, data in files.items() if data is not None}
    if honest and "manifest.json" in files and "manifest.json" not in (changes or {}):
        files["manifest.json"] = listed({**files, **{str(i): d for i, d in ()}})
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for info, data in extra:
            archive.writestr(info, data)
    return target


def changed_json(source, name, change):
    content = json.loads(contents(source)[name])
    change(content)
    return {name: json.dumps(content).encode()}


def refused(path, workspace, message, **others):
    """The import ends in one sentence that holds the message, and leaves nothing behind."""
    with pytest.raises(CropcoreError, match=message) as caught:
        import_run(path, workspace, **others)
    text = str(caught.value)
    assert path.name in text
    assert ".import-" not in text, "no name of the hidden folder"
    assert text.endswith(".")
    assert "\n" not in text
    assert not workspace.exists()
    return text


# Export


def test_zip_holds_the_run_and_nothing_else(packed):
    files = contents(packed)
    assert set(files) == FILES
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["files"]) == FILES - {"manifest.json"}
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
    assert set(again.files) == FILES


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
    models = {f"folds/{number}/model.keras" for number in (1, 2, 3)}
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
    assert set(bare.files) == FILES
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


@pytest.mark.parametrize("name", ["model.keras", "metrics.json", "split.csv", "mean_series.npz"])
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
    with pytest.raises(RunError, match="at most 0.0 MB"):
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
    assert names == FILES - {"manifest.json"}
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


# Hostile zips


def test_no_file_and_no_zip(tmp_path):
    refused(tmp_path / "none.zip", tmp_path / "w", "no file of that name")
    path = tmp_path / "text.zip"
    for content in (b"", b"hello", b"PK\x05\x06", b"\0" * 100_000):
        path.write_bytes(content)
        refused(path, tmp_path / "w", "no zip")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../evil.txt", "leads out"),
        ("maps/../../evil.tif", "leads out"),
        ("/etc/evil.txt", "absolute path"),
        ("C:/evil.txt", "another system"),
        ("C:evil.txt", "another system"),
        ("\\\\server\\share\\evil", "another system"),
        ("maps\\evil.tif", "another system"),
        ("maps/./x.tif", "odd part"),
        ("maps//x.tif", "odd part"),
        ("maps/x /y.tif", "odd part"),
        ("maps/x/y\x1b[2J.tif", "odd part"),
        ("maps/x/con?.tif", "odd part"),
        ("maps/x/.hidden.tif", "odd part"),
        ("maps/", "folder"),
        ("evil.py", "none of these"),
        ("log.txt", "none of these"),
        ("maps/x.tif", "none of these"),
        ("maps/x/y/z.tif", "none of these"),
        ("maps/x/y.py", "none of these"),
        ("maps/x/y.vrt", "none of these"),
        ("folds/0/model.keras", "none of these"),
        ("folds/1/run.json", "none of these"),
        ("folds/../model.keras", "leads out"),
        ("cancel", "none of these"),
        ("model.keras/x", "none of these"),
        ("x" * 5000, "odd part"),
        ("RUN.JSON", "there twice"),
    ],
)
def test_names_that_lead_elsewhere_or_are_unknown(packed, tmp_path, name, message):
    path = rewrite(packed, tmp_path / "bad.zip", extra=[(name, b"x")])
    text = refused(path, tmp_path / "w", message)
    assert text.isprintable()
    assert len(text) < 600


def test_name_cut_off_by_a_nul_byte(packed, tmp_path):
    path = rewrite(packed, tmp_path / "bad.zip", extra=[("history.cs#.py", b"x")])
    path.write_bytes(path.read_bytes().replace(b"history.cs#.py", b"history.cs\0.py"))
    refused(path, tmp_path / "w", "another system")


@pytest.mark.parametrize(
    ("mode", "message"),
    [(stat.S_IFLNK, "symbolic link"), (stat.S_IFIFO, "special"), (stat.S_IFCHR, "special")],
)
def test_entries_that_are_no_files(packed, tmp_path, mode, message):
    info = zipfile.ZipInfo("maps/x/link.tif")
    info.create_system = 3
    info.external_attr = (mode | 0o777) << 16
    path = rewrite(packed, tmp_path / "bad.zip", extra=[(info, b"/etc/passwd")])
    refused(path, tmp_path / "w", message)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_name_that_is_there_twice(packed, tmp_path):
    path = rewrite(packed, tmp_path / "bad.zip", extra=[("run.json", b"{}")])
    refused(path, tmp_path / "w", "there twice")


def test_encrypted_or_rarely_packed_entries(packed, tmp_path):
    content = bytearray(packed.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path = tmp_path / "bad.zip"
    path.write_bytes(content)
    refused(path, tmp_path / "w", "encrypted")
    rewrite(packed, path, method=zipfile.ZIP_LZMA)
    refused(path, tmp_path / "w", "rarely packed")


def test_bombs(packed, tmp_path):
    path = tmp_path / "bad.zip"
    rewrite(packed, path, {"MODEL_CARD.md": b"0" * 5_000_000}, method=zipfile.ZIP_DEFLATED)
    refused(path, tmp_path / "w", "200-fold")
    refused(packed, tmp_path / "w", "a zip of at most", limits=Limits(archive=10_000))
    refused(packed, tmp_path / "w", "unpacked", limits=Limits(file=10_000))
    refused(packed, tmp_path / "w", "unpacked", limits=Limits(unpacked=130_000))
    refused(packed, tmp_path / "w", "at most 5 files", limits=Limits(entries=5))


def test_count_of_entries_is_not_believed(packed, tmp_path):
    """The zip says it has one entry, or none, or a list of contents as large as memory."""
    content = bytearray(packed.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    path = tmp_path / "bad.zip"
    struct.pack_into("<HH", content, end + 8, 1, 1)
    path.write_bytes(content)
    refused(path, tmp_path / "w", "at most 5 files", limits=Limits(entries=5))
    struct.pack_into("<I", content, end + 12, 0xFFFFFFF0)
    path.write_bytes(content)
    refused(path, tmp_path / "w", "files in it")
    content[end:end] = b"PK\x06\x07" + b"\0" * 16
    path.write_bytes(content)
    refused(path, tmp_path / "w", "zip64")


@pytest.mark.parametrize("name", ["model.keras", "mean_series.npz", "model.skops"])
def test_bomb_inside_a_model(packed, packed_forest, tmp_path, name):
    source = packed_forest if name == "model.skops" else packed
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * 5_000_000)
    path = rewrite(source, tmp_path / "bad.zip", {name: inner.getvalue()})
    refused(path, tmp_path / "w", f"{name}.*200-fold")


def test_changed_or_unlisted_or_missing_files(packed, tmp_path):
    path, workspace = tmp_path / "bad.zip", tmp_path / "w"
    rewrite(packed, path, {"history.csv": b"epoch\n"}, honest=False)
    refused(path, workspace, r"history\.csv: expected the checksum")
    rewrite(packed, path, {"history.csv": None}, honest=False)
    refused(path, workspace, r"history\.csv' in one of them only")
    for name in ("manifest.json", "run.json", "split.csv", "mean_series.npz", "metrics.json"):
        rewrite(packed, path, {name: None})
        refused(path, workspace, f"a run with its {name}")
    rewrite(packed, path, {"model.keras": None})
    refused(path, workspace, r"the model in model\.keras")
    for manifest in (b"", b"[]", b"{}", b'{"format": 2}', b"[" * 100_000, b"\xff"):
        rewrite(packed, path, {"manifest.json": manifest})
        refused(path, workspace, "the list that `cropcore export` writes")


def test_flipped_bits_and_cuts_are_refused_or_harmless(packed, tmp_path):
    """Whatever is broken, the end is a sentence or a run whose every byte was checked."""
    rng = random.Random(0)
    content, path = packed.read_bytes(), tmp_path / "bad.zip"
    for _ in range(150):
        damaged = bytearray(content)
        if rng.random() < 0.2:
            damaged = damaged[: rng.randrange(len(damaged))]
        else:
            at = rng.choice([rng.randrange(len(content)), len(content) - rng.randrange(1, 1200)])
            damaged[at] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            import_run(path, tmp_path / "w", loading=_far_enough)
        except (CropcoreError, _FarEnoughError):
            assert not (tmp_path / "w").exists()


class _FarEnoughError(Exception):
    pass


@contextmanager
def _far_enough():
    raise _FarEnoughError
    yield


# Runs that are not what they say


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda run: run.update(format=2), "format"),
        (lambda run: run.update(more=1), "more"),
        (lambda run: run.update(data=None), "come to a model"),
        (lambda run: run["models"].pop("final"), "come to a model"),
        (lambda run: run["models"].update({"../x": run["models"]["final"]}), "models named"),
        (lambda run: run["request"].update(region="/etc/passwd"), "name of a region"),
        (lambda run: run["request"].update(region="../x"), "name of a region"),
        (lambda run: run["request"]["options"].update(data="/etc"), "name of a region"),
        (lambda run: run["request"].update(architecture="os"), "expected one of cnn1d"),
        (lambda run: run["request"]["hyperparameters"].update(filters=10**9), "filters"),
        (lambda run: run["data"]["preparation"]["calendar"].update(month=13), "calendar|season"),
        (lambda run: run["data"]["preparation"]["calendar"].update(n_dates=10**9), "dates"),
        (lambda run: run["data"]["preparation"]["calendar"].update(period=float("inf")), "season"),
        (lambda run: run["data"]["preparation"].update(sources=[]), "bands"),
        (lambda run: run["data"]["legend"]["classes"].pop(), "row for each class"),
        (lambda run: run["data"]["legend"]["classes"][0].update(name="x\x1by"), "printable"),
        (lambda run: run["data"].update(samples=91), "91 samples"),
        (lambda run: run["data"].update(label_origin="map product"), "agreement with a map"),
        (lambda run: run["models"]["final"].update(temperature=0), "temperature"),
        (lambda run: run["models"]["final"].update(mean=[0.0]), "mean and deviation"),
        (lambda run: run["models"]["final"].update(parameters=7), "7 weights"),
    ],
)
def test_records_that_cannot_be(packed, tmp_path, change, message):
    path = rewrite(packed, tmp_path / "bad.zip", changed_json(packed, "run.json", change))
    refused(path, tmp_path / "w", message)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("metrics.json", lambda some: some.update(macro_f1=1.5), "macro_f1"),
        ("metrics.json", lambda some: some.update(kappa="high"), "kappa"),
        ("metrics.json", lambda some: some.update(other=float("nan")), "finite"),
        ("metrics.json", lambda some: some.pop("ece"), "ece"),
        ("metrics.json", lambda some: some["per_class"][0].update(name="maize"), "class of the"),
        ("metrics.json", lambda some: some.update(measures="perfection"), "perfection"),
        ("state.json", lambda some: some.update(state="running"), "done or cancelled"),
        ("state.json", lambda some: some.update(state=[]), "done or cancelled"),
    ],
)
def test_figures_and_states_that_cannot_be(packed, tmp_path, name, change, message):
    path = rewrite(packed, tmp_path / "bad.zip", changed_json(packed, name, change))
    refused(path, tmp_path / "w", message)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("run.json", b"{", r"run\.json"),
        ("run.json", b"[" * 100_000, r"run\.json"),
        ("state.json", b"[]", r"state\.json"),
        ("metrics.json", b"\xff\xfe", r"metrics\.json"),
        ("split.csv", b"\xff", r"split\.csv"),
        ("split.csv", b"id,group,code,set,fold\na,b,9,test,0\n", "line 2"),
        ("split.csv", b"id,group,code,set,fold\na,b,1,exam,0\n", "line 2"),
        ("split.csv", b"id,group,code,set,fold\na,b,1,test,0\n", "90 samples"),
        ("mean_series.npz", b"nothing", "no zip"),
        ("model.keras", b"nothing", "no zip"),
        ("maps/x/classes.tif", b"<VRTDataset/>", "GeoTIFF"),
    ],
)
def test_files_that_are_something_else(packed, tmp_path, name, content, message):
    path = rewrite(packed, tmp_path / "bad.zip", {name: content})
    refused(path, tmp_path / "w", message)


def zipped(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def npz(**arrays):
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def test_mean_series_of_another_shape_or_with_objects(packed, tmp_path):
    path = tmp_path / "bad.zip"
    zeros = np.zeros((18, 3), np.float32)
    for content in (
        npz(all=zeros, by_class=np.zeros((2, 18, 3))),
        npz(all=zeros),
        npz(all=np.array([{}]), by_class=np.array([{}])),
        zipped({"all.npy": b"x", "by_class.npy": b"y"}),
    ):
        rewrite(packed, path, {"mean_series.npz": content})
        refused(path, tmp_path / "w", r"mean_series\.npz")


def network(packed, change):
    """The packed network with another ``config.json``."""
    with zipfile.ZipFile(io.BytesIO(contents(packed)["model.keras"])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(files["config.json"])
    change(config)
    return zipped({**files, "config.json": json.dumps(config)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda config: config.update(module="os", class_name="system"), "'system' of 'os'"),
        (lambda config: config.update(module="keras.utils"), "keras.utils"),
        (lambda config: config["config"]["layers"][2].update(class_name="Lambda"), "'Lambda'"),
        (lambda config: config["config"]["layers"][2].update(class_name="TFSMLayer"), "TFSMLayer"),
        (
            lambda config: config["config"]["layers"][2]["config"].update(
                activation={"class_name": "__lambda__", "config": {"value": "x"}}
            ),
            "__lambda__",
        ),
        (lambda config: config["config"]["layers"][2]["config"].update(filters=10**9), "units"),
        (lambda config: config["config"]["layers"][2].update(class_name="Conv9D"), "model.keras"),
        (lambda config: config["config"]["layers"].pop(), "model.keras"),
        (lambda config: config.clear(), "model.keras"),
    ],
)
def test_networks_that_are_something_else(packed, tmp_path, change, message):
    path = rewrite(packed, tmp_path / "bad.zip", {"model.keras": network(packed, change)})
    refused(path, tmp_path / "w", message)


def saved(model, tmp_path):
    model.save(tmp_path / "other.keras")
    return (tmp_path / "other.keras").read_bytes()


def test_real_lambda_layer_other_shape_and_broken_weights(packed, tmp_path):
    import keras

    taken = keras.Input((18, 3))
    flat = keras.layers.Flatten()(taken)
    logits = keras.layers.Dense(3)(flat)
    run_code = keras.layers.Lambda(lambda x: keras.ops.zeros_like(x))(logits)
    path, workspace = tmp_path / "bad.zip", tmp_path / "w"
    rewrite(packed, path, {"model.keras": saved(keras.Model(taken, run_code), tmp_path)})
    refused(path, workspace, "Lambda")
    more = keras.Model(taken, keras.layers.Dense(4)(flat))
    rewrite(packed, path, {"model.keras": saved(more, tmp_path)})
    refused(path, workspace, r"model\.keras.*4")
    other = keras.Model(taken, logits)
    rewrite(packed, path, {"model.keras": saved(other, tmp_path)})
    refused(path, workspace, "3,315 weights")
    with zipfile.ZipFile(io.BytesIO(contents(packed)["model.keras"])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for weights in (b"nothing", files["model.weights.h5"][:5000]):
        broken = zipped({**files, "model.weights.h5": weights})
        rewrite(packed, path, {"model.keras": broken})
        refused(path, workspace, r"model\.keras")


def test_forests_that_are_something_else(packed_forest, forest_run, tmp_path):
    import pickle
    import warnings

    import skops.io
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.preprocessing import StandardScaler

    path, workspace = tmp_path / "bad.zip", tmp_path / "w"

    def forest(n_features=54, classes=3):
        labels = np.arange(30) % classes
        series = np.random.default_rng(0).normal(0, 1, (30, n_features))
        return RandomForestClassifier(3, random_state=0).fit(series, labels)

    rewrite(packed_forest, path, {"model.skops": pickle.dumps(forest())})
    refused(path, workspace, "no zip")
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(StandardScaler())})
    refused(path, workspace, "'StandardScaler'")
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(forest(n_features=7))})
    refused(path, workspace, "broken tree")
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(forest(classes=5))})
    refused(path, workspace, r"model\.skops")
    wild = forest()
    wild.estimators_[0].tree_.feature[0] = 1_000_000
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(wild)})
    refused(path, workspace, "broken tree")
    looping = forest()
    looping.estimators_[0].tree_.children_left[0] = 0
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(looping)})
    refused(path, workspace, "broken tree")
    with warnings.catch_warnings():
        rewrite(packed_forest, path, {"model.skops": skops.io.dumps(forest())})
        assert import_run(path, workspace).run.folder.is_dir()


def test_workspace_that_cannot_be_written(packed, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StorageError, match="--workspace"):
        import_run(packed, blocked / "workspace")
    assert blocked.read_text() == "in the way"


def test_refusal_leaves_other_runs_alone(packed, tmp_path):
    first = import_run(packed, tmp_path / "w").run
    bad = rewrite(packed, tmp_path / "bad.zip", {"model.keras": b"nothing"})
    with pytest.raises(RunError):
        import_run(bad, tmp_path / "w")
    assert [path.name for path in (tmp_path / "w" / "runs").iterdir()] == [first.folder.name]
