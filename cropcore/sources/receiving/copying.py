"""Bringing the files of a region into an empty folder, from a zip or from another folder."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

from cropcore.archives import Limits, shown
from cropcore.errors import CropcoreError, StorageError
from cropcore.sources.receiving.rules import FOLDERS, UPLOADS, choose, is_clutter

_PART = 2**20
_ROOM = 1.02
"""Free space needed for each byte that is copied."""
Progress = Callable[[int, int], None]
"""Bytes done and bytes in all."""


def write_upload(content: IO[bytes], target: Path, where: str, most: int) -> None:
    """Write down what was uploaded.

    Raises:
        RegionError: It is too large.
        StorageError: The disk refused.
    """
    try:
        UPLOADS.write_upload(content, target, where, most)
    except OSError as error:
        raise no_room(target.parent, error) from error


def unpack_zip(
    packed: Path, target: Path, where: str, limits: Limits, progress: Progress
) -> list[str]:
    """Unpack the files of a region.

    Args:
        packed: The zip.
        target: An empty folder.
        where: What to call the zip in messages.
        limits: How large it may be.
        progress: Told of bytes.

    Returns:
        Paths of files that were left out.

    Raises:
        RegionError: The zip is refused.
        StorageError: The disk refused.
    """
    with UPLOADS.opened(packed, limits, where) as archive:
        entries = [
            info
            for info in archive.infolist()
            if not info.filename.endswith("/") and not is_clutter(info.filename)
        ]
        UPLOADS.check_names(entries, where)
        taken, left = choose([info.filename for info in entries], where, UPLOADS)
        wanted = set(taken)
        chosen = [info for info in entries if info.filename in wanted]
        if not chosen:
            raise UPLOADS.refusal(where, UPLOADS.expected, "none of its files in it")
        top = len(_shared_top(taken))
        total, done = sum(info.file_size for info in chosen), 0
        for info in chosen:
            progress(done, total)
            UPLOADS.unpack(archive, info, target / info.filename[top:], where)
            done += info.file_size
    return left


def copy_folder(source: Path, target: Path, limits: Limits, progress: Progress) -> list[str]:
    """Copy the files of a region.

    Args:
        source: Its folder.
        target: An empty folder.
        limits: How large it may be.
        progress: Told of bytes.

    Returns:
        Paths of files that were left out.

    Raises:
        RegionError: It holds links or special files, or is too large.
        StorageError: The disk refused.
    """
    sizes = _files_of(source, limits)
    taken, left = choose(sizes, source, FOLDERS)
    if not taken:
        raise FOLDERS.refusal(source, FOLDERS.expected, "none of its files in it")
    total, done = sum(sizes[name] for name in taken), 0
    try:
        free = shutil.disk_usage(target).free
        if total * _ROOM > free:
            got = f"{free / 1e6:,.0f} MB free for {total / 1e6:,.0f} MB"
            raise no_room(target, OSError(got))
        for name in taken:
            progress(done, total)
            copy_file(source / name, target / name)
            done += sizes[name]
    except OSError as error:
        if isinstance(error, CropcoreError):
            raise
        raise no_room(target, error) from error
    return left


def copy_file(source: Path, target: Path) -> None:
    """Copy a plain file; a link that took its place meanwhile is not followed.

    Raises:
        OSError: The disk refused.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with open(number, "rb") as file, target.open("xb") as copy:  # noqa: PTH123 (a descriptor)
        shutil.copyfileobj(file, copy, _PART)


def no_room(place: Path, error: OSError) -> StorageError:
    """The error for a disk that refuses."""
    return StorageError(
        place,
        expected="room and permission for the region",
        got=error.strerror or str(error),
        advice="free some space or choose another --workspace",
    )


def _files_of(source: Path, limits: Limits) -> dict[str, int]:
    """Bytes of each file by its path inside a folder; links and special files are refused."""
    sizes: dict[str, int] = {}
    total = 0
    for parent, folders, files in os.walk(source):
        folders.sort()
        for name in (*folders, *sorted(files)):
            path = Path(parent) / name
            inside = path.relative_to(source).as_posix()
            if is_clutter(inside):
                continue
            told = path.lstat()
            if not (stat.S_ISREG(told.st_mode) or stat.S_ISDIR(told.st_mode)):
                where = f"{source}, {shown(inside)}"
                raise FOLDERS.refusal(where, "plain files", "a link or special file")
            if stat.S_ISREG(told.st_mode):
                sizes[inside] = told.st_size
                total += told.st_size
            if len(sizes) > limits.entries or total > limits.unpacked:
                most = f"at most {limits.entries:,} files of {limits.unpacked / 1e6:,.0f} MB in all"
                raise FOLDERS.refusal(source, most, "more")
    return sizes


def _shared_top(names: list[str]) -> str:
    """The one folder, with its ``/``, that all files lie in; empty where there is none."""
    tops = {PurePosixPath(name).parts[0] for name in names if "/" in name}
    alone = len(tops) == 1 and all("/" in name for name in names)
    top = f"{tops.pop()}/" if alone else ""
    rest = [name[len(top) :] for name in names]
    described = any("/" in name or name.lower().endswith((".toml", ".csv", ".parquet"))
                    for name in rest)  # fmt: skip
    return top if described else ""


__all__ = ["Progress", "copy_file", "copy_folder", "no_room", "unpack_zip", "write_upload"]
