"""Where a person's regions and runs live, and how names on the command line are found there."""

import os
from datetime import datetime
from pathlib import Path

import platformdirs

from cropcore.errors import MissingFileError


def workspace(chosen: Path | None = None) -> Path:
    """The folder of ``regions/`` and ``runs/``.

    The one chosen, else the one in ``CROPCORE_WORKSPACE``, else the platform's place for data.
    """
    if chosen is not None:
        return chosen
    named = os.environ.get("CROPCORE_WORKSPACE")
    return Path(named) if named else platformdirs.user_data_path("cropcore", appauthor=False)


def sample_data() -> Path:
    """The folder of what comes with cropcore: inside the installed package or beside it."""
    package = Path(__file__).parent
    inside = package / "sample_data"
    return inside if inside.is_dir() else package.parent / "sample_data"


def find_region(name: str, folder: Path) -> Path:
    """The path of a region or table: as it stands, else by name in the workspace or bundled.

    Raises:
        MissingFileError: It is in none of these places.
    """
    direct = Path(name)
    if direct.exists():
        return direct.resolve()
    known: dict[str, Path] = {}
    for regions in (sample_data() / "regions", folder / "regions"):
        if regions.is_dir():
            known |= {path.name: path for path in sorted(regions.iterdir())}
    if name in known:
        return known[name].resolve()
    raise MissingFileError(
        name,
        expected="a region folder, a samples table or the name of a region",
        got="no such file" + (f" (known by name: {', '.join(known)})" if known else ""),
        advice="check the path",
    )


def new_run_folder(folder: Path, region: Path, architecture: str) -> Path:
    """A free place for a run, named after what it learns from and when."""
    region = region.parent if region.name == "region.toml" else region
    stem = f"{region.stem}-{architecture}-{datetime.now():%Y%m%d-%H%M%S}"
    candidate = folder / "runs" / stem
    number = 2
    while candidate.exists():
        candidate = candidate.with_name(f"{stem}-{number}")
        number += 1
    return candidate


__all__ = ["find_region", "new_run_folder", "sample_data", "workspace"]
