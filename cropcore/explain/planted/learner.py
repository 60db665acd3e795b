"""An architecture that has learnt planted series, ready to be asked why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.bands import group_bands
from cropcore.confidence import softmax
from cropcore.explain.attribution import Background, Strip, Target
from cropcore.explain.attribution.base import Score
from cropcore.explain.explainer import ShareScore
from cropcore.explain.planted.generator import BANDS, DAYS, N_CLASSES, N_DATES, Planted
from cropcore.models import ARCHITECTURES, Architecture, Network, PatchNetwork, SeriesSpec
from cropcore.models.boosting import Boosting
from cropcore.models.feature_forest import FeatureForest
from cropcore.models.random_forest import RandomForest
from cropcore.prediction import AnyPredictor, feature_predictor, network_predictor, trees_predictor
from cropcore.prediction.features import features_of
from cropcore.training.compiling import ready
from cropcore.training.growing import grow
from cropcore.training.record import TrainingSettings
from cropcore.training.statistics import band_statistics

if TYPE_CHECKING:
    import keras

SETTINGS = TrainingSettings(epochs=16, patience=3, batch_size=64)
"""How networks learn planted series; the best epoch on the last tenth of them is kept."""
STRIP = Strip(tuple(range(len(BANDS))), N_DATES, tuple(group_bands(BANDS).values()))


@dataclass(frozen=True, eq=False)
class Learner:
    """A model of planted series."""

    architecture: Architecture
    logits: Callable[[np.ndarray], np.ndarray]
    """(sample, time, band) to (sample, class)."""
    score: Callable[[Target], Score]
    """The score of a target: logits of a network, the share of the vote otherwise."""
    background: Background
    class_means: np.ndarray
    """Mean series of each class, (class, time, band)."""
    side: int = 0
    """Pixels on each side of the patches it sees, all of them alike; 0 for none."""
    model: keras.Model | None = None
    spec: SeriesSpec | None = None

    def given(self, series: np.ndarray) -> np.ndarray:
        """Series as the model wants them, (sample, time, band) or (sample, time, y, x, band)."""
        return as_patches(series, self.side)

    def probabilities(self, series: np.ndarray) -> np.ndarray:
        """Softmax, (sample, class)."""
        return softmax(self.logits(series))

    def against(self, index: int) -> Background:
        """What a margin is held against: the mean series of the other class."""
        return replace(self.background, mean=self._shaped(self.class_means[index]))

    def of_network(self, model: keras.Model) -> Learner:
        """The same learner with another network of the same shape in its place."""
        return _network(self.architecture, model, self.background, self.class_means, self.side)

    def _shaped(self, mean: np.ndarray) -> np.ndarray:
        return mean[:, None, None] if self.side else mean


def as_patches(series: np.ndarray, side: int) -> np.ndarray:
    """Patches whose pixels are all alike, (sample, time, side, side, band); series for side 0."""
    if not side:
        return series
    n_samples, n_dates, n_bands = series.shape
    shape = (n_samples, n_dates, side, side, n_bands)
    return np.ascontiguousarray(np.broadcast_to(series[:, :, None, None], shape))


def learn(name: str, planted: Planted, seed: int) -> Learner:
    """Fit an architecture, as its quick preset has it, on planted series.

    Args:
        name: In the table of architectures.
        planted: What it learns from.
        seed: Of weights and order.

    Raises:
        UnknownNameError: There is no such architecture.
    """
    kind = ARCHITECTURES[name]
    architecture = kind.parse(kind.presets.get("quick", {}), name)
    everything = np.arange(len(planted.series))
    mean, sd = band_statistics(planted.series, BANDS, everything)
    by_class = [planted.series[planted.labels == label].mean(axis=0) for label in range(N_CLASSES)]
    side = architecture.stride if isinstance(architecture, PatchNetwork) else 0
    overall = planted.series.mean(axis=0)
    background = Background(
        overall[:, None, None] if side else overall,
        np.array(sd, np.float32),
        (STRIP,),
        planted.series,
    )
    if isinstance(architecture, RandomForest | Boosting):
        trees = _grown(architecture, planted.series, planted.labels, seed)
        asked = trees_predictor(trees, N_CLASSES)
        return _voting(architecture, asked, background, np.stack(by_class))
    if not isinstance(architecture, Network):
        raise TypeError(f"{name} is neither a network nor trees")
    spec = SeriesSpec("series", DAYS, BANDS, mean, sd)
    model = _fitted(architecture, spec, as_patches(planted.series, side), planted.labels, seed)
    if isinstance(architecture, FeatureForest):
        features = network_predictor(features_of(model)).logits(planted.series)
        forest = _grown(architecture, features, planted.labels, seed)
        asked = feature_predictor(model, forest, N_CLASSES)
        return _voting(architecture, asked, background, np.stack(by_class))
    learner = _network(architecture, model, background, np.stack(by_class), side)
    return replace(learner, spec=spec)


def _grown(
    architecture: RandomForest | Boosting | FeatureForest,
    features: np.ndarray,
    labels: np.ndarray,
    seed: int,
) -> Any:
    estimator = architecture.estimator(seed)
    return grow(estimator, features, labels, balance=False, check=lambda: None)


def _voting(
    architecture: Architecture,
    asked: AnyPredictor,
    background: Background,
    class_means: np.ndarray,
) -> Learner:
    def score(target: Target) -> Score:
        return ShareScore(asked, target, N_CLASSES)

    return Learner(architecture, asked.logits, score, background, class_means)


def _network(
    architecture: Architecture,
    model: keras.Model,
    background: Background,
    class_means: np.ndarray,
    side: int,
) -> Learner:
    from cropcore.explain.attribution.gradient import NetworkScore, trace

    traced = trace(model)
    scores = [NetworkScore(traced, Target(index), N_CLASSES) for index in range(N_CLASSES)]

    def logits(series: np.ndarray) -> np.ndarray:
        given = as_patches(series, side)
        return np.stack([score(given) for score in scores], axis=1)

    def score(target: Target) -> Score:
        return NetworkScore(traced, target, N_CLASSES)

    return Learner(architecture, logits, score, background, class_means, side, model)


def _fitted(
    architecture: Network, spec: SeriesSpec, series: np.ndarray, labels: np.ndarray, seed: int
) -> keras.Model:
    import keras

    keras.utils.set_random_seed(seed)
    model = architecture.build([spec], N_CLASSES)
    n_known = len(series) - len(series) // 10
    ready(model, SETTINGS, max(n_known // SETTINGS.batch_size, 1), patches=False)
    wanted = labels.reshape(-1, *(1 for _ in series.shape[2:-1]))
    wanted = np.broadcast_to(wanted, (len(labels), *series.shape[2:-1]))  # (sample[, y, x])
    best = keras.callbacks.EarlyStopping(
        patience=SETTINGS.patience, restore_best_weights=True, start_from_epoch=2
    )
    model.fit(
        series[:n_known],
        wanted[:n_known],
        validation_data=(series[n_known:], wanted[n_known:]),
        batch_size=SETTINGS.batch_size,
        epochs=SETTINGS.epochs,
        callbacks=[best],
        verbose=0,
    )
    return model


def in_double(learner: Learner) -> Learner:
    """The same network in double precision, where differences are exact enough to tell.

    Raises:
        TypeError: It is no network.
    """
    if learner.model is None or learner.spec is None:
        raise TypeError("only networks have gradients to compare")
    if not isinstance(learner.architecture, Network):
        raise TypeError("only networks have gradients to compare")
    with _everything_in_double():
        model = learner.architecture.build([learner.spec], N_CLASSES)
    model.set_weights(learner.model.get_weights())
    return learner.of_network(model)


@contextmanager
def _everything_in_double() -> Iterator[None]:
    """Networks built meanwhile are in double precision, pooling over volumes too."""
    import keras

    usual, policy, pooling = (
        keras.config.floatx(), keras.config.dtype_policy(), keras.layers.MaxPooling3D,
    )  # fmt: skip
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    keras.layers.MaxPooling3D = _pooled
    try:
        yield
    finally:
        keras.config.set_floatx(usual)
        keras.config.set_dtype_policy(policy)
        keras.layers.MaxPooling3D = pooling


def _pooled(size: tuple[int, int, int]) -> Callable[[Any], Any]:
    """Largest values of (batch, time, y, x, …) over squares of one date.

    TensorFlow pools volumes in single precision only, and pictures in double as well.
    """
    import keras

    depth, *square = size
    if depth != 1:
        raise ValueError(f"pooling of {depth} dates together cannot be done in double precision")
    return keras.layers.TimeDistributed(keras.layers.MaxPooling2D(square))


__all__ = ["SETTINGS", "STRIP", "Learner", "as_patches", "in_double", "learn"]
