"""Maps as rasters: class map, confidence, probabilities and quality, written block by block.

Blocks go, in any order and of any size, into plain tiled GeoTIFFs; from these GDAL makes Cloud
Optimized GeoTIFFs, whose bytes depend on the pixels only. All are uint8 on the grid of the imagery
with 255 as nodata:

======================  ==========================  ==================================  =========
file                    pixel                       band description                    overviews
======================  ==========================  ==================================  =========
class_map.tif           legend code, colour table   class                               mode
confidence.tif          100 × largest probability   confidence (unit %)                 average
probabilities.tif       probability = .004 × pixel  name of the class, a band each      average
clear_observations.tif  acquisitions, up to 254     name of the source, a band each     average
======================  ==========================  ==================================  =========

Probabilities are bytes in steps of .004 (0–250): QGIS applies the scale by itself, while float16
would take twice the space and GDAL 3.11 or later to read.
"""

import zlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.crs import CRS
from rasterio.windows import Window as RasterWindow

from cropcore.cube.grid import Grid, Window
from cropcore.errors import RunError, StorageError
from cropcore.legend import NODATA, Legend
from cropcore.mapping.storage import require_space, storing

CLASS_MAP = "class_map.tif"
CONFIDENCE = "confidence.tif"
PROBABILITIES = "probabilities.tif"
CLEAR_OBSERVATIONS = "clear_observations.tif"
PROBABILITY_SCALE = 0.004
"""Probability of one step of the pixel value."""

_STEPS = 250
_MOST_LOOKS = 254
_TILE = 256
"""Side of the tiles inside the files, pixels."""
_CACHE = 64 * 2**20
"""Memory for GDAL's cache of tiles, bytes; its own choice is 5 % of the machine."""
_SPACE_FACTOR = 2
"""Bytes a pixel of a band may take: its plain tile, and as much for finished rasters beside it."""
_SPACE_BASE = 2**20
_COG = {
    "driver": "COG",
    "COMPRESS": "DEFLATE",  # read by every GIS, and its checksum tells damage
    "BLOCKSIZE": _TILE,
    "BIGTIFF": "IF_SAFER",
    "OVERVIEWS": "IGNORE_EXISTING",
}


@dataclass(frozen=True)
class MapBlock:
    """A part of a map as it is stored: all uint8, 255 where the ground was never clear."""

    codes: np.ndarray
    """Legend codes, (y, x)."""
    confidence: np.ndarray
    """Largest probability, percent 0–100, (y, x)."""
    probabilities: np.ndarray
    """Probability / .004, 0–250, (class, y, x) in the order of the legend."""
    looks: np.ndarray = field(default_factory=lambda: np.zeros((0, 1, 1), np.uint8))
    """Clear acquisitions in the season, 0–254, (source, y, x); no source where none is counted."""

    def crop(self, window: Window) -> "MapBlock":
        """The part of this block inside ``window``, which counts from the block's corner."""
        rows, cols = window.slices
        return MapBlock(
            self.codes[rows, cols],
            self.confidence[rows, cols],
            self.probabilities[:, rows, cols],
            self.looks[:, rows, cols],
        )


def encode_block(
    probabilities: np.ndarray, clear: np.ndarray, legend: Legend, looks: np.ndarray | None = None
) -> MapBlock:
    """From what a model believes to what a map says.

    The most probable class wins, the first in the legend among equals; its probability is the
    confidence. Pixels that were never clear hold nodata.

    Args:
        probabilities: float32 (y, x, class), classes in the order of the legend.
        clear: Whether the ground was ever seen, bool (y, x).
        legend: Classes of the map.
        looks: How often each source saw the ground clearly, int (source, y, x).

    Raises:
        RunError: The model does not speak of the legend's classes, or not in probabilities.
    """
    if probabilities.shape != (*clear.shape, len(legend)):
        raise RunError(
            "model",
            expected=f"probabilities of shape {(*clear.shape, len(legend))} (y, x, class)",
            got=f"{probabilities.shape}",
            advice="use the legend that the model was trained with",
        )
    largest = probabilities.max(axis=-1)  # (y, x); NaN where any class is NaN
    sound = (largest >= 0) & (largest <= 1 + 1e-4)
    if not sound[clear].all():
        raise RunError(
            "model",
            expected="probabilities from 0 to 1",
            got=f"{largest[clear & ~sound][0]:g}",
            advice="train the model again",
        )
    codes = np.asarray(legend.codes, dtype=np.uint8)[probabilities.argmax(axis=-1)]
    confidence = _whole(largest * 100, 100, clear)
    steps = _whole(probabilities.transpose(2, 0, 1) * np.float32(_STEPS), _STEPS, clear)
    block = MapBlock(np.where(clear, codes, np.uint8(NODATA)), confidence, steps)
    if looks is None:
        return block
    return replace(block, looks=np.minimum(looks, _MOST_LOOKS).astype(np.uint8))


class BlockWriter:
    """Writes a map block by block; a context manager.

    Every pixel is to be written once. Memory stays bounded whatever the size of the grid.

    Args:
        folder: Existing folder for the rasters, usually a temporary one.
        grid: Grid of the map.
        legend: Its classes.
        sources: Names of the sources whose clear acquisitions are counted; none, no such raster.
        shown: The folder as people know it, for messages.

    Raises:
        StorageError: The disk refused, or did not give back what it was given.
    """

    def __init__(
        self,
        folder: Path,
        grid: Grid,
        legend: Legend,
        sources: Sequence[str] = (),
        *,
        shown: Path | None = None,
    ) -> None:
        self._folder = folder
        self._grid = grid
        self._legend = legend
        self._sources = tuple(sources)
        self._shown = shown or folder
        self._open = ExitStack()
        self._plain: dict[str, Any] = {}
        self._written: dict[str, list[tuple[Window, int]]] = {}

    def __enter__(self) -> "BlockWriter":
        counts = {
            CLASS_MAP: 1,
            CONFIDENCE: 1,
            PROBABILITIES: len(self._legend),
            CLEAR_OBSERVATIONS: len(self._sources),
        }
        pixels = self._grid.width * self._grid.height
        require_space(
            self._folder,
            pixels * sum(counts.values()) * _SPACE_FACTOR + _SPACE_BASE,
            self._shown,
            largest=pixels * max(counts.values()),
        )
        with ExitStack() as opened, storing(self._shown):
            opened.enter_context(rasterio.Env(GDAL_CACHEMAX=_CACHE))
            for name, count in ((name, count) for name, count in counts.items() if count):
                plain = rasterio.open(self._path_of_plain(name), "w", **_profile(self._grid, count))
                opened.callback(plain.close)
                self._plain[name] = plain
                self._written[name] = []
            self._describe()
            self._open = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with storing(self._shown):
            self._open.close()

    def write(self, window: Window, block: MapBlock) -> None:
        """Put one block of the map in its place."""
        place = _raster_window(window)
        parts = {
            CLASS_MAP: block.codes[None],
            CONFIDENCE: block.confidence[None],
            PROBABILITIES: block.probabilities,
            CLEAR_OBSERVATIONS: block.looks,
        }
        with storing(self._shown):
            for name, plain in self._plain.items():
                values = parts[name]
                plain.write(values, window=place)
                self._written[name].append((window, _checksum(values)))

    def finish(self) -> None:
        """Turn what was written into the finished rasters and read them back."""
        for name, plain in self._plain.items():
            overviews = "MODE" if name == CLASS_MAP else "AVERAGE"
            with storing(self._shown):
                plain.close()
            source = self._path_of_plain(name)
            _finish(source, self._folder / name, overviews, self._written[name], self._shown)

    def _path_of_plain(self, name: str) -> Path:
        return self._folder / f"plain_{name}"

    def _describe(self) -> None:
        class_map, confidence, probabilities = list(self._plain.values())[:3]
        colours = {item.code: (*item.rgb, 255) for item in self._legend}
        class_map.write_colormap(1, colours)
        class_map.set_band_description(1, "class")
        confidence.set_band_description(1, "confidence")
        confidence.units = ("%",)
        for band, name in enumerate(self._legend.names, start=1):
            probabilities.set_band_description(band, name)
        probabilities.scales = (PROBABILITY_SCALE,) * len(self._legend)
        for band, name in enumerate(self._sources, start=1):
            self._plain[CLEAR_OBSERVATIONS].set_band_description(band, name)


def write_codes(
    path: Path,
    grid: Grid,
    legend: Legend,
    parts: Iterable[tuple[Window, np.ndarray]],
    description: str,
    shown: Path,
) -> None:
    """Write one raster of codes in the colours of a legend, as a Cloud Optimized GeoTIFF.

    Args:
        path: The raster, usually in a temporary folder.
        grid: Its grid.
        legend: What the codes stand for.
        parts: Codes, uint8 (y, x), 255 where there is none, of windows that make up the grid.
        description: Of its only band.
        shown: The folder as people know it, for messages.

    Raises:
        StorageError: The disk refused, or did not give back what it was given.
    """
    pixels = grid.width * grid.height
    require_space(path.parent, pixels * _SPACE_FACTOR + _SPACE_BASE, shown, largest=pixels)
    source, written = path.with_name(f"plain_{path.name}"), []
    with rasterio.Env(GDAL_CACHEMAX=_CACHE):
        with storing(shown), rasterio.open(source, "w", **_profile(grid, 1)) as plain:
            plain.write_colormap(1, {item.code: (*item.rgb, 255) for item in legend})
            plain.set_band_description(1, description)
            for window, codes in parts:
                plain.write(codes[None], window=_raster_window(window))
                written.append((window, _checksum(codes[None])))
        _finish(source, path, "MODE", written, shown)


def _finish(
    source: Path, finished: Path, overviews: str, written: list[tuple[Window, int]], shown: Path
) -> None:
    """Turn a plain raster into a finished one and read it back."""
    with storing(shown):
        rasterio.shutil.copy(source, finished, OVERVIEW_RESAMPLING=overviews, **_COG)
        source.unlink()
        whole = _holds(finished, written)
    if not whole:
        raise StorageError(
            shown / finished.name,
            expected="the values that were written",
            got="others when reading them back",
            advice="look for a full or failing disk, or choose a folder on another one",
        )


def _profile(grid: Grid, count: int) -> dict[str, Any]:
    return {
        "driver": "GTiff",
        "dtype": "uint8",
        "nodata": NODATA,
        "count": count,
        "width": grid.width,
        "height": grid.height,
        "crs": CRS.from_user_input(grid.crs),
        "transform": grid.affine,
        "tiled": True,
        "blockxsize": _TILE,
        "blockysize": _TILE,
        "interleave": "pixel",
        "photometric": "MINISBLACK",  # else three classes become red, green and blue,
        "ALPHA": "UNSPECIFIED",  # and the second or fourth of them transparency
        "BIGTIFF": "IF_SAFER",
    }


def _whole(values: np.ndarray, most: int, clear: np.ndarray) -> np.ndarray:
    """Rounded and kept within 0 and ``most``; nodata where not clear."""
    rounded = np.where(clear, np.rint(values), NODATA)
    return np.where(clear, rounded.clip(0, most), NODATA).astype(np.uint8)


def _raster_window(window: Window) -> RasterWindow:
    return RasterWindow(window.col, window.row, window.width, window.height)


def _checksum(values: np.ndarray) -> int:
    return zlib.crc32(np.ascontiguousarray(values).data)


def _holds(path: Path, written: list[tuple[Window, int]]) -> bool:
    """Whether a raster gives every block back, and all tiles of its overviews.

    A full disk may go unnoticed until a file is closed, and then be forgotten.
    """
    with rasterio.open(path) as raster:
        levels = range(len(raster.overviews(1)))
        for window, checksum in written:
            if _checksum(raster.read(window=_raster_window(window))) != checksum:
                return False
    for level in levels:
        with rasterio.open(path, overview_level=level) as overview:
            for (row, col), place in overview.block_windows(1):
                if overview.get_tag_item(f"BLOCK_OFFSET_{col}_{row}", "TIFF", bidx=1) is None:
                    return False
                overview.read(window=place)
    return True


__all__ = [
    "CLASS_MAP",
    "CLEAR_OBSERVATIONS",
    "CONFIDENCE",
    "PROBABILITIES",
    "PROBABILITY_SCALE",
    "BlockWriter",
    "MapBlock",
    "encode_block",
    "write_codes",
]
