"""Room for more series than memory should hold: a nameless file, which ends with the process."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from typing import IO

import numpy as np

from cropcore.errors import StorageError

IN_MEMORY = 2**29
"""Bytes of samples that are kept in memory; more lie on disk. Training on samples in memory takes
up to four times as much, as libraries make copies of their own."""
_SPARE = 2**28
"""Bytes of the disk that stay free."""
_AT_ONCE = 2**25
"""Bytes that are brought to memory at once, about."""
_ROWS = 2048
"""Samples that are brought to memory at once are a multiple of this, the chunk of predictions."""


def room(shape: tuple[int, ...], limit: int) -> np.ndarray:
    """An empty float32 array, on disk where it takes more bytes than ``limit``.

    Raises:
        StorageError: There is no room for it.
    """
    size = int(np.prod(shape)) * 4
    if size <= limit:
        return np.empty(shape, np.float32)
    try:
        _check_free(size)
        with tempfile.TemporaryFile() as file:  # the array keeps it
            file.truncate(size)
            return np.memmap(file, dtype=np.float32, mode="r+", shape=shape)
    except OSError as error:
        raise _no_room(size, error) from error


class Gathering:
    """Series that come batch by batch and become one array, on disk where they are many."""

    def __init__(self) -> None:
        self.parts: list[np.ndarray] = []
        self.count = 0
        self.size = 0
        self.each: tuple[int, ...] = ()
        self.file: IO[bytes] | None = None

    def add(self, part: np.ndarray) -> None:
        """Keep a batch, float32 (sample, …).

        Raises:
            StorageError: There is no room for it.
        """
        self.parts.append(part)
        self.each = part.shape[1:]
        self.count += len(part)
        self.size += part.nbytes
        if self.size <= IN_MEMORY:
            return
        try:
            if self.file is None:
                self.file = tempfile.TemporaryFile()  # noqa: SIM115  (the array keeps it)
            while self.parts:
                _check_free(self.parts[0].nbytes)
                self.file.write(np.ascontiguousarray(self.parts.pop(0), np.float32).data)
        except OSError as error:
            raise _no_room(self.size, error) from error

    def whole(self) -> np.ndarray:
        """All batches in their order; there is one at least, and none is kept here any longer.

        Raises:
            StorageError: There is no room for them.
        """
        if self.file is None:
            found = np.empty((self.count, *self.each), np.float32)
            at = 0
            while self.parts:  # each is let go before the next is copied
                part = self.parts.pop(0)
                found[at : at + len(part)] = part
                at += len(part)
            return found
        try:
            with self.file as file:
                file.flush()
                shape = (self.count, *self.each)
                return np.memmap(file, dtype=np.float32, mode="r+", shape=shape)
        except OSError as error:
            raise _no_room(self.size, error) from error


def on_disk(series: np.ndarray) -> bool:
    """Whether an array was too large for memory."""
    return isinstance(series, np.memmap)


def most_in_memory(series: np.ndarray) -> int:
    """Samples of such series, (sample, …), that are kept in memory at most."""
    return max(IN_MEMORY // _row_bytes(series), 1)


def take(series: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """The series at ``indices`` (positions or a mask), in memory or on disk as they need it.

    Raises:
        StorageError: There is no room for them.
    """
    at = np.flatnonzero(indices) if indices.dtype == bool else indices
    if not on_disk(series) or len(at) <= most_in_memory(series):
        return series[at]
    found = room((len(at), *series.shape[1:]), IN_MEMORY)
    begin = 0
    for part in in_parts(series, at):
        found[begin : begin + len(part)] = part
        begin += len(part)
    return found


def in_parts(series: np.ndarray, indices: np.ndarray) -> Iterator[np.ndarray]:
    """The series at some positions, in their order, as many at once as memory easily holds."""
    step = max(_AT_ONCE // (_row_bytes(series) * _ROWS), 1) * _ROWS
    for begin in range(0, len(indices), step):
        yield series[indices[begin : begin + step]]


def _row_bytes(series: np.ndarray) -> int:
    return max(int(np.prod(series.shape[1:])) * series.itemsize, 1)


def _check_free(size: int) -> None:
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < size + _SPARE:
        raise OSError(errno.ENOSPC, f"{free / 1e9:.1f} GB")


def _no_room(size: int, error: OSError) -> StorageError:
    return StorageError(
        tempfile.gettempdir(),
        expected=f"room for {size / 1e9:.1f} GB of prepared imagery",
        got=error.strerror or str(error),
        advice="free some space, or name another place in the variable TMPDIR",
    )


__all__ = ["IN_MEMORY", "Gathering", "in_parts", "most_in_memory", "on_disk", "room", "take"]
