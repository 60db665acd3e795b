"""EuroCropsML: one ``.npz`` a parcel, or a Parquet file with one row a parcel.

A file ``REGION_PARCEL_CLASS.npz`` names the NUTS region, the parcel and the HCAT code of its crop,
and holds ``data`` (date, band), ``dates`` and ``center`` (longitude, latitude). Sentinel-2 has the
13 bands of level 1C in their usual order, top-of-atmosphere reflectance × 10000; Sentinel-1 has VV
and VH in dB. Both may lie beside each other in folders ``S2`` and ``S1``. Rows of −999, or of
zeros in all bands, are dates without data. A Parquet file has the same arrays as lists in its
cells, and the class in a column.

References:
    Reuss et al. (2024), arXiv:2407.17458; https://eurocropsml.readthedocs.io, Dataset;
    ``eurocropsml/dataset/preprocess.py`` of dida-do/eurocropsml (MIT).
"""

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cropcore.errors import TableError
from cropcore.sources.base import SourceOptions
from cropcore.sources.table.folders import PARCEL, parcel_files
from cropcore.sources.table.melting import DATE
from cropcore.sources.table.reading import check_size, read_nested, unreadable
from cropcore.sources.table.sheet import Header, Sheet, sheet_of

_OPTICAL = (
    "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12",
)  # fmt: skip
_RADAR = ("VV_dB", "VH_dB")
_BANDS = {len(bands): bands for bands in (_OPTICAL, _RADAR)}
_FILLER = -999
_LARGEST_PARCEL = 16 * 2**20
"""Bytes of the arrays of one parcel; a year of every overpass is a thousandth of it."""
_DAMAGE = (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
_DATA, _DATES = "data", "dates"


@dataclass(frozen=True)
class _Parcel:
    """The series of one parcel from one satellite, dates without data left out."""

    data: np.ndarray
    """float32 (date, band) as stored."""
    days: np.ndarray
    """datetime64[D] (date,)."""

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the band axis."""
        return _BANDS[self.data.shape[1]]


def is_eurocropsml_folder(header: Header) -> bool:
    """Whether a folder holds files named like ``EE008_5283561_3301010301.npz``."""
    return header.is_folder and next(parcel_files(header.path), None) is not None


def is_eurocropsml_table(header: Header) -> bool:
    """Whether the arrays ``data`` and ``dates`` stand in the cells of a table."""
    return {_DATA, _DATES} <= header.nested


def read_eurocropsml_folder(header: Header, options: SourceOptions) -> Sheet:
    """See the parcels of a folder as a long table.

    Raises:
        TableError: A file is damaged or holds other arrays.
    """
    files = sorted(parcel_files(header.path))
    check_size(header.path, sum(file.stat().st_size for file in files))
    names = _class_names(header.path)
    parcels, fixed = [], []
    for file in files:
        stem = PARCEL.fullmatch(file.stem)
        if stem is None:
            continue
        parcel, (lon, lat) = _read_parcel(file)
        parcels.append(parcel)
        label = names.get(stem["label"], stem["label"])
        fixed.append((f"{stem['region']}_{stem['parcel']}", label, stem["region"], lat, lon))
    columns = ["id", "label", "nuts", "lat", "lon"]
    return _long(header.path, parcels, pd.DataFrame(fixed, columns=columns))


def read_eurocropsml_table(header: Header, options: SourceOptions) -> Sheet:
    """See a table with one row a parcel as a long one.

    Raises:
        TableError: The file is damaged or its arrays are others.
    """
    plain = [name for name in header.columns if name not in header.nested and name != DATE]
    fixed, nested = read_nested(header.path, plain, [_DATA, _DATES])
    parcels = [
        _parcel(f"{header.path}, row {row + 1} of the data", data, dates)
        for row, (data, dates) in enumerate(zip(nested[_DATA], nested[_DATES], strict=True))
    ]
    return _long(header.path, parcels, fixed)


def _read_parcel(file: Path) -> tuple[_Parcel, tuple[float, float]]:
    """Series and centre, longitude and latitude."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > _LARGEST_PARCEL:
            raise ValueError(f"arrays of {size >> 20} MiB")
        with np.load(file, allow_pickle=False) as stored:
            data, dates = stored[_DATA], stored[_DATES]
            centre = np.asarray(stored["center"], dtype=np.float64).ravel()
        lon, lat = centre.tolist()
    except _DAMAGE as error:
        raise unreadable(file, error) from error
    return _parcel(file, data, dates), (lon, lat)


def _parcel(where: object, data: object, dates: object) -> _Parcel:
    """Check arrays and leave out dates without data.

    Raises:
        TableError: They are no (date, band) series of a known number of bands.
    """
    try:
        with np.errstate(over="ignore"):
            values = np.array(list(data), dtype=np.float32)  # type: ignore[call-overload]
        days = np.asarray(dates).astype("datetime64[D]")
    except (ValueError, TypeError, OverflowError) as error:
        raise _unlike(where, f"something else ({str(error)[:80]})") from None
    if values.ndim != 2 or values.shape[1] not in _BANDS or days.shape != values.shape[:1]:
        raise _unlike(where, f"arrays of shape {values.shape} and {days.shape}")
    seen = ~((values == _FILLER) | np.isnan(values)).all(axis=1) & (values != 0).any(axis=1)
    return _Parcel(np.where(values == _FILLER, np.nan, values)[seen], days[seen])


def _long(path: Path, parcels: Sequence[_Parcel], fixed: pd.DataFrame) -> Sheet:
    """One row a parcel and date, the bands of both satellites side by side."""
    bands = tuple(dict.fromkeys(band for parcel in parcels for band in parcel.bands))
    lengths = [len(parcel.days) for parcel in parcels]
    values = np.full((sum(lengths), len(bands)), np.nan, dtype=np.float32)
    first = 0
    for parcel in parcels:
        at = [bands.index(band) for band in parcel.bands]
        values[first : first + len(parcel.days), at] = parcel.data
        first += len(parcel.days)
    frame = fixed.iloc[np.repeat(np.arange(len(parcels)), lengths)].reset_index(drop=True)
    frame[DATE] = np.concatenate([parcel.days for parcel in parcels])
    for band, column in zip(bands, values.T, strict=True):
        frame[band] = column
    empty = sum(not length for length in lengths)
    notes = [f"{empty} parcels have no data on any date and are left out."] if empty else []
    if frame.empty:
        raise _unlike(path, "no data on any date")
    return sheet_of(path, frame, notes)


def _class_names(folder: Path) -> dict[str, str]:
    """Names of the classes by their HCAT code, where a table of labels lies beside the files."""
    names: dict[str, str] = {}
    for path in sorted((*folder.glob("*labels.parquet"), *folder.glob("labels/*.parquet"))):
        table, _ = read_nested(path, ["EC_hcat_c", "EC_hcat_n"], [])
        known = table.dropna().drop_duplicates()
        names |= dict(zip(known["EC_hcat_c"].astype(str), known["EC_hcat_n"], strict=True))
    return names


def _unlike(where: object, got: str) -> TableError:
    return TableError(
        where,
        expected="data (date, band) with the 13 bands of Sentinel-2 L1C or the two of Sentinel-1, "
        "and as many dates",
        got=got,
        advice="use the files as EuroCropsML has them",
    )


__all__ = [
    "is_eurocropsml_folder",
    "is_eurocropsml_table",
    "read_eurocropsml_folder",
    "read_eurocropsml_table",
]
