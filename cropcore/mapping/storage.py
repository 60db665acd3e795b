"""Results reach the disk whole or not at all: temporary folders, free space, refusals in words."""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError

from cropcore.errors import CropcoreError, StorageError

_BESIDE_RASTER = (
    ".tif", ".tif.aux.xml", ".aux.xml", ".tif.ovr", ".ovr", ".tif.msk", ".msk", ".tfw", ".tifw",
    ".tif.vat.dbf", ".qml", ".qmd", ".sld", ".clr",
)  # fmt: skip
"""Endings of files that describe the raster of the same stem and would lie about a new one."""
_REASONS = {
    errno.ENOSPC: "a full disk",
    errno.EDQUOT: "an exhausted disk quota",
    errno.EFBIG: "a limit on the size of a file",
    errno.EROFS: "a read-only disk",
    errno.EACCES: "no permission to write",
    errno.EPERM: "no permission to write",
}
_SPACE = (0, errno.ENOSPC, errno.EDQUOT)
"""Refusals in which free space matters; 0 stands for no known reason."""
_ELSEWHERE = "choose a folder that you may write to"
_ADVICE = {
    errno.EFBIG: "raise the limit (ulimit -f) or choose a folder on another disk",
    errno.EEXIST: "choose another folder",
    errno.ENOTDIR: "choose another folder",
}
_NEARLY_FULL = 10_000_000
"""Free bytes below which a write that failed for no given reason was one too many."""
_MAKE_ROOM = "free some space or choose a folder on another disk"


@contextmanager
def storing(target: Path) -> Iterator[None]:
    """A disk that refuses is told in one sentence.

    Wrap only what writes: an error of reading would be told as one of writing.

    Args:
        target: What is being stored, as people know it.

    Raises:
        StorageError: The disk is full, read-only, limited, or refused otherwise.
    """
    try:
        yield
    except CropcoreError:
        raise
    except (OSError, RasterioError, CPLE_BaseError) as error:
        raise _refusal(target, error) from error


@contextmanager
def writing_folder(target: Path) -> Iterator[Path]:
    """A folder of results that appears when all of them are there.

    Gives a temporary folder on the disk of ``target``. When the block ends well, ``target`` becomes
    that folder; where it exists, the new files replace those of the same names, descriptions
    (statistics, styles, overviews) of replaced rasters go, and all else in it stays. When the block
    fails or is interrupted, nothing is left of it and ``target`` is as before.

    Errors of the block itself pass unchanged; see :func:`storing`.

    Raises:
        StorageError: The disk refused the folder or the move into place.
    """
    with ExitStack() as undo:
        with storing(target):
            existed = target.is_dir()
            if existed and not os.access(target, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            if not existed and target.exists():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            for folder in reversed([item for item in target.parents if not item.exists()]):
                undo.callback(_remove_empty, folder)
                folder.mkdir(exist_ok=True)
            # Inside an existing folder: its parent may be another disk, or not be writable.
            partial = _partial_folder(target if existed else target.parent, target.name)
            undo.callback(shutil.rmtree, partial, ignore_errors=True)
            partial.mkdir()
        yield partial
        with storing(target):
            for file in sorted(partial.rglob("*")):
                _to_disk(file)
            if target.exists():
                _move_in(partial, target)
                shutil.rmtree(partial, ignore_errors=True)
            else:
                partial.rename(target)
        undo.pop_all()


def require_space(folder: Path, needed: int, target: Path, *, largest: int = 0) -> None:
    """A disk too small for a result is told before the work, not after.

    Args:
        folder: An existing folder on that disk.
        needed: Estimated size of all files, bytes.
        target: What is to be stored, as people know it.
        largest: Size that a single file will surely reach, bytes; disks and users have limits.

    Raises:
        StorageError: Less than ``needed`` is free, or no file may grow to ``largest``.
    """
    with storing(target):
        free = shutil.disk_usage(folder).free
        if free >= needed:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.truncate(largest)  # takes no space, but meets the limits
            return
    raise StorageError(
        target,
        expected=f"about {megabytes(needed)} of free space",
        got=f"a disk with {megabytes(free)} free",
        advice=_MAKE_ROOM,
    )


def megabytes(size: int) -> str:
    """A number of bytes for people: ``3.2 MB``."""
    return f"{size / 1e6:,.1f} MB"


def _partial_folder(parent: Path, name: str) -> Path:
    return parent / f".{name}.partial-{secrets.token_hex(4)}"


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _to_disk(file: Path) -> None:
    """Have the system report now what it would find out when it empties its cache."""
    if file.is_file():
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())


def _move_in(partial: Path, target: Path) -> None:
    """Swap new files for old ones; on failure the old ones come back."""
    new = sorted(item.name for item in partial.iterdir())
    aside = partial / f"replaced-{secrets.token_hex(4)}"
    aside.mkdir()
    with ExitStack() as undo:
        for name in (*new, *_stale(new)):
            if (target / name).exists():
                undo.callback(_move_if_there, aside / name, target / name)
                (target / name).rename(aside / name)
        for name in new:
            undo.callback(_move_if_there, target / name, partial / name)
            (partial / name).rename(target / name)
        undo.pop_all()


def _move_if_there(source: Path, target: Path) -> None:
    if source.exists():
        source.rename(target)


def _stale(new: list[str]) -> list[str]:
    stems = [name.removesuffix(".tif") for name in new if name.endswith(".tif")]
    return sorted({stem + ending for stem in stems for ending in _BESIDE_RASTER} - set(new))


def _refusal(target: Path, error: Exception) -> StorageError:
    number = (error.errno or 0) if isinstance(error, OSError) else 0
    folder = next((item for item in (target, *target.parents) if item.is_dir()), None)
    try:
        free = None if folder is None else shutil.disk_usage(folder).free
    except OSError:
        free = None
    if not number and free is not None and free < _NEARLY_FULL:
        number = errno.ENOSPC  # GDAL keeps the system's reason to itself
    if number in (errno.EEXIST, errno.ENOTDIR):
        reason = "a file of that name, or in place of a folder above it"
    else:
        told = os.strerror(number) if number else "a write that did not complete"
        reason = _REASONS.get(number, told)
    if free is not None and number in _SPACE:
        reason += f" ({megabytes(free)} free)"
    return StorageError(
        target,
        expected="a folder that takes the results",
        got=reason,
        advice=_ADVICE.get(number, _MAKE_ROOM if number in _SPACE else _ELSEWHERE),
    )


__all__ = ["megabytes", "require_space", "storing", "writing_folder"]
