"""Imagery from the cache as a region folder: GeoTIFFs with stored numbers as they came."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

from cropcore.sources.region.region_toml import FILE_NAME
from cropcore.sources.stac.cache import BLOCK, StoredPixels
from cropcore.sources.stac.labels import Labels
from cropcore.sources.stac.loading import Loader
from cropcore.sources.stac.names import CLOUDS
from cropcore.sources.stac.plan import Plan, Sheet, Take
from cropcore.sources.stac.request import StacRequest
from cropcore.sources.stac.scene import Answer

_TILE = 256


def write_region(
    folder: Path,
    plan: Plan,
    loader: Loader,
    request: StacRequest,
    answer: Answer,
    labels: Labels | None = None,
) -> None:
    """Write imagery, masks, labels and ``region.toml`` into an existing folder.

    Args:
        folder: Must exist.
        plan: What was loaded.
        loader: Knows where it is kept.
        request: Stands in ``region.toml``.
        answer: Tells licence and attribution.
        labels: Copied as they are.

    Raises:
        RegionError: The cache was damaged meanwhile.
        OSError: The disk refuses.
    """
    for source in plan.sources:
        (folder / source).mkdir()
        for take in plan.of(source):
            for sheet in _written(take, plan):
                path = folder / source / f"{take.stem}{sheet.suffix}.tif"
                _write(path, sheet, loader.pixels(sheet))
    if labels is not None:
        labels.copy_to(folder)
    lines = _description(plan, request, answer, labels)
    (folder / FILE_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _written(take: Take, plan: Plan) -> list[Sheet]:
    """The files of an acquisition; clouds only where all acquisitions of its day have them."""
    same_day = [other for other in plan.of(take.source) if other.day == take.day]
    clouds = all(any(CLOUDS in one.bands for one in other.sheets) for other in same_day)
    return [sheet for sheet in take.sheets if clouds or CLOUDS not in sheet.bands]


def _write(path: Path, sheet: Sheet, pixels: StoredPixels) -> None:
    grid = sheet.grid
    tiled = min(grid.width, grid.height) >= _TILE
    blocks = {"tiled": True, "blockxsize": _TILE, "blockysize": _TILE} if tiled else {}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        count=len(sheet.bands),
        height=grid.height,
        width=grid.width,
        dtype=sheet.dtype,
        crs=grid.crs,
        transform=grid.affine,
        nodata=sheet.nodata,
        compress="DEFLATE",
        predictor=3 if np.dtype(sheet.dtype).kind == "f" else 2,
        BIGTIFF="IF_SAFER",
        **blocks,
    ) as raster:
        raster.descriptions = ["SCL" if band == "scl" else band for band in sheet.bands]
        meanings = [sheet.meaning(band) for band in sheet.bands]
        if any(scale is not None for scale, _ in meanings):
            raster.scales = [1.0 if scale is None else scale for scale, _ in meanings]
            raster.offsets = [offset for _, offset in meanings]
        for rows, cols in _blocks(sheet.shape):
            window = Window.from_slices(rows, cols)
            raster.write(pixels.read(rows, cols), window=window)


def _blocks(shape: tuple[int, int, int]) -> Iterator[tuple[slice, slice]]:
    _, height, width = shape
    for top in range(0, height, BLOCK):
        for left in range(0, width, BLOCK):
            yield slice(top, min(top + BLOCK, height)), slice(left, min(left + BLOCK, width))


def _description(
    plan: Plan, request: StacRequest, answer: Answer, labels: Labels | None
) -> list[str]:
    """The lines of ``region.toml``."""
    infos = answer.collections
    lines = [
        f"origin = {_text(f'STAC: {request.source[:450]}, asked on {answer.asked}')}",
        *_said("licence", [info.licence for info in infos], 120),
        *_said("attribution", [info.attribution for info in infos], 500),
    ]
    for source in plan.sources:
        takes = plan.of(source)
        lines += ["", f"[sources.{source}]", f'pattern = "{source}/{{date}}*.tif"']
        units = {
            layer.unit for take in takes for sheet in take.sheets
            for layer in sheet.layers if not layer.is_mask
        }  # fmt: skip
        if plan.is_radar(source) and units in ({"linear"}, {"dB"}):
            lines.append(f'unit = "{units.pop()}"')
        if any(CLOUDS in sheet.bands for take in takes for sheet in _written(take, plan)):
            lines += [f"[[sources.{source}.masks]]", 'kind = "probability"',
                      f'pattern = "{source}/{{date}}*.cld.tif"']  # fmt: skip
    if labels is not None:
        lines += ["", *labels.described()]
    lines += ["", "# Items, by acquisition:"]
    for source in plan.sources:
        for take in plan.of(source):
            ids = ", ".join(scene.id for scene in take.scenes)
            lines.append(f"# {source}/{take.stem}: {ids}")
    return lines


def _said(key: str, texts: Sequence[str], longest: int) -> list[str]:
    joined = "; ".join(dict.fromkeys(filter(None, texts)))
    return [f"{key} = {_text(joined[:longest])}"] if joined else []


def _text(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's, and what cannot be printed is left out."""
    return json.dumps("".join(char for char in text if char.isprintable()), ensure_ascii=False)


__all__ = ["write_region"]
