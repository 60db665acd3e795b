"""CropHarvest: a folder with ``labels.geojson`` and one HDF5 file a sample.

``features/arrays/INDEX_DATASET.h5`` holds ``array`` (12 dates, 18 bands) of the sample with that
index and data set in the labels: Sentinel-1 VV and VH in dB, Sentinel-2 level 1C without B1 and
B10 as reflectance × 10000, temperature, precipitation, elevation, slope and NDVI. Dates are 30
days apart and the last period ends on the label's ``export_end_date``. The makers filled missing
values with the mean of their band. Classes are in ``label`` (the crop, not always known),
``classification_label`` (its group after FAO) and ``is_crop``.

References:
    Tseng et al. (2021), NeurIPS Datasets and Benchmarks, https://openreview.net/forum?id=JtjzUXPEaCu;
    ``cropharvest/data/README.md``, ``bands.py`` and ``engineer.py`` of nasaharvest/cropharvest.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cropcore.errors import TableError
from cropcore.sources.base import SourceOptions
from cropcore.sources.table.days import as_days
from cropcore.sources.table.folders import ARRAYS, LABELS, is_cropharvest
from cropcore.sources.table.melting import DATE
from cropcore.sources.table.reading import check_size, unreadable
from cropcore.sources.table.sheet import Header, Sheet, sheet_of

_BANDS = (
    "VV_dB", "VH_dB", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12",
    "temperature_2m", "total_precipitation", "elevation", "slope", "ndvi",
)  # fmt: skip
_PERIOD = 30
"""Days between dates."""
_INDICES = ("dataset_index", "index")
"""Columns of the labels that number them within their data set; the name changed once."""
_CLASSES = ("label", "classification_label", "is_crop")
_NEEDED = ("dataset", "lat", "lon", "export_end_date")
_DAMAGE = (OSError, KeyError, ValueError, TypeError, RuntimeError)


def is_cropharvest_folder(header: Header) -> bool:
    """Whether labels and arrays lie where CropHarvest has them."""
    return header.is_folder and is_cropharvest(header.path)


def read_cropharvest(header: Header, options: SourceOptions) -> Sheet:
    """See a folder of CropHarvest as a long table.

    Raises:
        TableError: The labels or an array are damaged or other than described.
    """
    labels = _read_labels(header.path / LABELS)
    folder = header.path.joinpath(*ARRAYS)
    files = [folder / f"{name}.h5" for name in labels["id"]]
    there = np.array([file.is_file() for file in files])
    check_size(folder, sum(file.stat().st_size for file in files if file.is_file()))
    if not there.any():
        raise TableError(
            folder,
            expected="an array for at least one of the labels, named INDEX_DATASET.h5",
            got="none",
            advice="unpack the features beside the labels",
        )
    kept = labels[there].reset_index(drop=True)
    arrays = np.stack(
        [_read_array(file) for file, known in zip(files, there, strict=True) if known]
    )
    n_dates = arrays.shape[1]
    last = as_days(kept.pop("export_end_date"), header.path / LABELS)
    days = last[:, None] - _PERIOD * np.arange(n_dates, 0, -1)
    frame = kept.iloc[np.repeat(np.arange(len(kept)), n_dates)].reset_index(drop=True)
    frame[DATE] = days.ravel()
    for band, values in zip(_BANDS, arrays.reshape(-1, len(_BANDS)).T, strict=True):
        frame[band] = values
    return sheet_of(header.path, frame, _notes(int((~there).sum())))


def _notes(missing: int) -> Iterator[str]:
    yield "Dates are 30 days apart and end on export_end_date; gaps were filled by the makers."
    if missing:
        yield f"{missing} labels have no array and are left out."


def _read_labels(path: Path) -> pd.DataFrame:
    """One row a sample: id, the classes, data set, place and last day."""
    import pyogrio

    try:
        with warnings.catch_warnings(action="ignore"):  # of geometries, which nobody asks for
            labels = pyogrio.read_dataframe(path, read_geometry=False)
    except _DAMAGE as error:
        raise unreadable(path, error) from error
    index = next((name for name in _INDICES if name in labels), None)
    missing = [name for name in _NEEDED if name not in labels]
    if index is None:
        missing.insert(0, _INDICES[0])
    if missing or labels.empty:
        raise TableError(
            path,
            expected=f"labels with {', '.join((_INDICES[0], *_NEEDED))}",
            got="no labels" if labels.empty else f"none of {', '.join(missing)}",
            advice="use the labels as CropHarvest has them",
        )
    named = labels[index].astype(str) + "_" + labels["dataset"].astype(str)
    frame = pd.DataFrame({"id": named, "dataset": labels["dataset"]})
    for name in (*_CLASSES, "lat", "lon", "export_end_date"):
        if name in labels:
            frame[name] = labels[name]
    if "is_crop" in frame:
        frame["is_crop"] = frame["is_crop"].map({0: "non_crop", 1: "crop"})
    return frame.drop_duplicates("id")


def _read_array(path: Path) -> np.ndarray:
    """The series of a sample, float32 (date, band)."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            stored = _own_dataset(file)
            with np.errstate(over="ignore"):
                array = np.asarray(stored[:], dtype=np.float32)
    except _DAMAGE as error:
        raise unreadable(path, error) from error
    return array


def _own_dataset(file: Any) -> Any:
    """The array in a file, of the right shape, and not in another file that it points to.

    Raises:
        ValueError: It is something else.
    """
    import h5py

    link = file.get("array", getlink=True)
    stored = file["array"] if isinstance(link, h5py.HardLink) else None
    if not isinstance(stored, h5py.Dataset) or stored.external or stored.is_virtual:
        raise ValueError("no array of its own")
    if stored.shape != (12, len(_BANDS)):
        raise ValueError(f"an array of shape {stored.shape} instead of (12, {len(_BANDS)})")
    return stored


__all__ = ["is_cropharvest_folder", "read_cropharvest"]
