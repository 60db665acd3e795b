"""The bands of Sentinel-1, Sentinel-2 and common vegetation indices: names, wavelengths, units.

Wavelengths and resolutions are those of Sentinel-2A in ESA's *Sentinel-2 User Handbook* (2015);
common names are those of the STAC electro-optical extension v1.1.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Unit = Literal["reflectance", "dB", "linear", "index"]
"""``reflectance`` 0–1, ``dB`` backscatter, ``linear`` backscatter power, ``index`` unitless."""


@dataclass(frozen=True)
class Band:
    """One band as the rest of the house knows it."""

    name: str
    """Canonical name, such as ``B08`` or ``VV``."""
    unit: Unit
    """Unit of its values in memory."""
    common_name: str | None = None
    """STAC common name, shared between sensors (``nir``)."""
    centre_nm: float | None = None
    """Centre wavelength, nanometres."""
    resolution_m: float | None = None
    """Native pixel size, metres."""
    scale: float = 1.0
    """Usual factor from stored integers to ``unit``."""


def _optical(name: str, common: str, centre: float, resolution: float) -> Band:
    return Band(name, "reflectance", common, centre, resolution, 1e-4)


BANDS: dict[str, Band] = {
    band.name: band
    for band in (
        _optical("B01", "coastal", 442.7, 60),
        _optical("B02", "blue", 492.4, 10),
        _optical("B03", "green", 559.8, 10),
        _optical("B04", "red", 664.6, 10),
        _optical("B05", "rededge071", 704.1, 20),
        _optical("B06", "rededge075", 740.5, 20),
        _optical("B07", "rededge078", 782.8, 20),
        _optical("B08", "nir", 832.8, 10),
        _optical("B8A", "nir08", 864.7, 20),
        _optical("B09", "nir09", 945.1, 60),
        _optical("B10", "cirrus", 1373.5, 60),
        _optical("B11", "swir16", 1613.7, 20),
        _optical("B12", "swir22", 2202.4, 20),
        Band("VV", "dB", resolution_m=10),
        Band("VH", "dB", resolution_m=10),
        Band("HH", "dB", resolution_m=10),
        Band("HV", "dB", resolution_m=10),
        *(
            Band(name, "reflectance", name)
            for name in ("coastal", "blue", "green", "red", "nir", "nir08", "swir16", "swir22")
        ),
        Band("mir", "reflectance", "swir22"),
        *(Band(name, "index") for name in ("ndvi", "evi", "ndwi", "ndre", "savi", "lai", "rvi")),
    )
}
"""Every band known by name."""

_ALIASES = {"swir1": "swir16", "swir2": "swir22", "b8": "B08", "rededge1": "B05", "rededge2": "B06"}
_BY_FOLDED = {name.lower(): name for name in BANDS} | _ALIASES
_UNIT_SUFFIX = re.compile(r"[_\- ](db|linear|lin|pow|power)$", re.IGNORECASE)
_SENSOR_PREFIX = re.compile(r"^(s1|s2|sentinel-?1|sentinel-?2)[_\-. ]", re.IGNORECASE)
_ONE_DIGIT = re.compile(r"^b(\d)$")


def find_band(label: str) -> Band | None:
    """Recognise a band by a column name or a raster's band description.

    Case, a sensor prefix (``S2_B04``), a missing zero (``B4``) and a unit suffix (``VV_dB``,
    ``VH_linear``) are understood.

    Args:
        label: The name as it stands in the file.

    Returns:
        The band, its unit changed where a suffix says so; ``None`` where the name says nothing.
    """
    text = _SENSOR_PREFIX.sub("", label.strip())
    suffix = _UNIT_SUFFIX.search(text)
    folded = _UNIT_SUFFIX.sub("", text).lower()
    folded = _ONE_DIGIT.sub(r"b0\1", folded)
    name = _BY_FOLDED.get(folded)
    if name is None:
        return None
    band = BANDS[name]
    if suffix is None or band.unit not in ("dB", "linear"):
        return band if suffix is None else None
    return replace(band, unit="dB" if suffix.group(1).lower() == "db" else "linear")


def match_band(wanted: str, available: tuple[str, ...]) -> str | None:
    """Find the band that can stand for ``wanted``: the same name, else the one same common name.

    Args:
        wanted: Canonical band name a model was trained on.
        available: Canonical band names that imagery offers.

    Returns:
        A member of ``available``, or ``None`` where none or several would do.
    """
    if wanted in available:
        return wanted
    band = BANDS.get(wanted)
    if band is None or band.common_name is None:
        return None
    same = [
        name for name in available if name in BANDS and BANDS[name].common_name == band.common_name
    ]
    return same[0] if len(same) == 1 else None


_LAST_NM = {"visible": 690, "red edge": 790, "near infrared": 1000, "shortwave infrared": 3000}
_COMMON = {
    band.common_name: band.centre_nm
    for band in BANDS.values()
    if band.common_name is not None and band.centre_nm is not None
}


def kind_of(name: str) -> str:
    """Which kind of band a name is: one that others of its kind can often stand for.

    Returns:
        ``visible``, ``red edge``, ``near infrared``, ``shortwave infrared``, ``radar``, or
        ``index`` for whatever is computed of bands.
    """
    band = BANDS.get(name)
    if band is None or band.unit == "index":
        return "index"
    centre = band.centre_nm or _COMMON.get(band.common_name or "")
    if centre is None:
        return "radar" if band.unit in ("dB", "linear") else "index"
    return next(kind for kind, last in _LAST_NM.items() if centre < last)


def group_bands(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Positions of the bands of each kind, in the order in which the kinds first occur."""
    groups: dict[str, tuple[int, ...]] = {}
    for at, name in enumerate(names):
        kind = kind_of(name)
        groups[kind] = (*groups.get(kind, ()), at)
    return groups


__all__ = ["BANDS", "Band", "Unit", "find_band", "group_bands", "kind_of", "match_band"]
