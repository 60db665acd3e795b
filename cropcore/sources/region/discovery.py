"""A region described by nothing but the names in its folder.

Each subfolder that holds GeoTIFFs with a date in their name is a source of that name; files
ending in ``.scl.tif`` beside them, or those of a single band ``SCL``, are its cloud mask;
``labels.*`` and ``legend.csv`` or ``classes.csv`` lie at the top. Which bands there are is for the
files to say.
"""

from collections.abc import Sequence
from pathlib import Path

from cropcore.errors import RegionError
from cropcore.sources.region.paths import DATE, RASTER_SUFFIXES, entries_of, has_date
from cropcore.sources.region.region_toml import (
    FILE_NAME,
    LabelsDescription,
    RegionDescription,
    SourceDescription,
)

LABEL_FILES = tuple(
    f"labels{suffix}" for suffix in (".gpkg", ".parquet", ".geojson", ".shp", ".tif", ".csv")
)
"""Label files by name, the first that is there is used."""
LEGEND_FILES = ("legend.csv", "classes.csv")
_SHOWN = 5


def discover(folder: Path) -> tuple[RegionDescription, tuple[str, ...]]:
    """Describe a folder that has no ``region.toml``.

    Args:
        folder: The region's folder.

    Returns:
        The description, and a sentence about each thing that was passed over.

    Raises:
        RegionError: No subfolder holds a GeoTIFF with a date in its name.
    """
    sources: dict[str, SourceDescription] = {}
    ignored: list[str] = []
    entries = list(entries_of(folder))
    for entry in entries:
        files = list(entries_of(entry)) if entry.is_dir() else [entry]
        rasters = [path for path in files if path.suffix.lower() in RASTER_SUFFIXES]
        dated = [path for path in rasters if has_date(path.name)]
        if entry.is_dir() and dated:
            sources[entry.name] = SourceDescription(pattern=f"{entry.name}/*{DATE}*")
            rasters = [path for path in rasters if path not in dated]
        ignored += [path.relative_to(folder).as_posix() for path in rasters]
    if not sources:
        raise RegionError(
            folder,
            expected="subfolders of GeoTIFFs with a date in their names, such as s2/2021-04-05.tif",
            got=f"none among {len(entries)} entries" if entries else "an empty folder",
            advice=f"arrange the files so or describe them in a {FILE_NAME}",
        )
    found = [name for name in LABEL_FILES if (folder / name).is_file()]
    labels = LabelsDescription(file=found[0]) if found else None
    ignored = [name for name in ignored if name not in found[:1]] + [
        name for name in found[1:] if name not in ignored
    ]
    notes = (f"Not used: {_listed(ignored)}.",) if ignored else ()
    return RegionDescription(sources=sources, labels=labels), notes


def legend_file(folder: Path) -> str | None:
    """Name of the legend that lies at the top of a region's folder."""
    return next((name for name in LEGEND_FILES if (folder / name).is_file()), None)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


__all__ = ["LABEL_FILES", "LEGEND_FILES", "discover", "legend_file"]
