"""What catalogues leave unsaid and the files themselves say: types of numbers and no data."""

from collections.abc import Sequence

import numpy as np

from cropcore.bands import BANDS
from cropcore.sources.stac.fetching import Sign
from cropcore.sources.stac.reading import opened
from cropcore.sources.stac.scene import Layer, Scene


def completed(scenes: Sequence[Scene], sign: Sign | None) -> tuple[list[Scene], list[str]]:
    """Scenes whose layers all tell their type and what means no data, and what was assumed.

    One file of each band of a collection is looked into where its items do not say it.

    Raises:
        RegionError: That file cannot be read.
        MissingFileError: There is no such file.
    """
    looked: dict[tuple[str, str], tuple[str, float | None]] = {}
    notes: dict[str, None] = {}
    done = []
    for scene in scenes:
        layers = []
        for layer in scene.layers:
            key = (scene.collection, layer.name)
            if layer.dtype is None and key not in looked:
                with opened(layer, sign) as raster:
                    at = layer.number - 1
                    looked[key] = raster.dtypes[at], raster.nodatavals[at]
            dtype, own = (layer.dtype, None) if layer.dtype else looked[key]
            nodata = _nodata(layer, str(dtype), own)
            if nodata == 0 and layer.nodata is None and own is None and not layer.is_mask:
                notes[f"{scene.collection}: no nodata value is declared; 0 is taken for it."] = None
            layers.append(layer.model_copy(update={"dtype": dtype, "nodata": nodata}))
        done.append(scene.model_copy(update={"layers": tuple(layers)}))
    return done, list(notes)


def _nodata(layer: Layer, dtype: str, own: float | None) -> float | None:
    """What means no data: as declared, else by the file, else the usual."""
    kind = np.dtype(dtype)
    for said in (layer.nodata, own):
        if said is not None and _fits(said, kind):
            return float(said)
    if kind.kind == "f":
        return float("nan")
    if layer.name in BANDS and BANDS[layer.name].unit == "reflectance":
        return 0.0
    return 0.0 if layer.name == "scl" else None


def _fits(number: float, kind: np.dtype) -> bool:
    if kind.kind == "f":
        return True
    limits = np.iinfo(kind)
    return float(number).is_integer() and limits.min <= number <= limits.max


__all__ = ["completed"]
