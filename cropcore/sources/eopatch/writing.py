"""An EOPatch as a region folder: a GeoTIFF an acquisition, classes as a raster."""

from collections import Counter
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_bounds

from cropcore.bands import find_band
from cropcore.sources.eopatch.reading import EOPatch

_IMAGERY = "imagery"
_STORED_SCALE = 1e-4
"""Sentinel Hub's integers are reflectance × 10000."""


def write_region(folder: Path, patch: EOPatch) -> None:
    """Write imagery and classes into an existing folder.

    Args:
        folder: Must exist.
        patch: What to write; hidden pixels become no data.
    """
    imagery = folder / _IMAGERY
    imagery.mkdir()
    n_of_day = Counter(time.date() for time in patch.times)
    for time, values, hidden in zip(patch.times, patch.values, patch.hidden, strict=True):
        shown = np.where(hidden[..., None], np.float32(np.nan), values.astype(np.float32))
        name = f"{time:%Y-%m-%d}" if n_of_day[time.date()] == 1 else f"{time:%Y-%m-%dT%H%M%S}"
        _write(imagery / f"{name}.tif", patch, np.moveaxis(shown, -1, 0), np.nan, patch.bands)
    if patch.classes is not None:
        _write(folder / "labels.tif", patch, patch.classes[None], 0, ("class",))


def _write(
    path: Path, patch: EOPatch, values: np.ndarray, nodata: float, names: tuple[str, ...]
) -> None:
    """One GeoTIFF of (band, y, x)."""
    n_bands, height, width = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=n_bands,
        height=height,
        width=width,
        dtype=values.dtype,
        crs=patch.crs,
        transform=from_bounds(*patch.bounds, width, height),
        nodata=nodata,
        compress="DEFLATE",
    ) as raster:
        raster.descriptions = names
        if values.dtype.kind == "f" and patch.values.dtype.kind in "iu":
            raster.scales = [_scale(name) for name in names]
        raster.write(values)


def _scale(name: str) -> float:
    band = find_band(name)
    return _STORED_SCALE if band is not None and band.unit == "reflectance" else 1.0


__all__ = ["write_region"]
