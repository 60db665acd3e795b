"""Files that came in, before anything is read from them: neither too large nor pointing away."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

from cropcore.errors import InputError, LabelError, RegionError, TableError
from cropcore.sources.receiving.rules import LARGEST_RASTER

LARGEST_TABLE = 500_000_000
"""Values that a Parquet file may declare: rows × columns."""


def vet_files(folder: Path) -> Iterator[InputError]:
    """What is wrong with files in themselves, whatever they are used for.

    Nothing but headers is read. Files that cannot be opened are left to the check of the region,
    which tells whether they matter.

    Args:
        folder: All files in it are looked at.
    """
    for path in sorted(folder.rglob("*")):
        vet = _VETS.get(path.suffix.lower())
        found = vet(path) if vet and path.is_file() else None
        if found is not None:
            yield found


def _raster(path: Path) -> InputError | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path, driver="GTiff") as raster:
                size = raster.width * raster.height * raster.count
                told = f"{raster.width:,} x {raster.height:,} pixels of {raster.count:,} bands"
                away = "OVERVIEW_FILE" in raster.tags(ns="OVERVIEWS")
        except RasterioIOError:
            return None
    if size > LARGEST_RASTER:
        return RegionError(
            path,
            expected=f"at most {LARGEST_RASTER:,} values in a raster",
            got=told,
            advice="cut the region into smaller ones",
        )
    if away:
        return RegionError(
            path,
            expected="a raster that holds all of its pixels itself",
            got="one that points to another file",
            advice="write it anew, for example with gdal_translate and its option -of GTiff",
        )
    return None


def _geopackage(path: Path) -> InputError | None:
    """Only the list of its tables is read: virtual ones may lead to other files."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as opened:
            rows = opened.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            odd = [str(name) for name, sql in rows if _leads_away(str(sql))]
    except sqlite3.Error:
        return None
    if not odd:
        return None
    return LabelError(
        path,
        expected="a GeoPackage with plain tables",
        got=f"a virtual table or view, {ascii(odd[0])[:60]}",
        advice="save the layer of the parcels alone into a new GeoPackage",
    )


def _leads_away(sql: str) -> bool:
    words = sql.upper().split()
    if words[:2] == ["CREATE", "VIRTUAL"]:
        return "RTREE" not in {word.partition("(")[0] for word in words[words.index("USING") :]}
    return "VIEW" in words[:3] or "/VSI" in sql.upper()


def _parquet(path: Path) -> InputError | None:
    try:
        told = pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return None
    size = told.num_rows * told.num_columns
    if size <= LARGEST_TABLE:
        return None
    return TableError(
        path,
        expected=f"at most {LARGEST_TABLE:,} values in a table",
        got=f"{told.num_rows:,} rows of {told.num_columns:,} columns",
        advice="divide it into smaller ones",
    )


_VETS: Mapping[str, Callable[[Path], InputError | None]] = {
    ".tif": _raster,
    ".tiff": _raster,
    ".gpkg": _geopackage,
    ".parquet": _parquet,
}

__all__ = ["LARGEST_TABLE", "vet_files"]
