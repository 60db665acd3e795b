"""Stored numbers into physical units: reflectance 0–1, backscatter in dB, and what was guessed."""

from collections.abc import Sequence

import numpy as np

from cropcore.bands import Unit
from cropcore.cube.plausible import clear_impossible
from cropcore.sources.table.columns import BandColumn

_NO_DATA = (-9999.0, -32768.0, 65535.0)
"""Numbers that commonly stand for "no data" and are absurd in every unit here."""
_TEN_THOUSANDTH = 1e-4
_LARGEST_REFLECTANCE = 1.5
_DARKEST_REFLECTANCE = 0.003
_LARGEST_INDEX = 20.0
_DECIBEL_HUNDREDTHS = -100.0
_DECIBEL_RANGE = (-60.0, 15.0)


def to_physical(
    columns: Sequence[BandColumn], values: np.ndarray, scale: float | None
) -> tuple[np.ndarray, tuple[Unit, ...], list[str]]:
    """Bring stored numbers to physical units.

    Args:
        columns: What each column is.
        values: float32 (row, band), NaN where missing; every band has a value.
        scale: Factor to reflectance; guessed from the range where ``None``.

    Returns:
        Values of the same shape, the unit of each band, and sentences on what was done.
    """
    values = values.copy()
    notes = []
    known = [item.known for item in columns]
    units: list[Unit] = ["dB" if item.band.unit == "linear" else item.band.unit for item in columns]
    optical = [at for at, unit in enumerate(units) if unit == "reflectance"]
    indices = [at for at, unit in enumerate(units) if unit == "index" and known[at]]
    if optical:
        notes += _scale_reflectance(columns, values, optical, scale)
    if indices:
        notes += _scale_indices(columns, values, indices)
    for at, unit in enumerate(units):
        if unit == "dB":
            notes += _to_decibel(columns[at], values, at)
    impossible = clear_impossible(values, units)
    if impossible:
        notes.append(f"{impossible} values no surface can have count as missing.")
    return values, tuple(units), notes


def without_fillers(columns: Sequence[BandColumn], values: np.ndarray) -> list[str]:
    """Turn infinities and usual no-data numbers into NaN, in place, and say which there were."""
    notes = []
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
        notes.append(f"{infinite.sum()} infinite values count as missing.")
    for filler in _NO_DATA:
        names = []
        for at, item in enumerate(columns):
            found = values[:, at] == filler
            if item.known and found.any():
                values[found, at] = np.nan
                names.append(item.column)
        if names:
            notes.append(f"The number {filler:g} in {', '.join(names)} counts as missing.")
    return notes


def _scale_reflectance(
    columns: Sequence[BandColumn], values: np.ndarray, optical: list[int], scale: float | None
) -> list[str]:
    notes = []
    if scale is None and _size(values[:, optical]) > _LARGEST_REFLECTANCE:
        scale = _TEN_THOUSANDTH
        notes.append(
            "Reflectance is taken as stored × 10000 (usual value "
            f"{_size(values[:, optical]):.4g}); say otherwise with --scale."
        )
    if scale is not None:
        values[:, optical] *= np.float32(scale)
    doubtful = [
        columns[at].column
        for at in optical
        if not 0 <= np.nanmedian(values[:, at]) <= _LARGEST_REFLECTANCE
    ]
    if doubtful:
        notes.append(
            f"The usual value of {', '.join(doubtful)} lies outside 0 to {_LARGEST_REFLECTANCE:g}, "
            "which is no reflectance: check --scale."
        )
    elif _size(values[:, optical]) < _DARKEST_REFLECTANCE:
        notes.append(
            f"The usual reflectance is {_size(values[:, optical]):.2g}, darker than water: "
            "check --scale."
        )
    return notes


def _scale_indices(
    columns: Sequence[BandColumn], values: np.ndarray, indices: list[int]
) -> list[str]:
    large = [at for at in indices if _size(values[:, at]) > _LARGEST_INDEX]
    if not large:
        return []
    values[:, large] *= np.float32(_TEN_THOUSANDTH)
    return [f"{', '.join(columns[at].column for at in large)} are taken as stored × 10000."]


def _to_decibel(item: BandColumn, values: np.ndarray, at: int) -> list[str]:
    """Bring one radar band to dB, in place."""
    band = values[:, at]
    usual = float(np.nanmedian(band))
    notes = []
    if item.band.unit == "linear" or (not item.says_decibel and usual >= 0):
        said = "" if item.band.unit == "linear" else ", since its usual value is not negative"
        notes.append(f"{item.column} is taken as linear power{said}, and turned into dB.")
        positive = np.where(band > 0, band, np.nan)
        band[:] = np.float32(10) * np.log10(positive)
    elif usual < _DECIBEL_HUNDREDTHS:
        notes.append(f"{item.column} is taken as dB × 100 (usual value {usual:.4g}).")
        band *= np.float32(0.01)
    elif not item.says_decibel:
        notes.append(f"{item.column} is taken as dB, since its usual value is negative.")
    clear = band[np.isfinite(band)]
    low, high = _DECIBEL_RANGE
    if not (clear.size and low <= np.median(clear) <= high):
        notes.append(
            f"The usual value of {item.column} lies outside {low:g} to {high:g} dB, "
            "which is no backscatter: check its unit."
        )
    return notes


def _size(values: np.ndarray) -> float:
    return float(np.nanmedian(np.abs(values)))


__all__ = ["to_physical", "without_fillers"]
