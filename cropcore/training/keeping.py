"""The runs of a workspace as folders: a name for a new one, another name for an old one, an end.

Runs are named, never given by a path: a name is looked up among the folders of ``runs/``, so
nothing outside of it is ever moved or deleted. What comes with cropcore stays as it is.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from cropcore.errors import CropcoreError, RunError, SettingError, StorageError
from cropcore.training.checkpoints import PROGRESS
from cropcore.training.ensembles.seeds import tell_members
from cropcore.training.exchange.archives import is_plain, shown
from cropcore.training.launching import status
from cropcore.training.run import FINAL, Run
from cropcore.workspace import new_run_folder, sample_data

_ODD = frozenset('/\\:*?"<>|')
_LONGEST_REGION = 60
_LONGEST_BYTES = 240
"""Of a folder's name; few disks take more than 255."""


def place_for(name: str, folder: Path) -> Path:
    """Where a new run goes.

    Args:
        name: What people want to call it.
        folder: The workspace.

    Raises:
        SettingError: No folder can have that name, or another run has it.
    """
    return _free(name, folder, but=None)


def automatic_name(region: Path, architecture: str, folder: Path) -> str:
    """A name that is free, after what a run learns from and when."""
    name = "".join("_" if sign in _ODD or not sign.isprintable() else sign for sign in region.name)
    learnt = Path(name[:_LONGEST_REGION].strip(" .") or "run")
    return new_run_folder(folder, learnt, architecture).name


def rename_run(name: str, wanted: str, folder: Path) -> Run:
    """Give a run another name, in its record too.

    Args:
        name: What it is called now.
        wanted: What it shall be called.
        folder: The workspace.

    Raises:
        RunError: It is no run of this workspace, is damaged, or is being trained.
        SettingError: No folder can have that name, or another run has it.
        StorageError: The disk refused.
    """
    path = _own(name, folder)
    if wanted == name:
        return Run(path)
    record = Run(path).record
    target = _free(wanted, folder, but=name)
    _move(path, target)
    run = Run(target)
    run.write_record(record.model_copy(update={"name": wanted}))
    tell_members(run, name)
    return run


def delete_run(name: str, folder: Path) -> None:
    """Delete a run with all it holds; it is out of sight in one move, then taken away.

    Args:
        name: What it is called.
        folder: The workspace.

    Raises:
        RunError: It is no run of this workspace, or is being trained.
        StorageError: The disk refused.
    """
    path = _own(name, folder)
    hidden = path.with_name(f".deleted-{secrets.token_hex(8)}")
    _move(path, hidden)
    try:
        shutil.rmtree(hidden)  # unlinks links, never follows them
    except OSError as error:
        raise _refused(hidden, error, "delete the rest by hand") from error


def bytes_of(run: Run) -> int:
    """What a run takes on the disk."""
    total = 0
    for parent, _, files in os.walk(run.folder):
        for name in files:
            with suppress(OSError):  # a file that is just being replaced
                total += (Path(parent) / name).lstat().st_size
    return total


def can_go_on(run: Run, state: str) -> bool:
    """Whether a training that is over was stopped before its time and can be taken up again.

    A run that came from elsewhere has a model but nothing to go on from.
    """
    if state not in ("lost", "failed", "cancelled"):
        return False
    with suppress(CropcoreError):
        record = run.record
        return (
            FINAL not in record.models
            or not (run.folder / "metrics.json").is_file()
            or (not record.models[FINAL].complete and (run.folder / PROGRESS).is_file())
        )
    return False


def is_active(run: Run) -> bool:
    """Whether a process trains this run, or is about to."""
    try:
        return status(run).state in ("queued", "running")
    except (CropcoreError, ValueError, TypeError, OSError):  # damaged: nobody can train it
        return False


def _free(name: str, folder: Path, but: str | None) -> Path:
    """The place of a name that no other run has, here or among the samples.

    Raises:
        SettingError: There is none.
    """
    if not is_plain(name) or len(name.encode()) > _LONGEST_BYTES:
        raise SettingError(
            "name of the run",
            expected='up to 200 printable signs, none of / \\ : * ? " < > |, no dot or space at '
            "either end",
            got=shown(name),
            advice="choose another name",
        )
    taken = {*_names(folder / "runs"), *_names(sample_data() / "runs")} - {but}
    if name.casefold() in {item.casefold() for item in taken if item}:
        raise SettingError(
            "name of the run",
            expected="one that no other run has",
            got=shown(name),
            advice="choose another name",
        )
    return (folder / "runs").resolve() / name


def _own(name: str, folder: Path) -> Path:
    """The folder of a run that may be changed.

    Raises:
        RunError: There is none.
    """
    runs = (folder / "runs").resolve()
    path = runs / name if name in _names(runs) and is_plain(name) else None
    if path is None or path.is_symlink() or not path.is_dir():
        raise RunError(
            f"run {shown(name)}",
            expected=f"a folder in {runs}",
            got="a run that comes with cropcore or lies elsewhere",
            advice="change only runs of this workspace",
        )
    record = path / "run.json"
    if record.is_symlink() or not record.is_file():
        raise RunError(
            f"run {shown(name)}",
            expected="a run folder with its run.json",
            got="a folder without it",
            advice="look into it and delete it by hand",
        )
    if is_active(Run(path)):
        raise RunError(
            f"run {shown(name)}",
            expected="a training that is over",
            got="one that is queued or running",
            advice="cancel it first",
        )
    return path


def _names(runs: Path) -> list[str]:
    try:
        with os.scandir(runs) as entries:
            return [entry.name for entry in entries]
    except OSError:
        return []


def _move(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except OSError as error:
        raise _refused(path, error, "close whatever uses it and try again") from error


def _refused(path: Path, error: OSError, advice: str) -> StorageError:
    return StorageError(
        path,
        expected="a folder that can be moved and deleted",
        got=error.strerror or str(error),
        advice=advice,
    )


__all__ = [
    "automatic_name",
    "bytes_of",
    "can_go_on",
    "delete_run",
    "is_active",
    "place_for",
    "rename_run",
]
