"""Zip files from strangers: looked over before a byte is unpacked, unpacked without trust."""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cropcore.errors import CropcoreError, InputError, MissingFileError, StorageError

_END, _END_BYTES, _LONGEST_COMMENT = b"PK\x05\x06", 22, 2**16
_LOCATOR_64, _LOCATOR_BYTES = b"PK\x06\x07", 20
_ENTRY_BYTES = 512
"""What an entry may take in the list of contents."""
_SMALL = 2**20
"""Below this size a file may shrink as far as it likes."""
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,  # a place before the file's beginning
    ValueError,  # a name in no known encoding
)
"""What reading a broken zip raises."""
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_PART = 200


@dataclass(frozen=True)
class Limits:
    """How large a zip may be."""

    archive: int = 2_000_000_000
    """Bytes of the zip itself."""
    unpacked: int = 4_000_000_000
    """Bytes of all its files together, unpacked."""
    file: int = 2_000_000_000
    """Bytes of one file, unpacked."""
    entries: int = 2_000
    ratio: int = 200
    """How many bytes may come out of one, for files above a mebibyte."""


@dataclass(frozen=True)
class Doorkeeper:
    """Lets in zips of one kind, and says in one sentence why it refuses another."""

    error: type[InputError]
    """What a refusal is."""
    advice: str
    """What to do about it, usually."""
    expected: str
    """What a zip should be."""
    inside: str
    """The folder that its files are unpacked to, in words."""

    def refusal(self, where: object, expected: str, got: str, advice: str = "") -> InputError:
        """The sentence that refuses a zip from elsewhere, fit for a terminal."""
        expected, got = (
            "".join(sign if sign.isprintable() else " " for sign in text).strip(" .")
            for text in (expected, got)
        )
        return self.error(where, expected=expected, got=got, advice=advice or self.advice)

    def write_upload(self, content: IO[bytes], target: Path, where: object, most: int) -> None:
        """Write down what is uploaded, no further than it may be large.

        Raises:
            InputError: It is larger.
            OSError: The disk refused.
        """
        with target.open("xb") as file:
            while part := content.read(_SMALL):
                if file.tell() + len(part) > most:
                    raise self.refusal(where, f"at most {_mb(most)}", "a larger file")
                file.write(part)

    @contextmanager
    def opened(
        self, path: Path, limits: Limits, where: object, what: str = ""
    ) -> Iterator[zipfile.ZipFile]:
        """A zip whose list of contents is within the limits, open for reading.

        Args:
            path: The file.
            limits: How large it may be.
            where: What to call it in messages.
            what: What it should be, if another thing than usual.

        Raises:
            MissingFileError: There is no such file.
            InputError: It is no zip, is damaged or exceeds a limit.
        """
        what = what or self.expected
        if not path.is_file():
            raise MissingFileError(
                where,
                expected=what,
                got="no file of that name",
                advice="check the path",
            )
        self._check_list(path, limits, where, what)
        with self.damage_told(where):
            archive = zipfile.ZipFile(path)
        with archive:
            self._check_sizes(archive.infolist(), limits, where)
            yield archive

    @contextmanager
    def damage_told(self, where: object) -> Iterator[None]:
        """A zip that cannot be read through is told in one sentence."""
        try:
            yield
        except CropcoreError:
            raise
        except DAMAGED as error:
            reason = str(error).strip() or type(error).__name__
            got = f"one that is not ({reason[:120]})"
            raise self.refusal(where, "an undamaged zip", got) from error

    def check_names(self, entries: Sequence[zipfile.ZipInfo], where: object) -> None:
        """Refuse entries that are no plain files inside the folder they are unpacked to.

        Raises:
            InputError: A path leads out, an entry is a link, a folder, encrypted or there twice.
        """
        seen: set[str] = set()
        for info in entries:
            name = info.orig_filename
            place = f"{where}, entry {shown(name)}"
            inside = f"paths that stay inside {self.inside}"
            if name != info.filename or "\\" in name or _DRIVE.match(name):
                got = "a path of another system or with odd characters"
                raise self.refusal(place, inside, got)
            if name.startswith("/"):
                raise self.refusal(place, inside, "an absolute path")
            if name.endswith("/"):
                raise self.refusal(place, "files only", "an entry for a folder")
            parts = name.split("/")
            if ".." in parts:
                raise self.refusal(place, inside, "one that leads out of it")
            if not all(is_plain(part) for part in parts):
                raise self.refusal(place, "plain names", "one with an empty or odd part")
            mode = stat.S_IFMT(info.external_attr >> 16)
            if mode not in (0, stat.S_IFREG):
                what = "a symbolic link" if mode == stat.S_IFLNK else "something special"
                raise self.refusal(place, "plain files", what)
            if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
                got = "an encrypted or rarely packed one"
                raise self.refusal(place, "files stored or deflated", got)
            if name.casefold() in seen:
                raise self.refusal(place, "every file once", "one that is there twice")
            seen.add(name.casefold())

    def unpack(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, where: object
    ) -> str:
        """Write one entry to a new file.

        Returns:
            The SHA-256 of what was written, in hexadecimal.

        Raises:
            InputError: The entry is damaged.
            StorageError: The disk refused.
        """
        digest = hashlib.sha256()
        with self.damage_told(where):
            source = archive.open(info)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with source, target.open("xb") as file:
                while part := self._next_part(source, where):
                    digest.update(part)
                    file.write(part)
        except OSError as error:
            raise StorageError(
                target.parent,
                expected="room and permission to unpack",
                got=error.strerror or str(error),
                advice="free some space or choose another --workspace",
            ) from error
        return digest.hexdigest()

    def _next_part(self, source: IO[bytes], where: object) -> bytes:
        with self.damage_told(where):
            return source.read(_SMALL)

    def _check_list(self, path: Path, limits: Limits, where: object, what: str) -> None:
        """Refuse by the zip's last bytes alone, before its list of contents is read to memory."""
        size = path.stat().st_size
        if size > limits.archive:
            raise self.refusal(where, f"a zip of at most {_mb(limits.archive)}", _mb(size))
        with path.open("rb") as file:
            file.seek(max(size - _END_BYTES - _LONGEST_COMMENT - _LOCATOR_BYTES, 0))
            tail = file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < _END_BYTES:
            raise self.refusal(where, what, "a file that is no zip")
        if tail[max(at - _LOCATOR_BYTES, 0) : at].startswith(_LOCATOR_64):
            raise self.refusal(where, "an ordinary zip", "one in the format of huge ones (zip64)")
        listed = int.from_bytes(tail[at + 12 : at + 16], "little")
        entries = int.from_bytes(tail[at + 10 : at + 12], "little")
        if entries > limits.entries or listed > limits.entries * _ENTRY_BYTES:
            most = f"at most {limits.entries:,} files in it"
            raise self.refusal(where, most, f"{entries:,} or more")

    def _check_sizes(
        self, entries: Iterable[zipfile.ZipInfo], limits: Limits, where: object
    ) -> None:
        total = 0
        for count, info in enumerate(entries, start=1):
            place = f"{where}, entry {shown(info.orig_filename)}"
            total += info.file_size
            if info.file_size > limits.file:
                most = f"a file of at most {_mb(limits.file)} unpacked"
                raise self.refusal(place, most, _mb(info.file_size))
            if info.file_size > max(_SMALL, limits.ratio * info.compress_size):
                got = f"{_mb(info.file_size)} out of {info.compress_size:,} bytes"
                raise self.refusal(place, f"a file packed at most {limits.ratio}-fold", got)
            if total > limits.unpacked:
                got = f"more ({count:,} files in)"
                raise self.refusal(where, f"at most {_mb(limits.unpacked)} unpacked", got)
            if count > limits.entries:
                raise self.refusal(where, f"at most {limits.entries:,} files in it", "more")


def is_plain(name: str) -> bool:
    """Whether a name can be one file's or folder's on every system, and nothing more."""
    return (
        0 < len(name) <= _LONGEST_PART
        and name.isprintable()
        and not set(name) & set('/\\:*?"<>|')
        and not name.startswith((".", " "))
        and not name.endswith((".", " "))
    )


def shown(name: str) -> str:
    """A stranger's name, fit for a terminal."""
    return ascii(name if len(name) <= 80 else f"{name[:77]}...")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


__all__ = ["DAMAGED", "Doorkeeper", "Limits", "is_plain", "shown"]
