"""One pixel: what was seen there, and what a run makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from cropcore.bands import Unit
from cropcore.confidence import softmax
from cropcore.cube import Acquisitions, ModelInput, Window
from cropcore.explain import AnyExplainer, EnsembleExplainer, explainer_of
from cropcore.legend import UNKNOWN, LegendClass
from cropcore.mapping.run_map import season_of
from cropcore.models import Architecture
from cropcore.models.attention import attention_weights
from cropcore.prediction import PatchPredictor, Predictor, Surroundings, look_around
from cropcore.sources.region.held import HeldFiles
from cropcore.sources.region.imagery import Imagery
from cropcore.sources.region.region_folder import RegionFolder
from cropcore.training.record import DataRecord
from cropcore.training.run import Run

_FILES = HeldFiles()
"""What pixels are read from: a click opens nothing that one before it has opened."""


@dataclass(frozen=True)
class Track:
    """One band of one source at one pixel."""

    band: str
    unit: Unit
    dates: tuple[date, ...]
    values: np.ndarray
    """float32 (time,), masked or not; NaN without data."""
    masked: np.ndarray
    """Whether the ground was hidden, bool (time,)."""


@dataclass(frozen=True)
class Seen:
    """What was seen at a pixel, before any model."""

    row: int
    col: int
    lon: float
    lat: float
    x: float
    """Easting of the centre, in the units of the region's coordinate system."""
    y: float
    sources: tuple[Acquisitions, ...]
    """As models read them: values (time, 1, 1, band), NaN where masked."""
    tracks: tuple[Track, ...]
    reference: int
    """Legend code of the reference label; 0 where unknown."""


@dataclass(frozen=True)
class Judged:
    """What a run makes of a pixel."""

    ranking: tuple[tuple[LegendClass, float, float], ...]
    """Class, softmax score and calibrated probability, most probable first."""
    around: Surroundings
    """The model's input: the pixel, with its surroundings where the model sees them."""
    inputs: tuple[ModelInput, ...]
    """Its parts, each on its own dates."""
    start: date
    """First day of the season."""
    members: np.ndarray | None = None
    """Calibrated probabilities of each of an ensemble's members, (member, class of the legend)."""

    @property
    def series(self) -> np.ndarray:
        """The pixel's own part of the input, float32 (time, band), physical units."""
        return self.around.series

    @property
    def winner(self) -> LegendClass:
        """The most probable class."""
        return self.ranking[0][0]


@dataclass(frozen=True)
class Asked:
    """A run that is loaded and can be asked; costs TensorFlow to make."""

    data: DataRecord
    architecture: Architecture
    predictor: Predictor | PatchPredictor
    class_means: np.ndarray
    """Mean series of each class over the training samples, (class, time, band)."""
    explainer: AnyExplainer
    attentive: bool
    """Whether a network of it has attention to show."""


def load(run: Run) -> Asked:
    """Load a finished run.

    Raises:
        RunError: It is unfinished or damaged.
    """
    explainer = explainer_of(run)
    networks = explainer.explainers if isinstance(explainer, EnsembleExplainer) else [explainer]
    models = [item.predictor.model for item in networks if item.predictor.model is not None]
    return Asked(
        run.described,
        run.record.request.described(),
        explainer.predictor,
        explainer.class_means,
        explainer,
        any(attention_weights(model) for model in models),
    )


def look(region: RegionFolder, row: int, col: int) -> Seen:
    """Read everything that was seen at a pixel.

    Raises:
        RegionError: A file is damaged.
    """
    window = Window(row, col, 1, 1)
    with _FILES.within():
        read = [_read(item, window) for item in region.imagery]
    tracks = tuple(
        Track(band, item.units[at], item.dates, values[:, at], masked)
        for item, (values, masked) in zip(region.imagery, read, strict=True)
        for at, band in enumerate(item.bands)
    )
    sources = tuple(
        Acquisitions(
            item.source,
            item.dates,
            item.bands,
            item.units,
            np.where(masked[:, None], np.float32(np.nan), values)[:, None, None],
        )
        for item, (values, masked) in zip(region.imagery, read, strict=True)
    )
    lon, lat = region.grid.lonlat(np.array([row]), np.array([col]))
    x, y = region.grid.affine @ (col + 0.5, row + 0.5)
    codes = region.labels_in(window)
    reference = UNKNOWN if codes is None else int(codes[0, 0])
    return Seen(row, col, float(lon[0]), float(lat[0]), x, y, sources, tracks, reference)


def judge(asked: Asked, seen: Seen, region: RegionFolder) -> Judged | None:
    """Ask a run about a pixel.

    Args:
        asked: The run.
        seen: The pixel.
        region: Where it lies.

    Returns:
        Its answer; ``None`` where the ground was never clear in the model's season.

    Raises:
        RunError: A band the run needs was not seen.
    """
    preparation = asked.data.preparation
    start = season_of(preparation, region)
    if isinstance(asked.predictor, PatchPredictor):
        around = look_around(region, preparation, asked.architecture, start, seen.row, seen.col)
    else:  # what was read for the charts is all it needs
        series, clear = preparation(seen.sources, start)
        around = Surroundings.alone(series[0]) if clear[0] else None
    if around is None:
        return None
    raw = softmax(around.logits(asked.predictor)[None])[0]
    calibrated = around.probabilities(asked.predictor)
    order = np.argsort(-calibrated, kind="stable")
    legend = asked.data.legend.classes
    return Judged(
        tuple((legend[at], float(raw[at]), float(calibrated[at])) for at in order),
        around,
        preparation.inputs,
        start,
        around.members(asked.predictor),
    )


def _read(imagery: Imagery, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Values (time, band) and whether the ground was hidden (time,)."""
    values = np.stack([item.read(window)[0, 0] for item in imagery.acquisitions])
    masked = [
        item.mask is not None and bool(item.mask.covers(window)[0, 0])
        for item in imagery.acquisitions
    ]
    return values, np.array(masked)


__all__ = ["Asked", "Judged", "Seen", "Track", "judge", "load", "look"]
