"""A region or samples table on its way in: in a hidden folder until it is kept or let go."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import psutil

from cropcore.archives import Limits
from cropcore.errors import CropcoreError, MissingFileError, RegionError, SettingError
from cropcore.sources import check_source
from cropcore.sources.base import SourceOptions
from cropcore.sources.receiving.copying import (
    Progress,
    copy_file,
    copy_folder,
    no_room,
    unpack_zip,
    write_upload,
)
from cropcore.sources.receiving.names import check_region_name, suggested_name
from cropcore.sources.receiving.rules import (
    FOLDER_LIMITS,
    TABLES,
    UPLOAD_LIMITS,
    UPLOADS,
    left_out,
)
from cropcore.sources.receiving.vetting import vet_files
from cropcore.sources.region.region_toml import FILE_NAME
from cropcore.sources.report import RegionReport

_PREFIX = ".arriving-"
_STALE = 86_400.0
"""Seconds after which what nobody kept is taken away."""


@dataclass(frozen=True, eq=False)
class Arrival:
    """A copy of somebody's data, looked over; gone with this object unless it is kept."""

    stage: Path
    """The hidden folder that holds it."""
    source: Path
    """The region's folder or the table in it."""
    name: str
    """What it may be called here."""
    report: RegionReport
    seconds: float
    """How long the check took."""

    def __post_init__(self) -> None:
        weakref.finalize(self, shutil.rmtree, self.stage, ignore_errors=True)

    @property
    def is_table(self) -> bool:
        """Whether it is one file of samples."""
        return self.source.suffix.lower() in TABLES and self.report.width is None

    def keep(self, name: str, folder: Path) -> Path:
        """Move it to the regions of a workspace, in one step.

        Args:
            name: What to call it.
            folder: The workspace.

        Returns:
            Where it lies now.

        Raises:
            SettingError: No region can have that name, or another one has it.
            RegionError: The check found errors, or it was let go before.
            StorageError: The disk refused.
        """
        check_region_name(name, folder)
        if not self.report.ok or not self.source.exists():
            raise RegionError(
                name,
                expected="data without errors",
                got="errors" if self.report.errors else "data that were let go",
                advice="repair them and choose them again",
            )
        suffix = self.source.suffix.lower() if self.is_table else ""
        target = folder / "regions" / f"{name}{suffix}"
        try:
            self.source.rename(target)
        except OSError as error:
            raise no_room(target, error) from error
        self.discard()
        return target

    def discard(self) -> None:
        """Let it go; nothing of it stays on the disk."""
        shutil.rmtree(self.stage, ignore_errors=True)


def _silent(done: int, total: int) -> None:
    """Whoever does not watch."""


def receive_upload(
    content: IO[bytes],
    name: str,
    folder: Path,
    *,
    progress: Progress = _silent,
    limits: Limits = UPLOAD_LIMITS,
) -> Arrival:
    """Take in a zip of a region folder, or a samples table, and look it over.

    Args:
        content: What was uploaded.
        name: What its file was called elsewhere; only shown, never used as a path.
        folder: The workspace.
        progress: Told of bytes while they are unpacked.
        limits: How large it may be.

    Raises:
        RegionError: It is refused unread; the sentence says why.
        StorageError: The disk refused.
    """
    suggested, suffix = suggested_name(name), Path(name).suffix.lower()
    where = ascii(name[:120])[1:-1]
    with _staged(folder) as stage:
        if suffix in TABLES:
            source = stage / f"{suggested}{suffix}"
            write_upload(content, source, where, limits.file)
            return _looked_over(stage, source, suggested, [])
        if suffix != ".zip":
            got = f"a file ending in {suffix}" if suffix else "a file without an ending"
            raise UPLOADS.refusal(where, UPLOADS.expected, got)
        packed = stage / ".upload"  # no name that is suggested begins so
        write_upload(content, packed, where, limits.archive)
        source = stage / suggested
        source.mkdir()
        left = unpack_zip(packed, source, where, limits, progress)
        packed.unlink()
        return _looked_over(stage, source, suggested, left)


def receive_path(
    path: Path, folder: Path, *, progress: Progress = _silent, limits: Limits = FOLDER_LIMITS
) -> Arrival:
    """Copy a region folder or samples table of this machine, and look the copy over.

    Args:
        path: Absolute path of the folder, its ``region.toml``, or the table.
        folder: The workspace.
        progress: Told of bytes while they are copied.
        limits: How large it may be.

    Raises:
        SettingError: The path is none, or leads into the workspace.
        MissingFileError: Nothing lies there.
        RegionError: It is refused unread; the sentence says why.
        StorageError: The disk refused.
    """
    _check_place(path, folder)
    path = path.parent if path.name == FILE_NAME else path
    suggested = suggested_name(path.name)
    with _staged(folder) as stage:
        if path.is_dir():
            source = stage / suggested
            source.mkdir()
            left = copy_folder(path, source, limits, progress)
            return _looked_over(stage, source, suggested, left)
        source = stage / f"{suggested}{path.suffix.lower()}"
        try:
            copy_file(path, source)
        except OSError as error:
            raise no_room(stage, error) from error
        return _looked_over(stage, source, suggested, [])


def _check_place(path: Path, folder: Path) -> None:
    where = ascii(str(path)[:200])[1:-1] or "the path"
    if not path.is_absolute() or ".." in path.parts or not str(path).isprintable():
        raise SettingError(
            where,
            expected="the whole path of a folder or table, beginning with /",
            got="another path",
            advice="write it out",
        )
    if path.is_symlink() or not path.exists():
        got = "a link" if path.is_symlink() else "nothing of that name"
        raise MissingFileError(
            where, expected="a region folder or table", got=got, advice="check the path"
        )
    if path.resolve().is_relative_to((folder / "regions").resolve()):
        raise SettingError(
            where,
            expected="data outside of this workspace",
            got="data inside of it",
            advice="choose them among the regions",
        )
    if path.is_file() and path.name != FILE_NAME and path.suffix.lower() not in TABLES:
        raise SettingError(
            where,
            expected=f"a region folder, its {FILE_NAME} or a table ({', '.join(TABLES)})",
            got="another file",
            advice="choose the folder that it lies in",
        )


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A hidden folder beside the regions, gone again where something is refused."""
    regions = folder / "regions"
    try:
        regions.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        stage = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=regions))
    except OSError as error:
        raise no_room(regions, error) from error
    try:
        yield stage
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        if isinstance(error, CropcoreError):
            raise type(error)(
                _as_given(error.where, stage),
                expected=error.expected,
                got=_as_given(error.got, stage),
                advice=error.advice,
            ) from error
        raise


def sweep(folder: Path, *, own: bool = False) -> None:
    """Take away what nobody kept.

    Args:
        folder: The workspace.
        own: Whether this process is about to end, so that what it took in goes too; else only
            what processes that are gone left behind, or nobody touched for a day.
    """
    for path in (folder / "regions").glob(f"{_PREFIX}*"):
        owner = path.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            alive = owner.isdecimal() and psutil.pid_exists(int(owner))
            mine = own and owner == str(os.getpid())
            if mine or not alive or time.time() - path.stat().st_mtime > _STALE:
                shutil.rmtree(path, ignore_errors=True)


def _looked_over(stage: Path, source: Path, name: str, left: list[str]) -> Arrival:
    source = _table_in(source) or source
    began = time.perf_counter()
    vetted = tuple(str(error) for error in vet_files(stage))
    report = RegionReport(source, title=name, errors=vetted)
    if not vetted:
        report = check_source(source, SourceOptions())
    seconds = time.perf_counter() - began
    notes = tuple(filter(None, [left_out(left)]))
    report = replace(
        report,
        errors=tuple(_as_given(text, stage) for text in report.errors),
        warnings=tuple(_as_given(text, stage) for text in (*report.warnings, *notes)),
    )
    found = Arrival(stage, source, name, report, seconds)
    if not report.ok:
        found.discard()
    return found


def _table_in(source: Path) -> Path | None:
    """The table, where a folder holds nothing else."""
    files = [path for path in source.rglob("*") if path.is_file()] if source.is_dir() else []
    return files[0] if len(files) == 1 and files[0].suffix.lower() in TABLES else None


def _as_given(text: str, stage: Path) -> str:
    """Without the hidden folder."""
    return text.replace(f"{stage.resolve()}/", "").replace(f"{stage}/", "")


__all__ = ["Arrival", "receive_path", "receive_upload", "sweep"]
