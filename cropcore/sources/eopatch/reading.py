"""An EOPatch folder as eo-learn saves it: one file a feature, in folders named by their type.

``data/NAME.npy[.gz]`` holds imagery (time, y, x, band), ``mask/CLM`` clouds and ``mask/IS_DATA``
or ``mask/dataMask`` what was seen (time, y, x, 1), ``mask_timeless/NAME`` classes (y, x, 1);
``timestamps.json`` the acquisitions and ``bbox.geojson`` the corners with their coordinate system.
Row 0 is the northern edge. Pickles, which old versions wrote, are never read, and neither are Zarr
arrays.

References:
    eo-learn documentation, "EOPatch", https://eo-learn.readthedocs.io;
    ``eolearn/core/eodata_io.py`` of sentinel-hub/eo-learn (MIT).
"""

import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.crs import CRS
from rasterio.errors import CRSError

from cropcore.bands import find_band
from cropcore.errors import MissingFileError, RegionError

_LEVEL_1C = (
    "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12",
)  # fmt: skip
_USUAL = {13: _LEVEL_1C, 12: tuple(band for band in _LEVEL_1C if band != "B10")}
"""Order of the bands of Sentinel-2 level 1C and 2A, as Sentinel Hub gives them."""
_CLOUDS = ("CLM",)
_SEEN = ("IS_DATA", "dataMask")
_LARGEST_BYTES = 2 * 1024**3
_LARGEST_JSON = 2**24
_DAMAGE = (OSError, ValueError, EOFError, KeyError, TypeError, RecursionError, AttributeError)


@dataclass(frozen=True, eq=False)
class EOPatch:
    """Imagery of one place, some of it hidden, with or without classes."""

    path: Path
    feature: str
    times: tuple[datetime, ...]
    crs: str
    bounds: tuple[float, float, float, float]
    """Left, bottom, right, top, in units of the coordinate system."""
    bands: tuple[str, ...]
    values: np.ndarray
    """As stored, (time, y, x, band)."""
    hidden: np.ndarray
    """Where the ground was not seen, bool (time, y, x)."""
    classes: np.ndarray | None
    """Class codes, 0 unknown, uint8 (y, x)."""
    notes: tuple[str, ...]
    """What was chosen and left out, a sentence each."""


def open_eopatch(
    path: Path,
    *,
    feature: str | None = None,
    bands: tuple[str, ...] | None = None,
    labels: str | None = None,
) -> EOPatch:
    """Read an EOPatch.

    Args:
        path: Its folder.
        feature: Imagery to take, a name in ``data``; the only usable one where not given.
        bands: Names of its bands in order; the usual ones of Sentinel-2 where not given.
        labels: Classes to take, a name in ``mask_timeless``; the only one where not given.

    Raises:
        MissingFileError: There is no such folder, or a feature or file is missing in it.
        RegionError: A file is damaged, or its features do not fit together.
    """
    if not path.is_dir():
        raise MissingFileError(
            path, expected="an EOPatch folder", got="no such folder", advice="check the path"
        )
    data, masks, timeless = (_features(path / name) for name in ("data", "mask", "mask_timeless"))
    chosen = _choose(path, data, feature)
    values = _array(data[chosen], 4)
    names = bands or _USUAL.get(values.shape[3]) or (chosen,)
    if len(names) != values.shape[3]:
        raise _unfit(data[chosen], f"{len(names)} bands, {', '.join(names)}", values.shape)
    times = _times(path)
    if len(times) != len(values):
        raise _unfit(data[chosen], f"{len(times)} dates, as timestamps.json has", values.shape)
    crs, bounds = _place(path)
    hidden, notes = np.zeros(values.shape[:3], dtype=bool), [f"Imagery is data/{chosen}."]
    for name in (*_CLOUDS, *_SEEN):
        if name in masks:
            mask = _array(masks[name], 4)
            if mask.shape != (*values.shape[:3], 1):
                raise _unfit(masks[name], f"a mask of {(*values.shape[:3], 1)}", mask.shape)
            hidden |= (mask[..., 0] != 0) == (name in _CLOUDS)
            notes.append(f"Pixels hidden by mask/{name} are left out.")
    wanted = labels or (next(iter(timeless)) if len(timeless) == 1 else None)
    classes = None
    if wanted is not None:
        classes = _classes(_one(path / "mask_timeless", timeless, wanted), values.shape[1:3])
        notes.append(f"Classes are mask_timeless/{wanted}.")
    elif timeless:
        notes.append(f"No classes are taken of {', '.join(timeless)}: choose with --labels.")
    return EOPatch(
        path, chosen, times, crs, bounds, tuple(names), values, hidden, classes, tuple(notes)
    )


def _features(folder: Path) -> dict[str, Path]:
    """Arrays in a folder by their name, those of NumPy only."""
    found = sorted(folder.glob("*.npy")) + sorted(folder.glob("*.npy.gz"))
    return {path.name.partition(".")[0]: path for path in found}


def _choose(path: Path, data: Mapping[str, Path], feature: str | None) -> str:
    if feature is not None:
        _one(path / "data", data, feature)
        return feature
    named = [name for name in data if name.upper().startswith("BANDS")]
    fitting = named or [name for name in data if find_band(name) is not None] or list(data)
    if len(fitting) == 1:
        return fitting[0]
    raise MissingFileError(
        path / "data",
        expected="one array of imagery (.npy or .npy.gz)",
        got=", ".join(data) or "none; Zarr and pickles are not read",
        advice="choose one with --feature" if data else "save it again with use_zarr=False",
    )


def _one(folder: Path, found: Mapping[str, Path], name: str) -> Path:
    if name not in found:
        raise MissingFileError(
            folder / name,
            expected=f"one of {', '.join(found) or 'no arrays at all'}",
            got="no such array",
            advice="correct the name",
        )
    return found[name]


def _array(path: Path, dimensions: int) -> np.ndarray:
    """Numbers of a feature; nothing that would run code is read."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                version = np.lib.format.read_magic(file)
                read = getattr(np.lib.format, f"read_array_header_{version[0]}_0")
                shape, _, dtype = read(file)
                _check_size(math.prod(shape) * dtype.itemsize)
                file.seek(0)
                array = np.load(file, allow_pickle=False)
        else:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            _check_size(array.nbytes)
    except _DAMAGE as error:
        raise _damaged(path, "an array of numbers", str(error)[:120]) from error
    if array.ndim != dimensions or not array.size or array.dtype.kind not in "biuf":
        raise _unfit(path, f"numbers with {dimensions} axes", array.shape)
    return array


def _check_size(size: int) -> None:
    if size > _LARGEST_BYTES:
        raise ValueError(f"{size / 1024**3:.1f} GB, more than {_LARGEST_BYTES / 1024**3:g}")


def _classes(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    array = _array(path, 3)
    whole = np.isfinite(array).all() and (array == np.rint(array)).all()
    if array.shape != (*shape, 1) or not whole or array.min() < 0 or array.max() > 254:
        raise _unfit(path, f"class codes 0 to 254 of shape {(*shape, 1)}", array.shape)
    return np.asarray(array[..., 0]).astype(np.uint8)


def _times(path: Path) -> tuple[datetime, ...]:
    for name in ("timestamps", "timestamp"):
        for file in (path / f"{name}.json", path / f"{name}.json.gz"):
            if file.is_file():
                stored = _json(file)
                try:
                    return tuple(datetime.fromisoformat(text) for text in stored)
                except (TypeError, ValueError) as error:
                    raise _damaged(file, "a list of ISO dates", str(error)[:120]) from error
    raise _missing(path, "timestamps.json")


def _place(path: Path) -> tuple[str, tuple[float, float, float, float]]:
    """Coordinate system and bounds."""
    for file in (path / "bbox.geojson", path / "bbox.geojson.gz"):
        if not file.is_file():
            continue
        stored = _json(file)
        try:
            named = stored["crs"]["properties"]["name"]
            crs = CRS.from_user_input(named.removeprefix("urn:ogc:def:crs:").replace("::", ":"))
            corners = np.array(stored["coordinates"], dtype=np.float64).reshape(-1, 2)
            (left, bottom), (right, top) = corners.min(axis=0), corners.max(axis=0)
        except (*_DAMAGE, CRSError) as error:
            raise _damaged(file, "a box with its coordinate system", str(error)[:120]) from error
        if not (np.isfinite(corners).all() and left < right and bottom < top):
            raise _damaged(file, "a box with its coordinate system", "an empty box")
        return crs.to_string(), (float(left), float(bottom), float(right), float(top))
    raise _missing(path, "bbox.geojson")


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > _LARGEST_JSON:
            raise ValueError(f"{path.stat().st_size >> 20} MiB")
        stored = path.read_bytes()
        return json.loads(gzip.decompress(stored) if path.suffix == ".gz" else stored)
    except _DAMAGE as error:
        raise _damaged(path, "readable JSON", str(error)[:120]) from error


def _missing(path: Path, name: str) -> MissingFileError:
    return MissingFileError(
        path / name,
        expected="a file that eo-learn 1.0 or later writes",
        got="no such file (pickles are not read)",
        advice="save the EOPatch again with a newer eo-learn",
    )


def _damaged(path: Path, expected: str, got: str) -> RegionError:
    return RegionError(path, expected=expected, got=got, advice="save or copy the EOPatch again")


def _unfit(path: Path, expected: str, shape: tuple[int, ...]) -> RegionError:
    return RegionError(
        path,
        expected=expected,
        got=f"an array of shape {shape}",
        advice="name the bands with --bands, or choose another --feature or --labels",
    )


__all__ = ["EOPatch", "open_eopatch"]
