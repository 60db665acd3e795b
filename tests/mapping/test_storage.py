import errno
import os
from pathlib import Path

import pytest

from cropcore.errors import CropcoreError, StorageError, TableError
from cropcore.mapping import require_space, storing, writing_folder


def _tree(folder: Path) -> dict[str, bytes | None]:
    return {
        str(item.relative_to(folder)): item.read_bytes() if item.is_file() else None
        for item in folder.rglob("*")
    }


def _store(target: Path, *names: str, error: BaseException | None = None) -> None:
    with writing_folder(target) as folder:
        for name in names:
            (folder / name).write_text("new")
        if error is not None:
            raise error


def test_a_new_folder_appears_whole_with_its_parents(tmp_path):
    target = tmp_path / "a" / "b" / "maps"
    with writing_folder(target) as folder:
        (folder / "one.txt").write_text("1")
        assert not target.exists()
        assert folder.parent == target.parent
    assert _tree(tmp_path / "a") == {"b": None, "b/maps": None, "b/maps/one.txt": b"1"}


def test_a_new_folder_has_ordinary_permissions(tmp_path):
    (tmp_path / "plain").mkdir()
    with writing_folder(tmp_path / "maps"):
        pass
    assert (tmp_path / "maps").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), OSError(5, "read")])
@pytest.mark.parametrize("existed", [True, False])
def test_a_failed_block_leaves_nothing_and_its_error_passes(tmp_path, error, existed):
    target = tmp_path / "a" / "maps"
    if existed:
        target.mkdir(parents=True)
        (target / "one.txt").write_text("old")
    before = _tree(tmp_path)
    with pytest.raises(type(error)) as caught:
        _store(target, "one.txt", error=error)
    assert caught.value is error
    assert _tree(tmp_path) == before


def test_new_files_replace_old_ones_and_what_described_those(tmp_path):
    for name in (
        "class_map.tif", "class_map.tif.aux.xml", "class_map.tif.ovr", "class_map.qml",
        "confidence.tif", "confidence.tif.aux.xml", "notes.txt", "other.qml", "class_map.pdf",
    ):  # fmt: skip
        (tmp_path / name).write_text("old")
    _store(tmp_path, "class_map.tif", "class_map.qml", "confidence.tif")
    assert _tree(tmp_path) == {
        "class_map.tif": b"new",
        "class_map.qml": b"new",
        "confidence.tif": b"new",
        "notes.txt": b"old",
        "other.qml": b"old",
        "class_map.pdf": b"old",
    }


def test_a_move_that_fails_midway_brings_the_old_files_back(tmp_path, monkeypatch):
    target = tmp_path / "maps"
    target.mkdir()
    for name in ("a.tif", "a.qml", "b.tif"):
        (target / name).write_text("old")
    before = _tree(tmp_path)
    rename = Path.rename

    def refuse_b(self: Path, goal: Path) -> Path:
        if self.name == "b.tif" and goal.parent == target and self.read_text() == "new":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return rename(self, goal)

    monkeypatch.setattr(Path, "rename", refuse_b)
    with pytest.raises(StorageError, match="full disk"):
        _store(target, "a.tif", "b.tif")
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_the_way_is_told_before_the_work(tmp_path, below):
    (tmp_path / "maps").write_text("a file")
    with pytest.raises(StorageError, match="choose another folder"):  # noqa: SIM117
        with writing_folder(tmp_path / "maps" / below):
            pytest.fail("the work began")
    assert (tmp_path / "maps").read_text() == "a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told_before_the_work(tmp_path):
    tmp_path.chmod(0o500)
    for target in (tmp_path, tmp_path / "maps"):
        with pytest.raises(StorageError, match="no permission"):  # noqa: SIM117
            with writing_folder(target):
                pytest.fail("the work began")


@pytest.mark.parametrize(
    ("number", "told", "advice"),
    [
        (errno.ENOSPC, "a full disk (", "free some space"),
        (errno.EDQUOT, "an exhausted disk quota (", "free some space"),
        (errno.EFBIG, "a limit on the size of a file;", "ulimit -f"),
        (errno.EROFS, "a read-only disk;", "choose a folder that you may write to"),
        (errno.EACCES, "no permission to write;", "choose a folder that you may write to"),
        (errno.EIO, "Input/output error;", "choose a folder"),
    ],
)
def test_refusals_are_one_sentence(tmp_path, number, told, advice):
    with pytest.raises(StorageError) as caught, storing(tmp_path / "maps"):
        raise OSError(number, os.strerror(number), "/some/temporary/file")
    text = str(caught.value)
    assert told in text
    assert advice in text
    assert text.startswith(str(tmp_path / "maps"))
    assert "temporary" not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    "error", [TableError("t", expected="a", got="b", advice="c"), ZeroDivisionError()]
)
def test_other_errors_pass_a_storing_block(tmp_path, error):
    with pytest.raises((CropcoreError, ZeroDivisionError)) as caught, storing(tmp_path):
        raise error
    assert caught.value is error


def test_a_small_disk_is_told_before_the_work(tmp_path):
    require_space(tmp_path, 1, tmp_path, largest=10**6)
    with pytest.raises(StorageError, match=r"1,000,000,000,000\.0 MB of free space.*free some"):
        require_space(tmp_path, 10**18, tmp_path)
    assert not list(tmp_path.iterdir())
