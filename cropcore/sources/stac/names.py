"""What public catalogues call things: bands, scene classes, clouds, units, places.

Keys and properties as of Element 84 Earth Search v1, Microsoft's Planetary Computer, the Copernicus
Data Space Ecosystem and Digital Earth Africa; anything else is recognised by the common names of
the STAC electro-optical extension or by the names in :mod:`cropcore.bands`.
"""

import re

from cropcore.bands import find_band

SCENE_CLASSES = "scl"
CLOUDS = "cloud"
"""Probability of clouds, percent."""
MASKS = (SCENE_CLASSES, CLOUDS)
COARSE = ("B01", "B09", "B10")
"""Bands for the atmosphere at 60 m, taken only when asked for."""
OFFSET_APPLIED = "earthsearch:boa_offset_applied"
"""Property of Earth Search: the offset that the asset declares is in the stored numbers already."""

SENTINEL_2 = {
    "coastal": "B01", "blue": "B02", "green": "B03", "red": "B04", "rededge1": "B05",
    "rededge071": "B05", "rededge2": "B06", "rededge075": "B06", "rededge3": "B07",
    "rededge078": "B07", "nir": "B08", "nir08": "B8A", "nir09": "B09", "cirrus": "B10",
    "swir16": "B11", "swir22": "B12",
}  # fmt: skip
"""Names that Earth Search gives to the bands of Sentinel-2; most are common names too."""
_MASK_KEYS = {
    "scl": SCENE_CLASSES, "scene_classification": SCENE_CLASSES,
    "cloud": CLOUDS, "cld": CLOUDS, "cloud_probability": CLOUDS, "msk_cldprb": CLOUDS,
}  # fmt: skip
_NO_DATA_ROLES = {"thumbnail", "overview", "visual", "metadata", "date", "graphic"}
_PICTURES = {"visual", "tci", "thumbnail", "preview", "rendered_preview", "overview", "true_color"}
_RASTERS = ("image/tiff", "image/jp2", "image/vnd.stac.geotiff", "image/x.geotiff")
_SUFFIX = re.compile(r"([_-](10m|20m|60m|jp2|\d+))+$")
_LINEAR = {"sentinel-1-rtc", "s1_rtc", "s1_rtc_2025"}
"""Collections of backscatter in linear power that do not say so in each item."""
OPEN_BUCKETS = {
    "sentinel-cogs": "us-west-2",
    "e84-earth-search-sentinel-data": "us-west-2",
    "deafrica-sentinel-2": "af-south-1",
    "deafrica-sentinel-1": "af-south-1",
    "deafrica-services": "af-south-1",
}
"""Public S3 buckets whose files can be had by HTTPS too, and where they stand."""
SIGNED_HOSTS = ".blob.core.windows.net"
"""Storage of the Planetary Computer; its files need a token."""
TOKENS = "https://planetarycomputer.microsoft.com/api/sas/v1/token/"


def is_sentinel_2(collection: str, platform: str) -> bool:
    """Whether a scene was taken by Sentinel-2, by its collection or platform."""
    folded = f"{collection} {platform}".lower()
    return re.search(r"sentinel-?2|(^|[^a-z0-9])s2([^0-9]|$)", folded) is not None


def is_picture(key: str, roles: frozenset[str], media_type: str, href: str) -> bool:
    """Whether an asset is no raster of measured values: a preview, metadata, another format."""
    folded = _SUFFIX.sub("", key.lower())
    if roles & _NO_DATA_ROLES or folded in _PICTURES:
        return True
    if media_type:
        return not media_type.lower().startswith(_RASTERS)
    return not href.lower().partition("?")[0].endswith((".tif", ".tiff", ".jp2"))


def mask_named(key: str) -> str | None:
    """The mask that an asset holds by its key, if any."""
    return _MASK_KEYS.get(_SUFFIX.sub("", key.lower()).replace("-", "_"))


def band_named(names: tuple[str, ...], sentinel_2: bool) -> str | None:
    """The band that is meant by any of some names, the first that says it.

    Args:
        names: The asset's key, its band's name and common name; some may be empty.
        sentinel_2: Whether common names mean bands of Sentinel-2.
    """
    for name in names:
        plain = _SUFFIX.sub("", name.strip())
        if sentinel_2 and plain.lower() in SENTINEL_2:
            return SENTINEL_2[plain.lower()]
        band = find_band(plain)
        if band is not None:
            return band.name
    return None


def backscatter_unit(collection: str, said: str) -> str | None:
    """``linear`` or ``dB`` where the metadata or the collection says so."""
    folded = said.lower()
    if "db" in folded or "decibel" in folded:
        return "dB"
    if collection in _LINEAR or "linear" in folded or "power" in folded:
        return "linear"
    return None


__all__ = [
    "CLOUDS",
    "COARSE",
    "MASKS",
    "OFFSET_APPLIED",
    "OPEN_BUCKETS",
    "SCENE_CLASSES",
    "SENTINEL_2",
    "SIGNED_HOSTS",
    "TOKENS",
    "backscatter_unit",
    "band_named",
    "is_picture",
    "is_sentinel_2",
    "mask_named",
]
