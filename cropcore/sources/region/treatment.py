"""What the acquisitions of a source go through on their way from the file, in words for a run."""

from collections.abc import Iterator

from cropcore.sources.region.imagery import Imagery, StoredFile
from cropcore.sources.region.masks import MaskLayer

_MOST = 3
"""Ways of one step that are listed; of more only their number is told."""


def treatment(imagery: Imagery) -> tuple[str, ...]:
    """The steps from stored numbers to clear values on the region's grid, in their order."""
    files = [file for item in imagery.acquisitions for file in item.files]
    layers = [layer for item in imagery.acquisitions if item.mask for layer in item.mask.layers]
    return (
        *_listed("calibrated", (text for file in files for text in _calibrations(file))),
        *_listed("speckle filtered", (str(file.speckle) for file in files if file.speckle)),
        *_listed("resampled", map(_resampling, files)),
        *_listed("masked", map(_masking, layers)),
    )


def _calibrations(file: StoredFile) -> Iterator[str]:
    for band in file.bands:
        if band is None:
            continue
        meaning = band.calibration
        shift = f" {meaning.offset:+g}" if meaning.offset else ""
        stored = f"stored × {meaning.scale:g}{shift}"
        yield f"{band.unit} = {f'10 log10({stored})' if meaning.power else stored}"


def _resampling(file: StoredFile) -> str:
    if not file.raster.warped or file.raster.warp.aligned:
        return ""
    way = "bilinear" if max(file.raster.warp.samples) == 1 else "means of bilinear points"
    radar = any(band is not None and band.unit == "dB" for band in file.bands)
    return f"{way}, in linear power" if radar else way


def _masking(layer: MaskLayer) -> str:
    around = f", and {layer.distance:g} m around" if layer.distance else ""
    if layer.above is not None:
        return f"probability above {layer.above:g}{around}"
    return f"classes {', '.join(map(str, layer.values))}{around}"


def _listed(step: str, found: Iterator[str] | map) -> tuple[str, ...]:
    ways = [text for text in dict.fromkeys(found) if text]
    if len(ways) > _MOST:
        return (f"{step}: in {len(ways)} ways",)
    return tuple(f"{step}: {way}" for way in ways)


__all__ = ["treatment"]
