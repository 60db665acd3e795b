"""Runs as folders: named, renamed, deleted, and nothing outside of ``runs/`` is ever touched."""

import json
import shutil
from pathlib import Path

import pytest

from cropcore.errors import CropcoreError, RunError, SettingError, StorageError
from cropcore.training.keeping import (
    automatic_name,
    bytes_of,
    can_go_on,
    delete_run,
    is_active,
    place_for,
    rename_run,
)
from cropcore.training.launching import write_state
from cropcore.training.record import make_request
from cropcore.training.run import FINAL, Run, create_run
from cropcore.workspace import sample_data


@pytest.fixture
def workspace(tmp_path) -> Path:
    """A workspace with a run that is over, one that is queued, and files beside them."""
    folder = tmp_path / "workspace"
    request = make_request("/data/valley", "cnn1d")
    for name in ("old", "other"):
        write_state(create_run(folder / "runs" / name, request), "done")
    create_run(folder / "runs" / "queued", request)
    (folder / "runs" / "notes").mkdir()
    (folder / "runs" / "notes" / "diary.txt").write_text("dear diary", encoding="utf-8")
    (folder / "regions" / "valley").mkdir(parents=True)
    (folder / "regions" / "valley" / "run.json").write_text("{}", encoding="utf-8")
    return folder


def listing(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


WRONG = [
    "", ".", "..", "../old", "a/b", "/old", "C:old", "a\\b", ".hidden", " led", "trailing ",
    "dot.", "new\nline", "null\0", "bell\x07", "a*b", "what?", 'quo"te', "<b>", "pipe|",
    "x" * 201, "冬" * 81,
]  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_names_that_no_folder_can_have_are_refused(workspace, name):
    before = listing(workspace)
    with pytest.raises(SettingError, match="printable signs") as caught:
        place_for(name, workspace)
    assert str(caught.value).isprintable()
    with pytest.raises(SettingError):
        rename_run("old", name, workspace)
    assert listing(workspace) == before


@pytest.mark.parametrize("name", ["other", "OTHER", "notes"])
def test_names_that_are_taken_are_refused(workspace, name):
    with pytest.raises(SettingError, match="no other run has"):
        place_for(name, workspace)
    with pytest.raises(SettingError, match="no other run has"):
        rename_run("old", name, workspace)
    assert Run(workspace / "runs" / "old").record.name == "old"


def test_sample_runs_keep_their_names_to_themselves(workspace):
    sample = next(path.name for path in sorted((sample_data() / "runs").iterdir()))
    with pytest.raises(SettingError, match="no other run has"):
        rename_run("old", sample, workspace)


def test_new_place_lies_among_the_runs(workspace):
    assert place_for("冬小麦 2024 (b)", workspace) == workspace / "runs" / "冬小麦 2024 (b)"


@pytest.mark.parametrize(
    "region", ["valley", "a:b?", "..hidden ", "x" * 250, "麦" * 90, "new\nline"]
)
def test_automatic_name_can_be_had(workspace, region):
    name = automatic_name(Path("/data") / region, "cnn1d", workspace)
    assert "cnn1d-20" in name
    assert place_for(name, workspace).parent == workspace / "runs"


def test_rename_moves_the_folder_and_the_name_in_its_record(workspace):
    old = (workspace / "runs" / "old" / "state.json").read_bytes()
    run = rename_run("old", "new", workspace)
    assert run.folder == workspace / "runs" / "new"
    assert run.record.name == "new"
    assert (run.folder / "state.json").read_bytes() == old
    assert not (workspace / "runs" / "old").exists()
    assert rename_run("new", "New", workspace).folder.name == "New"
    assert rename_run("New", "New", workspace).folder.is_dir()


def test_delete_takes_the_run_and_nothing_else(workspace):
    before = listing(workspace)
    inside = {name for name in before if name == "runs/old" or name.startswith("runs/old/")}
    delete_run("old", workspace)
    assert listing(workspace) == before - inside


def test_damaged_run_can_be_deleted_but_not_renamed(workspace):
    folder = workspace / "runs" / "old"
    for name in ("run.json", "state.json"):
        (folder / name).write_text("{]", encoding="utf-8")
    with pytest.raises(RunError, match="undamaged"):
        rename_run("old", "new", workspace)
    delete_run("old", workspace)
    assert not folder.exists()


@pytest.mark.parametrize(
    "name",
    ["none", "notes", "..", ".", "", "/", "../regions/valley", "../runs/old", "old/", "./old"],
)
def test_what_is_no_run_of_the_workspace_stays(workspace, name):
    before = listing(workspace)
    for change in (lambda: delete_run(name, workspace), lambda: rename_run(name, "n", workspace)):
        with pytest.raises(RunError):
            change()
    with pytest.raises(RunError):
        delete_run(str(workspace / "runs" / "old"), workspace)
    assert listing(workspace) == before


def test_sample_run_stays(workspace):
    sample = next(path for path in sorted((sample_data() / "runs").iterdir()))
    for name in (sample.name, str(sample)):
        with pytest.raises(RunError, match="comes with cropcore"):
            delete_run(name, workspace)
    assert (sample / "run.json").is_file()


def test_links_are_neither_followed_nor_taken(workspace, tmp_path):
    outside = tmp_path / "outside"
    write_state(create_run(outside, make_request("/data/valley", "cnn1d")), "done")
    (workspace / "runs" / "link").symlink_to(outside)
    for change in (delete_run, lambda name, folder: rename_run(name, "n", folder)):
        with pytest.raises(RunError, match="lies elsewhere"):
            change("link", workspace)
    (workspace / "runs" / "notes" / "run.json").symlink_to(outside / "run.json")
    with pytest.raises(RunError, match=r"run\.json"):
        delete_run("notes", workspace)
    (workspace / "runs" / "old" / "maps").symlink_to(outside)
    (workspace / "runs" / "old" / "copy.json").symlink_to(outside / "run.json")
    delete_run("old", workspace)
    assert not (workspace / "runs" / "old").exists()
    assert (outside / "run.json").is_file()


def test_training_in_progress_is_left_alone(workspace):
    running = Run(workspace / "runs" / "other")
    write_state(running, "running")  # by this very process
    for name in ("queued", "other"):
        assert is_active(Run(workspace / "runs" / name))
        with pytest.raises(RunError, match="cancel it first"):
            delete_run(name, workspace)
        with pytest.raises(RunError, match="cancel it first"):
            rename_run(name, "n", workspace)
    assert not is_active(Run(workspace / "runs" / "old"))


def test_disk_that_refuses_is_told_and_the_run_stays(workspace, monkeypatch):
    def refuse(self, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        delete_run("old", workspace)
    with pytest.raises(StorageError, match="Permission denied"):
        rename_run("old", "new", workspace)
    assert (workspace / "runs" / "old" / "run.json").is_file()


def test_half_deleted_run_is_out_of_sight(workspace, monkeypatch):
    def refuse(path):
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(StorageError, match="delete the rest by hand"):
        delete_run("old", workspace)
    names = [path.name for path in (workspace / "runs").iterdir()]
    assert "old" not in names
    assert [name for name in names if name.startswith(".deleted-")]


def test_workspace_without_runs(tmp_path):
    with pytest.raises(CropcoreError):
        delete_run("any", tmp_path / "nothing")
    assert place_for("first", tmp_path / "nothing").name == "first"


def test_size_is_that_of_all_files(workspace):
    run = Run(workspace / "runs" / "old")
    before = bytes_of(run)
    (run.folder / "maps" / "x").mkdir(parents=True)
    (run.folder / "maps" / "x" / "map.tif").write_bytes(b"0" * 1000)
    assert bytes_of(run) == before + 1000


def test_only_a_training_that_stopped_early_goes_on(table_run, tmp_path):
    run = Run(Path(shutil.copytree(table_run.folder, tmp_path / "run")))
    for state in ("done", "cancelled", "failed", "lost", "queued", "running", "damaged"):
        assert not can_go_on(run, state), "it has all it asked for"
    content = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    content["models"][FINAL]["complete"] = False
    run.write_json("run.json", content)
    assert not can_go_on(run, "cancelled"), "nothing to go on from"
    (run.folder / "checkpoint.json").write_text("{}", encoding="utf-8")
    assert can_go_on(run, "cancelled")
    assert not can_go_on(run, "done")
    content["models"] = {}
    run.write_json("run.json", content)
    assert can_go_on(run, "lost")
    run.write_text("run.json", "{]")
    assert not can_go_on(run, "lost")
