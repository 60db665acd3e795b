"""Runs from uploads and from other folders: checked like any import, and traceless if refused."""

import io
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from cropcore.errors import CropcoreError, RunError, SettingError, StorageError
from cropcore.training.adopting import adopt_run, take_upload
from cropcore.training.exchange import export_run
from cropcore.training.exchange.archives import Limits
from cropcore.training.launching import write_state
from cropcore.training.run import Run
from tests.zips import rewrite


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch) -> Path:
    """Where temporary files go; empty after every test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture(scope="module")
def packed(table_run, tmp_path_factory) -> Path:
    return export_run(table_run, tmp_path_factory.mktemp("zips") / "run.zip").path


@pytest.fixture
def copied(table_run, tmp_path) -> Path:
    """A run folder outside of any workspace."""
    return Path(shutil.copytree(table_run.folder, tmp_path / "elsewhere" / "my run"))


def refused(call, workspace, message, kind=CropcoreError):
    with pytest.raises(kind, match=message) as caught:
        call()
    assert str(caught.value).isprintable()
    assert tempfile.gettempdir() not in str(caught.value)
    assert not workspace.exists()


def test_upload_arrives_and_answers(packed, tmp_path):
    found = take_upload(io.BytesIO(packed.read_bytes()), "x.zip", tmp_path / "w")
    assert found.run.folder.parent == tmp_path / "w" / "runs"
    assert found.run.finished.name == found.run.folder.name == found.given_name
    again = take_upload(io.BytesIO(packed.read_bytes()), "x.zip", tmp_path / "w")
    assert again.renamed


@pytest.mark.parametrize("name", ["../../evil.zip", "/etc/passwd", "a\0b", "", "x" * 300, "é\n"])
def test_name_of_an_upload_is_never_a_path(packed, tmp_path, name):
    found = take_upload(io.BytesIO(packed.read_bytes()), name, tmp_path / "w")
    assert found.run.folder.parent == tmp_path / "w" / "runs"
    assert {path.name for path in tmp_path.iterdir()} == {"w", "temporary"}


def test_refused_upload_leaves_nothing(packed, tmp_path):
    evil = rewrite(packed, tmp_path / "evil.zip", extra=[("../evil.txt", b"boo")])

    def load(content):
        return lambda: take_upload(io.BytesIO(content), "given.zip", tmp_path / "w")

    refused(load(evil.read_bytes()), tmp_path / "w", r"^given\.zip, entry .*leads out", RunError)
    refused(load(b"hello"), tmp_path / "w", r"^given\.zip: .*no zip", RunError)
    assert not (tmp_path / "evil.txt").exists()


def test_upload_beyond_the_limit_is_cut_short(tmp_path):
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"0" * size

    limits = Limits(archive=3_000_000)
    refused(
        lambda: take_upload(Endless(), "big.zip", tmp_path / "w", limits=limits),
        tmp_path / "w",
        "at most 3.0 MB",
        RunError,
    )


def test_upload_onto_a_full_disk_is_told(packed, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **others: "/dev/full/none")
    with pytest.raises(StorageError, match="free some space"):
        take_upload(io.BytesIO(packed.read_bytes()), "x.zip", tmp_path / "w")


def test_folder_is_copied_and_stays(copied, tmp_path):
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    found = adopt_run(copied, tmp_path / "w")
    assert found.run.folder.parent == tmp_path / "w" / "runs"
    assert found.run.finished.data == Run(copied).finished.data
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before


def test_paths_that_are_no_run_folder_are_refused(copied, tmp_path, monkeypatch):
    monkeypatch.chdir(copied.parent)
    (tmp_path / "link").symlink_to(copied)
    (tmp_path / "empty").mkdir()
    for path, message in (
        (Path("my run"), "whole path"),
        (Path(), "whole path"),
        (copied / ".." / copied.name, "whole path"),
        (Path("~/run"), "whole path"),
        (Path("/bell\x07"), "whole path"),
        (tmp_path / "none", "no folder of that name"),
        (copied / "run.json", "no folder of that name"),
        (Path("/dev/null"), "no folder of that name"),
        (tmp_path / "link", "a link"),
        (tmp_path / "empty", r"run\.json"),
        (Path("/proc"), r"run\.json"),
    ):
        refused(lambda path=path: adopt_run(path, tmp_path / "w"), tmp_path / "w", message)


def test_run_of_the_workspace_itself_is_not_taken_again(table_run, tmp_path):
    folder = tmp_path / "w" / "runs" / "mine"
    shutil.copytree(table_run.folder, folder)
    with pytest.raises(SettingError, match="list of runs"):
        adopt_run(folder, tmp_path / "w")


@pytest.mark.parametrize("name", ["split.csv", "history.csv", "maps", "notes.txt"])
def test_links_in_a_folder_are_refused_unread(copied, tmp_path, name):
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody's business", encoding="utf-8")
    (copied / name).unlink(missing_ok=True)
    (copied / name).symlink_to(secret)
    refused(lambda: adopt_run(copied, tmp_path / "w"), tmp_path / "w", "link or special", RunError)


def test_special_files_are_refused_unread(copied, tmp_path):
    (copied / "split.csv").unlink()
    os.mkfifo(copied / "split.csv")
    refused(lambda: adopt_run(copied, tmp_path / "w"), tmp_path / "w", "link or special", RunError)


def test_too_much_is_refused_before_it_is_read(copied, tmp_path):
    for limits in (Limits(entries=3), Limits(unpacked=10_000)):
        refused(
            lambda limits=limits: adopt_run(copied, tmp_path / "w", limits=limits),
            tmp_path / "w",
            "at most",
            RunError,
        )


def test_damaged_unfinished_and_running_folders_are_refused(copied, tmp_path):
    write_state(Run(copied), "running")
    refused(lambda: adopt_run(copied, tmp_path / "w"), tmp_path / "w", "still runs", RunError)
    write_state(Run(copied), "done")
    (copied / "model.keras").write_bytes(b"no model")
    refused(lambda: adopt_run(copied, tmp_path / "w"), tmp_path / "w", "my run", RunError)
    (copied / "run.json").write_text("{]", encoding="utf-8")
    refused(lambda: adopt_run(copied, tmp_path / "w"), tmp_path / "w", "undamaged", RunError)
