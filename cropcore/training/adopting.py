"""Runs that arrive as an upload or lie in another folder: checked like any import, traceless.

Names given by strangers are only shown, never used as a path.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

from cropcore.errors import CropcoreError, MissingFileError, RunError, SettingError, StorageError
from cropcore.training.exchange import Imported, export_run, import_run
from cropcore.training.exchange.archives import (
    RUN_LIMITS,
    RUNS,
    Limits,
    is_plain,
    refusal,
    shown,
)
from cropcore.training.exchange.vetting import Loading
from cropcore.training.run import Run

_CHOOSE = "choose the folder of a finished run"


def take_upload(
    content: IO[bytes],
    name: str,
    folder: Path,
    *,
    loading: Loading = nullcontext,
    limits: Limits = RUN_LIMITS,
) -> Imported:
    """Take a run that was uploaded into the workspace, if nothing speaks against it.

    Args:
        content: A zip made by ``cropcore export``.
        name: What its file was called elsewhere.
        folder: The workspace.
        loading: Entered around whatever imports TensorFlow.
        limits: How large it may be.

    Raises:
        RunError: The zip or the run in it is refused; the sentence says why.
        StorageError: The disk refused.
    """
    with _told_as_given() as temporary:
        path = temporary / (name if is_plain(name) else "upload.zip")
        try:
            RUNS.write_upload(content, path, path, limits.archive)
        except OSError as error:
            raise _no_room(error) from error
        return import_run(path, folder, loading=loading, limits=limits)


def adopt_run(
    path: Path, folder: Path, *, loading: Loading = nullcontext, limits: Limits = RUN_LIMITS
) -> Imported:
    """Take a copy of a run folder from elsewhere into the workspace, if nothing speaks against it.

    Args:
        path: Absolute path of the folder.
        folder: The workspace.
        loading: Entered around whatever imports TensorFlow.
        limits: How large it may be.

    Raises:
        SettingError: The path is none, or leads into the workspace.
        MissingFileError: There is no such folder.
        RunError: It is no finished run, holds links, or is refused; the sentence says why.
        StorageError: The disk refused.
    """
    _check_place(path, folder)
    _check_files(path, limits)
    with _told_as_given() as temporary:
        packed = temporary / (f"{path.name}.zip" if is_plain(path.name) else "run.zip")
        export_run(Run(path), packed, folds=True, limits=limits)
        return import_run(packed, folder, loading=loading, limits=limits)


def _check_place(path: Path, folder: Path) -> None:
    where = ascii(str(path)[:200])
    if not path.is_absolute() or ".." in path.parts or not str(path).isprintable():
        raise SettingError(
            where,
            expected="the whole path of a run folder, beginning with /",
            got="another path",
            advice="write it out",
        )
    if path.is_symlink() or not path.is_dir():
        got = "a link" if path.is_symlink() else "no folder of that name"
        raise MissingFileError(where, expected="a run folder", got=got, advice="check the path")
    if path.resolve().is_relative_to(folder.resolve()):
        raise SettingError(
            where,
            expected="a folder outside of this workspace",
            got="one inside of it",
            advice="choose it in the list of runs",
        )
    if not (path / "run.json").is_file():
        raise RunError(where, expected="a run folder with its run.json", got="none", advice=_CHOOSE)


def _check_files(path: Path, limits: Limits) -> None:
    """Refuse whatever is no plain file, and too much of it, before a byte is read."""
    count = total = 0
    for parent, folders, files in os.walk(path):
        for name in (*folders, *files):
            told = (Path(parent) / name).lstat()
            if not (stat.S_ISREG(told.st_mode) or stat.S_ISDIR(told.st_mode)):
                inside = shown(str((Path(parent) / name).relative_to(path)))
                raise refusal(f"{path}, {inside}", "plain files", "a link or special file", _CHOOSE)
            count, total = count + 1, total + told.st_size
            if count > limits.entries or total > limits.unpacked:
                most = f"at most {limits.entries:,} files of {limits.unpacked / 1e6:,.0f} MB in all"
                raise refusal(path, most, "more", _CHOOSE)


@contextmanager
def _told_as_given() -> Iterator[Path]:
    """A folder that is gone afterwards, and that no message names."""
    try:
        temporary = tempfile.mkdtemp(prefix="cropcore-")
    except OSError as error:
        raise _no_room(error) from error
    try:
        yield Path(temporary)
    except CropcoreError as error:
        where = error.where.replace(f"{temporary}{os.sep}", "")
        raise type(error)(
            where, expected=error.expected, got=error.got, advice=error.advice
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _no_room(error: OSError) -> StorageError:
    return StorageError(
        tempfile.gettempdir(),
        expected="room for the run while it is checked",
        got=error.strerror or str(error),
        advice="free some space",
    )


__all__ = ["adopt_run", "take_upload"]
