"""Names of regions: those of folders, free in the workspace and among what comes with cropcore."""

from __future__ import annotations

from pathlib import Path

from cropcore.archives import is_plain, shown
from cropcore.errors import SettingError
from cropcore.sources.receiving.rules import TABLES
from cropcore.workspace import sample_data

_LONGEST_BYTES = 200
"""Few disks take more than 255, and a table's ending is added."""


def check_region_name(name: str, folder: Path) -> str:
    """A name that a new region can have.

    Args:
        name: What people want to call it.
        folder: The workspace.

    Raises:
        SettingError: No folder can have that name, or another region has it.
    """
    fits = is_plain(name) and len(name.encode("utf-8", "surrogatepass")) <= _LONGEST_BYTES
    if not fits:
        raise SettingError(
            "the region's name",
            expected='a name of printable characters without / \\ : * ? " < > | that neither '
            "begins nor ends with a point or blank",
            got=shown(name),
            advice="choose another name",
        )
    taken = {
        known
        for root in (folder, sample_data())
        if (root / "regions").is_dir()
        for path in (root / "regions").iterdir()
        for known in (path.name.casefold(), _bare(path.name).casefold())
    }
    if name.casefold() in taken:
        raise SettingError(
            "the region's name",
            expected="one that no other region has",
            got=shown(name),
            advice="choose another name",
        )
    return name


def suggested_name(given: str) -> str:
    """A name after what people called a file or folder."""
    stem = _bare(given.replace("\\", "/").rstrip("/").rpartition("/")[2])
    stem = stem[:-4] if stem.lower().endswith(".zip") else stem
    name = "".join("_" if not is_plain(f"x{sign}x") else sign for sign in stem).strip(" .")[:60]
    return name if is_plain(name) else "region"


def _bare(name: str) -> str:
    """Without the ending of a table."""
    path = Path(name)
    return path.stem if path.suffix.lower() in TABLES else name


__all__ = ["check_region_name", "suggested_name"]
