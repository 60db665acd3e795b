"""Spectral and radar indices, by the names and formulas of the Awesome Spectral Indices catalogue.

References:
    Montero et al. (2023), A standardized catalogue of spectral indices to advance the use of remote
    sensing in Earth system research, Scientific Data 10, 197, doi:10.1038/s41597-023-02096-0.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from cropcore.bands import BANDS, Unit, match_band
from cropcore.errors import UnknownNameError

_COMMON = {
    "A": "coastal", "B": "blue", "G": "green", "R": "red", "RE1": "rededge071",
    "RE2": "rededge075", "RE3": "rededge078", "N": "nir", "N2": "nir08", "WV": "nir09",
    "S1": "swir16", "S2": "swir22",
}  # fmt: skip
"""Letters of the catalogue's formulas → STAC common names."""
_POLARISATIONS = ("VV", "VH", "HH", "HV")
_LARGEST = 100.0
"""Magnitude beyond which an index only says that its denominator was nearly zero."""


@lru_cache(maxsize=1)
def index_names() -> tuple[str, ...]:
    """Names of the indices that can be computed from bands alone, ascending."""
    known = {*_COMMON, *_POLARISATIONS}
    constants = _constants()
    return tuple(
        sorted(
            name
            for name, index in _catalogue().items()
            if set(index.bands) <= known | set(constants) and set(index.bands) & known
        )
    )


def index_bands(name: str, bands: Sequence[str]) -> tuple[str, ...] | None:
    """Which of the bands an index is computed from; ``None`` where one it needs is missing.

    Args:
        name: A name in :func:`index_names`.
        bands: Canonical band names of one source.

    Raises:
        UnknownNameError: There is no such index.
    """
    found = _bands_by_letter(name, tuple(bands))
    return None if found is None else tuple(found.values())


def compute_index(
    name: str, values: np.ndarray, bands: Sequence[str], units: Sequence[Unit]
) -> np.ndarray:
    """Compute an index from reflectance, or from backscatter in linear power.

    Args:
        name: A name in :func:`index_names`.
        values: float32 (…, band); backscatter in dB is turned into power first.
        bands: Canonical names of the band axis.
        units: Their units.

    Returns:
        float32 (…), unitless; NaN where a band is, or where the formula divides by nothing.

    Raises:
        UnknownNameError: There is no such index, or a band it needs is missing.
    """
    found = _bands_by_letter(name, tuple(bands))
    if found is None:
        raise UnknownNameError(
            f"index {name}",
            expected="bands from which it can be computed",
            got=", ".join(bands),
            advice="choose another index or add the bands",
        )
    given: dict[str, Any] = dict(_constants())
    for letter, band in found.items():
        at = tuple(bands).index(band)
        column = values[..., at].astype(np.float64)
        given[letter] = np.power(10, column / 10) if units[at] == "dB" else column
    import spyndex

    with np.errstate(all="ignore"):
        computed = np.asarray(spyndex.computeIndex(name, given), dtype=np.float64)
    computed[~(np.abs(computed) <= _LARGEST)] = np.nan
    return computed.astype(np.float32)


def _bands_by_letter(name: str, bands: tuple[str, ...]) -> dict[str, str] | None:
    """Letters of an index's formula and the bands that stand for them."""
    if name not in index_names():
        raise UnknownNameError(
            "index",
            expected="a name of the Awesome Spectral Indices catalogue, such as NDVI, NDMI, EVI, "
            "CIRE, VHVVR (VH/VV) or DpRVIVV (radar vegetation index)",
            got=repr(name),
            advice="correct the name; capitals matter",
        )
    found: dict[str, str] = {}
    for letter in _catalogue()[name].bands:
        if letter in _POLARISATIONS:
            match = letter if letter in bands else None
        elif letter in _COMMON:
            match = match_band(_named(_COMMON[letter]), bands)
        else:
            continue  # a constant of the formula
        if match is None:
            return None
        found[letter] = match
    return found


def _named(common: str) -> str:
    """A band with this common name."""
    return next(name for name, band in BANDS.items() if band.common_name == common)


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Any]:
    import spyndex

    return dict(spyndex.indices.items())


@lru_cache(maxsize=1)
def _constants() -> Mapping[str, float]:
    """Constants of formulas at their usual values."""
    import spyndex

    defaults = {name: item.default for name, item in spyndex.constants.items()}
    return {name: float(value) for name, value in defaults.items() if value is not None}


__all__ = ["compute_index", "index_bands", "index_names"]
