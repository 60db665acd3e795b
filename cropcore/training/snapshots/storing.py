"""Snapshots on disk: written in one move each, read without trust."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from pydantic import ValidationError

from cropcore.errors import CropcoreError, RunError, StorageError
from cropcore.training.files import DAMAGE, first_line, replace_file, unreadable
from cropcore.training.snapshots.record import (
    FOLDER,
    PROBE,
    ProbeRecord,
    epoch_of,
    is_snapshot,
    may_be_missing,
    snapshot_name,
)

LARGEST = 2 * 10**6
"""Bytes of one snapshot, at most."""
MOST_SNAPSHOTS = 64
_LARGEST_RECORD = 4 * 2**20
_OLD = re.compile(rb'\s*{\s*"format"\s*:\s*1\b')
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADERS = 300
"""Bytes that an array takes in its file beside its values, at most."""


@dataclass(frozen=True)
class Stored:
    """The snapshots of one network."""

    folder: Path
    record: ProbeRecord
    epochs: tuple[int, ...]
    """Ascending; 0 is before the first."""

    def read(self, epoch: int, names: Iterable[str]) -> dict[str, np.ndarray]:
        """Some arrays of one snapshot, float32.

        Args:
            epoch: One of :attr:`epochs`.
            names: As in :meth:`ProbeRecord.arrays`.

        Raises:
            RunError: The file is missing or damaged.
        """
        return _read(self.folder / snapshot_name(epoch), self.record, names)

    def series(self, name: str) -> np.ndarray:
        """One array at all epochs, float32 (epoch, …).

        Raises:
            RunError: A file is missing or damaged.
        """
        return np.stack([self.read(epoch, [name])[name] for epoch in self.epochs])


def find_snapshots(folder: Path) -> Stored | None:
    """The snapshots of a run's network, as far as they have come.

    Args:
        folder: Of the run.

    Returns:
        ``None`` where none were taken.

    Raises:
        RunError: What was written down of them cannot be read.
    """
    place = folder / FOLDER
    path = place / PROBE
    if not path.is_file():
        return None
    record = read_probe(path)
    found = sorted(
        epoch for epoch in (epoch_of(one.name) for one in place.iterdir()) if epoch is not None
    )
    if len(found) > MOST_SNAPSHOTS:
        raise unreadable(place, f"{len(found)} snapshots")
    return Stored(place, record, tuple(found)) if found else None


def read_probe(path: Path) -> ProbeRecord:
    """The content of ``probe.json``.

    Raises:
        RunError: It is missing, damaged, or tells of snapshots that nobody takes.
    """
    try:
        if path.stat().st_size > _LARGEST_RECORD:
            raise unreadable(path, f"a file of {path.stat().st_size >> 20} MiB")
        text = path.read_bytes()
        if _OLD.match(text):
            raise RunError(
                path,
                expected="snapshots of this version of Cropcore (format 2)",
                got="format 1",
                advice="train the run again to look inside it",
            )
        record = ProbeRecord.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise unreadable(path, f"{ascii(place)[:80]}: {first['msg']}") from None
    except OSError as error:
        raise unreadable(path, first_line(error)) from error
    if record.bytes > LARGEST:
        raise unreadable(path, f"snapshots of {record.bytes >> 20} MiB each")
    return record


def write_probe(folder: Path, record: ProbeRecord) -> None:
    """Begin a folder of snapshots.

    Raises:
        StorageError: The disk refused.
    """
    place = folder / FOLDER
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError(
            place,
            expected="a place where a folder can be made",
            got=error.strerror or str(error),
            advice="free some space or choose another place",
        ) from error
    text = record.model_dump_json()
    replace_file(place / PROBE, lambda path: path.write_text(text, encoding="utf-8"))


def write_snapshot(
    folder: Path, record: ProbeRecord, epoch: int, arrays: Mapping[str, np.ndarray]
) -> None:
    """Store what was seen after an epoch.

    Raises:
        StorageError: The disk refused.
    """
    typed: dict[str, Any] = {}
    for name, (kind, shape) in record.arrays().items():
        typed[name] = np.ascontiguousarray(arrays[name], dtype=kind)
        if typed[name].shape != shape:
            raise TypeError(f"{name}: {typed[name].shape} instead of {shape}")
    path = folder / FOLDER / snapshot_name(epoch)
    replace_file(path, lambda temporary: np.savez_compressed(temporary, **typed))


def prune_snapshots(stored: Stored, keep: Iterable[int]) -> None:
    """Delete the snapshots of all other epochs."""
    for epoch in set(stored.epochs) - set(keep):
        (stored.folder / snapshot_name(epoch)).unlink(missing_ok=True)


def clear_snapshots(folder: Path) -> None:
    """Delete all snapshots of a run's network."""
    place = folder / FOLDER
    for path in list(place.iterdir()) if place.is_dir() else ():
        if is_snapshot(path.name):
            path.unlink(missing_ok=True)


def vet_snapshots(folder: Path, codes: Iterable[int]) -> None:
    """Read all snapshots of a run from elsewhere.

    Args:
        folder: Of the run.
        codes: Of its legend.

    Raises:
        RunError: One of them is damaged or of another run.
    """
    place = folder / FOLDER
    if not place.is_dir():
        return
    stored = find_snapshots(folder)
    if stored is None:
        raise unreadable(place, "snapshots without their list, or a list without snapshots")
    if not set(stored.record.codes) <= set(codes):
        raise unreadable(place / PROBE, "classes that the legend does not have")
    for epoch in stored.epochs:
        stored.read(epoch, stored.record.arrays())


def _read(path: Path, record: ProbeRecord, names: Iterable[str]) -> dict[str, np.ndarray]:
    expected = record.arrays()
    found = {}
    try:
        if path.stat().st_size > record.bytes + _HEADERS * (len(expected) + 1) * 2:
            raise unreadable(path, f"a file of {path.stat().st_size:,} bytes")
        with zipfile.ZipFile(path) as archive:
            listed = {info.filename: info for info in archive.infolist()}
            odd = set(listed) ^ {f"{name}.npy" for name in expected}
            if odd or any(info.compress_type not in _PACKED for info in listed.values()):
                raise unreadable(path, "other arrays than were to be kept")
            for name in names:
                found[name] = _array(archive, path, name, *expected[name])
    except CropcoreError:
        raise
    except DAMAGE as error:
        raise unreadable(path, first_line(error)) from error
    return found


def _array(
    archive: zipfile.ZipFile, path: Path, name: str, kind: str, shape: tuple[int, ...]
) -> np.ndarray:
    """One array, if it is what it should be; its header is believed before its size is.

    Raises:
        RunError: It is not.
    """
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
    with archive.open(f"{name}.npy") as file:
        if npy.read_magic(file) != (1, 0):
            raise unreadable(path, f"{name} in another format")
        said, by_column, dtype = npy.read_array_header_1_0(file)
        if said != shape or by_column or dtype != np.dtype(kind):
            raise unreadable(path, f"{name} of shape {said} and kind {dtype}")
        values = np.frombuffer(file.read(size + 1), dtype=kind)
    if values.size * values.itemsize != size:
        raise unreadable(path, f"{name} of another length")
    values = values.reshape(shape).astype(np.float32)
    if not (may_be_missing(name) or np.isfinite(values).all()):
        raise unreadable(path, f"{name} with values that are no numbers")
    return values


__all__ = [
    "LARGEST",
    "Stored",
    "clear_snapshots",
    "find_snapshots",
    "prune_snapshots",
    "read_probe",
    "vet_snapshots",
    "write_probe",
    "write_snapshot",
]
