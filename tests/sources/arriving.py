"""Regions as people pack them, and as they should not."""

import io
import stat
import zipfile
from pathlib import Path

LINK = (stat.S_IFLNK | 0o777) << 16


def packed(folder: Path, top: str = "", extra=()) -> bytes:
    """A zip of a folder, and of further entries (name or ``ZipInfo``, content)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{top}{path.relative_to(folder).as_posix()}")
        for name, content in extra:
            archive.writestr(name, content)
    return target.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    """An entry that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = LINK
    return info


def left_in(folder: Path) -> list[str]:
    """All that lies in a workspace, by path."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
