"""What may come in: kinds of files and their sizes.

GDAL follows references in many formats (virtual rasters, web services, side-cars in XML) to other
files and hosts. So nothing is taken in but the files that a region consists of, and none of these
can point anywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from cropcore.archives import Doorkeeper, Limits, shown
from cropcore.errors import RegionError

UPLOAD_LIMITS = Limits(
    archive=1000 * 2**20, unpacked=4_000_000_000, file=2_000_000_000, entries=5_000, ratio=200
)
"""Of an upload, which a server holds in memory while it comes in."""
FOLDER_LIMITS = Limits(
    archive=0, unpacked=100_000_000_000, file=20_000_000_000, entries=50_000, ratio=0
)
"""Of a folder on this machine, which is copied."""
LARGEST_RASTER = 2_000_000_000
"""Values that a raster may declare: width × height × bands."""
TABLES = (".csv", ".parquet")
TAKEN = frozenset(
    (".tif", ".tiff", ".toml", ".gpkg", ".shp", ".shx", ".dbf", ".prj", ".cpg", ".geojson",
     ".json", ".npz", ".h5", *TABLES)
)  # fmt: skip
"""Endings of the files that regions and samples tables consist of."""
REFUSED = {
    ".vrt": "write it as GeoTIFF, for example with gdal_translate and its option -of GTiff",
    ".zip": "unpack it first",
    ".gz": "unpack it first",
    ".tar": "unpack it first",
    ".tgz": "unpack it first",
    ".7z": "unpack it first",
    ".rar": "unpack it first",
}
"""Endings of files that would be missed or would point elsewhere, and what to do instead."""
_SHOWN = 5

UPLOADS = Doorkeeper(
    RegionError,
    advice="pack the folder of the region anew and upload that",
    expected="a zip of a region folder, or a samples table (.csv, .parquet)",
    inside="the region's folder",
)
FOLDERS = Doorkeeper(
    RegionError,
    advice="copy the files of the region into a folder of their own and choose that",
    expected="the folder of a region",
    inside="the region's folder",
)


def is_clutter(name: str) -> bool:
    """Whether a path is of a file that systems leave behind; it is passed over."""
    parts = PurePosixPath(name).parts
    return ".." not in parts and any(part[0] == "." or part == "__MACOSX" for part in parts)


def choose(names: Iterable[str], where: object, doors: Doorkeeper) -> tuple[list[str], list[str]]:
    """Which files are taken, and which are left out.

    Args:
        names: Paths inside the region's folder, with ``/``.
        where: What to call the whole in messages.
        doors: Who refuses.

    Raises:
        RegionError: A file must not come in, or two cannot lie beside each other everywhere.
    """
    taken: list[str] = []
    left: list[str] = []
    places: dict[str, str] = {}
    for name in names:
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in REFUSED:
            place = f"{where}, entry {shown(name)}"
            raise doors.refusal(place, "GeoTIFFs and labels", f"a {suffix} file", REFUSED[suffix])
        (taken if suffix in TAKEN else left).append(name)
        if suffix in TAKEN:
            _place(name, places, where, doors)
    return taken, left


def left_out(names: list[str]) -> str:
    """A sentence on files that are left out; empty where there are none."""
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"Left out, as no region needs them: {', '.join(names[:_SHOWN])}{more}."


def _place(name: str, places: dict[str, str], where: object, doors: Doorkeeper) -> None:
    """Refuse names that are the same on some systems, and files that are folders too."""
    steps = [f"{step}/" for step in PurePosixPath(name).parents][-2::-1]
    for path in (*steps, name):
        known = places.setdefault(_folded(path), path)
        if known != path:
            place, got = f"{where}, entry {shown(name)}", f"{shown(path)} beside {shown(known)}"
            raise doors.refusal(place, "names that are different on every system", got)


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold().rstrip("/")


__all__ = [
    "FOLDERS",
    "FOLDER_LIMITS",
    "LARGEST_RASTER",
    "REFUSED",
    "TABLES",
    "TAKEN",
    "UPLOADS",
    "UPLOAD_LIMITS",
    "choose",
    "is_clutter",
    "left_out",
]
