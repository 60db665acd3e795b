"""Downloads what a plan needs, block by block, into the cache; what is there is left alone."""

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import odc.stac
import pystac
from affine import Affine
from odc.geo.geobox import GeoBox
from pystac.extensions.projection import ProjectionExtension
from rasterio.errors import NotGeoreferencedWarning

from cropcore.sources.stac.cache import Cache, Part, StoredPixels
from cropcore.sources.stac.fetching import Sign
from cropcore.sources.stac.plan import Plan, Sheet
from cropcore.sources.stac.reading import LayerDriver
from cropcore.sources.stac.scene import Layer, Scene

_THREADS = 8
"""Files that are read at once; most of the time is spent waiting for servers."""

Told = Callable[[int, int], None]
"""Is told how many blocks are there, and of how many."""


@dataclass(frozen=True)
class Loader:
    """Fills the cache.

    Args:
        cache: Where pixels are kept.
        sign: Makes addresses valid.
        told: Is told of each step.
    """

    cache: Cache
    sign: Sign | None = None
    told: Told = lambda done, total: None

    def __call__(self, plan: Plan) -> int:
        """Load all that is missing; gives how many bands of blocks that were.

        Raises:
            RegionError: A file cannot be read; what was loaded before is kept.
        """
        stored = [(sheet, self.pixels(sheet)) for sheet in plan.sheets]
        missing = [(sheet, pixels, pixels.missing()) for sheet, pixels in stored]
        total = sum(len(pixels.parts) for _, pixels in stored)
        absent = sum(len(parts) for _, _, parts in missing)
        done = total - absent
        self.told(done, total)
        for sheet, pixels, parts in missing:
            for together in _blocks(parts):
                self._load(sheet, pixels, together)
                done += len(together)
                self.told(done, total)
        return absent

    def pixels(self, sheet: Sheet) -> StoredPixels:
        """The pixels of a file as far as they are there."""
        about = {
            "bands": sheet.bands,
            "items": [scene.id for scene in sheet.scenes],
            "crs": sheet.grid.crs,
            "transform": sheet.grid.transform,
        }
        return self.cache.pixels(sheet.digest, sheet.shape, sheet.dtype, about)

    def _load(self, sheet: Sheet, pixels: StoredPixels, parts: list[Part]) -> None:
        """Some bands of one block."""
        bands = [sheet.bands[part.band] for part in parts]
        rows, cols = parts[0].window(sheet.shape)
        grid = sheet.grid
        block = GeoBox((grid.height, grid.width), grid.affine, grid.crs)[rows, cols]
        found: Mapping[str, np.ndarray] = {}
        layers, items = _items(sheet, bands)
        if items:
            lazy = odc.stac.load(
                items,
                bands=bands,
                geobox=block,
                chunks={"y": block.shape[0], "x": block.shape[1]},
                groupby=_one_group,
                preserve_original_order=True,
                resampling=sheet.resampling,
                dtype=sheet.dtype,
                nodata=sheet.nodata,
                driver=LayerDriver(layers, self.sign),
            )
            with _no_place_is_told():
                loaded = lazy.compute(scheduler="threads", num_workers=_THREADS)
            found = {band: loaded[band].values[0] for band in bands}
        for part, band in zip(parts, bands, strict=True):
            pixels.write(part, found[band])


@contextmanager
def _no_place_is_told() -> Iterator[None]:
    """Rasterio warns of its own rasters in memory, and silences that for all threads at once.

    Threads that come and go undo each other's silence; so it is kept for as long as any works.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def _blocks(parts: list[Part]) -> Iterator[list[Part]]:
    """Parts of the same block together."""
    blocks: defaultdict[tuple[int, int], list[Part]] = defaultdict(list)
    for part in parts:
        blocks[part.row, part.col].append(part)
    yield from blocks.values()


def _items(sheet: Sheet, bands: list[str]) -> tuple[dict[str, Layer], list[pystac.Item]]:
    """Items that hold nothing but what was checked, their files known by key."""
    layers: dict[str, Layer] = {}
    items = []
    for scene in sheet.scenes:
        own = [layer for layer in map(scene.layer, bands) if layer is not None]
        if own:
            items.append(_item(scene, own, layers))
    return layers, items


def _item(scene: Scene, own: list[Layer], layers: dict[str, Layer]) -> pystac.Item:
    shapes = [_geobox(layer).geographic_extent for layer in own]
    item = pystac.Item(
        id=scene.id,
        geometry=shapes[0].json,
        bbox=list(shapes[0].boundingbox.bbox),
        datetime=scene.time,
        properties={},
        stac_extensions=[ProjectionExtension.get_schema_uri()],
    )
    for layer in own:
        key = f"layer:{len(layers)}"
        layers[key] = layer
        place = {"proj:code": layer.crs} if ":" in layer.crs[:12] else {"proj:wkt2": layer.crs}
        band = {"data_type": layer.dtype, "nodata": layer.nodata}
        said = {name: value for name, value in band.items() if value is not None}
        item.add_asset(
            layer.name,
            pystac.Asset(
                href=key,
                media_type=pystac.MediaType.GEOTIFF,
                roles=["data"],
                extra_fields={
                    **place,
                    "proj:shape": [layer.height, layer.width],
                    "proj:transform": list(layer.transform),
                    "raster:bands": [said],
                },
            ),
        )  # fmt: skip
    return item


def _geobox(layer: Layer) -> GeoBox:
    return GeoBox((layer.height, layer.width), Affine(*layer.transform), layer.crs)


def _one_group(item: pystac.Item, parsed: object, index: int) -> int:
    return 0


__all__ = ["Loader", "Told"]
