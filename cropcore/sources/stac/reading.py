"""Windows of assets, for odc-stac: opened as GeoTIFF or JPEG 2000 and as nothing else.

odc-stac asks GDAL to open whatever an address holds; formats that refer to other files (VRT and
many more) must not be reached by data from others, so reading is done here. What odc-stac takes
care of remains its own: which items touch a block, and which of them comes first.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import rasterio
from odc.geo.converters import rio_geobox
from odc.geo.geobox import GeoBox
from odc.geo.overlap import compute_reproject_roi
from odc.geo.roi import roi_is_empty, roi_shape
from odc.loader import RioDriver
from odc.loader.types import RasterLoadParams, RasterSource
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.warp import reproject
from rasterio.windows import Window

from cropcore.errors import MissingFileError, RegionError
from cropcore.sources.stac.fetching import Sign, is_remote, local_path, shown
from cropcore.sources.stac.scene import Layer

_OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_HTTP_CONNECTTIMEOUT": "15",
    "GDAL_HTTP_TIMEOUT": "120",
    "GDAL_HTTP_MAX_RETRY": "2",
    "GDAL_HTTP_RETRY_DELAY": "0.5",
    "GDAL_HTTP_MULTIPLEX": "YES",
    "VSI_CACHE": "FALSE",
    "CPL_VSIL_CURL_USE_HEAD": "NO",
}
"""No files beside a raster are looked for, and no server is waited for without end."""
_LARGEST_TILE = 2**30
"""Bytes of a tile inside a file, all bands as float64."""
_PASTE = 0.05
"""Fraction of a pixel by which grids may miss each other and still count as one."""


@contextmanager
def opened(layer: Layer, sign: Sign | None = None) -> Iterator[DatasetReader]:
    """The file of a layer.

    Raises:
        RegionError: It cannot be had, or is no GeoTIFF or JPEG 2000.
        MissingFileError: There is no such file.
    """
    href = layer.href
    if not is_remote(href) and not local_path(href).is_file():
        raise MissingFileError(
            shown(href), expected="a raster", got="no such file", advice="correct the catalogue"
        )
    address = (sign(href) if sign else href) if is_remote(href) else str(local_path(href))
    jpeg = href.lower().partition("?")[0].endswith(".jp2")
    driver = "JP2OpenJPEG" if jpeg else "GTiff"
    try:
        with rasterio.Env(**_OPTIONS), rasterio.open(address, driver=driver) as raster:
            _check_file(raster, layer)
            yield raster
    except (RasterioError, ValueError) as error:
        if isinstance(error, RegionError | MissingFileError):
            raise
        raise _unreadable(href, _reason(error, address)) from error


class LayerReader:
    """Reads windows of one layer."""

    def __init__(self, layer: Layer, sign: Sign | None) -> None:
        self._layer = layer
        self._sign = sign

    def read(
        self,
        cfg: RasterLoadParams,
        dst_geobox: GeoBox,
        *,
        dst: np.ndarray | None = None,
        selection: Any = None,
    ) -> tuple[Any, np.ndarray]:
        """The part of a block that the layer covers, and its stored numbers there."""
        with opened(self._layer, self._sign) as raster:
            _check_type(raster, self._layer, str(cfg.dtype))
            number, nodata = self._layer.number, cfg.fill_value
            own = raster.nodatavals[number - 1]
            missing = own if own is not None else nodata
            overlap = compute_reproject_roi(rio_geobox(raster), dst_geobox, ttol=_PASTE)
            rows, cols = overlap.roi_dst
            fill = 0 if nodata is None else nodata
            values = np.full(roi_shape((rows, cols)), fill, dtype=cfg.dtype)
            if roi_is_empty((rows, cols)) or roi_is_empty(overlap.roi_src):
                return (rows, cols), values
            if overlap.paste_ok and overlap.read_shrink == 1:
                window = Window.from_slices(*overlap.roi_src)
                values = raster.read(number, window=window).astype(cfg.dtype, copy=False)
                if missing is not None and nodata is not None and missing != nodata:
                    values[_is(values, missing)] = nodata
            else:
                reproject(
                    rasterio.band(raster, number),
                    values,
                    src_nodata=missing,
                    dst_nodata=nodata,
                    dst_crs=str(dst_geobox.crs),
                    dst_transform=dst_geobox[rows, cols].transform,
                    resampling=Resampling[cfg.resampling],
                )
        return (rows, cols), values


class LayerDriver(RioDriver):
    """Lets odc-stac read layers, which it knows by key.

    Args:
        layers: By the key that stands for their address.
        sign: Makes addresses valid.
    """

    def __init__(self, layers: Mapping[str, Layer], sign: Sign | None = None) -> None:
        super().__init__()
        self._layers = layers
        self._sign = sign

    def open(self, src: RasterSource, ctx: object) -> LayerReader:  # type: ignore[override]
        """A reader of a layer."""
        return LayerReader(self._layers[src.uri], self._sign)

    def capture_env(self) -> dict[str, Any]:
        """Nothing: each file is opened with options of its own."""
        return {}


def _check_file(raster: DatasetReader, layer: Layer) -> None:
    """Refuse files that lack the band, point to others, or take too much memory to read."""
    if layer.number > raster.count:
        raise _unreadable(layer.href, f"one of {raster.count} bands, not {layer.number}")
    if "OVERVIEW_FILE" in raster.tags(ns="OVERVIEWS"):
        raise _unreadable(layer.href, "one that points to another file")
    height, width = raster.block_shapes[layer.number - 1]
    if height * width * raster.count * 8 > _LARGEST_TILE:
        raise _unreadable(layer.href, f"one in tiles of {width} x {height} pixels")


def _check_type(raster: DatasetReader, layer: Layer, dtype: str) -> None:
    held = raster.dtypes[layer.number - 1]
    if not np.can_cast(held, dtype, "safe"):
        raise RegionError(
            shown(layer.href),
            expected=f"numbers of type {dtype}, as the catalogue says or other items have",
            got=held,
            advice="correct data_type in the catalogue",
        )


def _is(values: np.ndarray, number: float) -> np.ndarray:
    return np.asarray(np.isnan(values) if np.isnan(number) else values == number)


def _reason(error: Exception, address: str) -> str:
    told = error.__cause__ or error
    text = " ".join(str(told).replace(address, "it").split())
    return f"one that cannot be read ({text[:160].rstrip('.')})"


def _unreadable(href: str, got: str) -> RegionError:
    return RegionError(
        shown(href),
        expected="a complete GeoTIFF or JPEG 2000 file",
        got=got,
        advice="run the same command again to go on where it stopped; "
        "if it stays so, leave the item out with --dates",
    )


__all__ = ["LayerDriver", "LayerReader", "opened"]
