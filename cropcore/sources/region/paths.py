"""Files of a region, found by patterns with a date in them, and never outside its folder."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cropcore.errors import MissingFileError, RegionError

DATE = "{date}"
"""Stands for the acquisition date in a pattern."""
RASTER_SUFFIXES = (".tif", ".tiff")
_DAY = (
    r"(?<!\d)(?P<date>(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])))(?!\d)"
)


@dataclass(frozen=True)
class DatedFile:
    """A raster whose name tells when it was taken."""

    day: date
    path: Path


def relative_path(text: str) -> str:
    """A path that stays inside the region's folder.

    Raises:
        ValueError: It is absolute, climbs up with ``..``, or is a URL or a GDAL virtual path.
    """
    parts = text.split("/")
    if (
        not text.strip()
        or not text.isprintable()
        or text.startswith(("/", "~"))
        or "\\" in text
        or "://" in text
        or re.match(r"[A-Za-z]:", text)
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise ValueError("a path inside the region's folder, with / between folders and no ..")
    return text


def dated_pattern(text: str) -> str:
    """A relative path of GeoTIFFs with ``{date}`` once and ``*`` anywhere.

    Raises:
        ValueError: It leaves the folder, has no ``{date}``, or names another format.
    """
    relative_path(text)
    if text.count(DATE) != 1:
        raise ValueError("a pattern with {date} once, such as s2/S2_{date}.tif")
    if not text.lower().endswith((*RASTER_SUFFIXES, "*")):
        raise ValueError("a pattern of GeoTIFFs that ends with .tif")
    return text


def find_dated(root: Path, pattern: str) -> list[DatedFile]:
    """The GeoTIFFs that match a pattern, by date and then by name.

    Args:
        root: The folder that the pattern is relative to.
        pattern: As accepted by :func:`dated_pattern`.

    Raises:
        RegionError: A file lies outside the folder by way of a link, or its date does not exist.
    """
    parts = pattern.split("/")
    found: list[tuple[Path, str]] = [(root, "")]
    for depth, part in enumerate(parts):
        name = re.compile(_expression(part))
        last = depth == len(parts) - 1
        found = [
            (entry, match["date"] if DATE in part else day)
            for folder, day in found
            for entry in entries_of(folder)
            if (match := name.fullmatch(unicodedata.normalize("NFC", entry.name)))
            and (entry.suffix.lower() in RASTER_SUFFIXES if last else entry.is_dir())
        ]
    files = [DatedFile(_date(text, path), inside(root, path)) for path, text in found]
    return sorted(files, key=lambda file: (file.day, file.path.as_posix()))


def has_date(name: str) -> bool:
    """Whether a file name holds a date."""
    return re.search(_DAY, name) is not None


def find_file(root: Path, relative: str) -> Path:
    """One named file of the region.

    Raises:
        MissingFileError: There is no such file.
        RegionError: It lies outside the folder by way of a link.
    """
    path = root / relative
    if not path.is_file():
        raise MissingFileError(
            path,
            expected="a file",
            got="nothing of that name",
            advice="correct the name in region.toml or add the file",
        )
    return inside(root, path)


def nothing_found(root: Path, pattern: str) -> MissingFileError:
    """The error for a pattern that no file matches."""
    return MissingFileError(
        root / pattern,
        expected="GeoTIFFs of that pattern, {date} being 2021-04-05 or 20210405",
        got="none",
        advice="correct the pattern in region.toml or add the files",
    )


def inside(root: Path, path: Path) -> Path:
    """The same path, once it is sure that no link leads out of the folder.

    Raises:
        RegionError: It leads out.
    """
    if not path.resolve().is_relative_to(root.resolve()):
        raise RegionError(
            path,
            expected="files that lie inside the region's folder",
            got=f"a link to {path.resolve()}",
            advice="copy the file into the folder",
        )
    return path


def entries_of(folder: Path) -> Iterator[Path]:
    """What stands in a folder, hidden files left out, by name.

    Raises:
        RegionError: The folder cannot be listed.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise RegionError(
            folder,
            expected="a folder that can be listed",
            got=error.strerror or "an error of the file system",
            advice="check that it exists and that you may read it",
        ) from error
    yield from (entry for entry in entries if not entry.name.startswith("."))


def _expression(part: str) -> str:
    """A regular expression that takes no longer the more stars there are, as in :mod:`fnmatch`.

    What stands between two stars is looked for once, from the left, and never tried further on.
    """
    first, *others = (_literal(piece) for piece in re.split(r"\*+", part))
    if not others:
        return first
    return first + "".join(f"(?>.*?{piece})" for piece in others[:-1]) + ".*?" + others[-1]


def _literal(piece: str) -> str:
    """The date may stand in it."""
    return _DAY.join(map(re.escape, unicodedata.normalize("NFC", piece).split(DATE)))


def _date(text: str, path: Path) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RegionError(
            path,
            expected="a date of the calendar in the file name",
            got=text,
            advice="rename the file",
        ) from None


__all__ = [
    "DATE",
    "RASTER_SUFFIXES",
    "DatedFile",
    "dated_pattern",
    "entries_of",
    "find_dated",
    "find_file",
    "has_date",
    "inside",
    "nothing_found",
    "relative_path",
]
