"""Fitting one model on one split, and calibrating it on the validation groups."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.confidence import fit_temperature
from cropcore.cube import ModelInput
from cropcore.errors import CancelledError, InputError
from cropcore.models import Architecture, Network, PatchNetwork, SeriesSpec
from cropcore.models.random_forest import RandomForest
from cropcore.prediction import (
    PatchPredictor,
    Predictor,
    answers,
    forest_predictor,
    network_predictor,
    patch_predictor,
)
from cropcore.training.feeding import Feed, SeriesFeed, class_weights
from cropcore.training.files import load_network
from cropcore.training.patch_feeding import PatchFeed
from cropcore.training.record import DataRecord, TrainingSettings

if TYPE_CHECKING:
    import keras
    from sklearn.ensemble import RandomForestClassifier

    from cropcore.samples import Samples, Split

_TREES_AT_ONCE = 100
_NO_NAME = re.compile(r"[^A-Za-z0-9]+")
"""What the name of a layer must not hold; sources are named by people."""
Tell = Callable[[dict[str, float]], None]
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Task:
    """What to fit."""

    architecture: Architecture
    settings: TrainingSettings
    data: DataRecord
    samples: Samples
    split: Split
    seed: int
    folder: Path
    """Where history and checkpoint go."""


@dataclass(frozen=True)
class Fitted:
    """A model that has learnt."""

    model: Any
    """A ``keras.Model`` or a forest."""
    predictor: Predictor | PatchPredictor
    """The same, calibrated."""
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    epochs: int
    best_epoch: int
    seconds: float
    cancelled: bool = False
    """Whether it was stopped before its time; the best weights so far are kept."""


def fit(task: Task, tell: Tell, stop: Stop) -> Fitted:
    """Fit the architecture on the training samples and its temperature on the validation ones.

    Args:
        task: What to fit.
        tell: Called with each finished epoch's row of the history.
        stop: Asked at every step whether somebody wants the training to stop.

    Raises:
        CancelledError: It was stopped before the first epoch was finished.
        DivergedError: The loss left the finite numbers.
    """
    fitters = {"network": _fit_network, "trees": _fit_trees}
    return fitters[task.architecture.kind](task, tell, stop)


def _calibrated(predictor: Predictor | PatchPredictor, task: Task) -> Predictor | PatchPredictor:
    """The predictor with the temperature that suits the validation groups."""
    logits = answers(predictor, task.samples, task.split.validation)
    labels = _part(task, task.split.validation)[1]
    return replace(predictor, temperature=fit_temperature(logits, labels))


def raise_if(stop: Stop) -> None:
    """Leave the work where somebody asked for that.

    Raises:
        CancelledError: Somebody did.
    """
    if stop():
        raise CancelledError(
            "training", expected="to go on", got="a request to stop", advice="resume it later"
        )


def class_indices(codes: np.ndarray, legend_codes: Sequence[int]) -> np.ndarray:
    """Positions in the legend, int64, of class codes."""
    return np.searchsorted(np.asarray(legend_codes), codes)


def band_statistics(
    series: np.ndarray, bands: Sequence[str]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each band over (sample, time), missing values left out.

    Raises:
        InputError: A band has no value at all.
    """
    empty = ~np.isfinite(series).any(axis=(0, 1))
    if empty.any():
        names = ", ".join(name for name, none in zip(bands, empty, strict=True) if none)
        raise InputError(
            f"band {names}",
            expected="a clear value in at least one training sample",
            got="none",
            advice="leave the band out with --bands",
        )
    mean = np.asarray(np.nanmean(series, axis=(0, 1), dtype=np.float64))
    sd = np.asarray(np.nanstd(series, axis=(0, 1), dtype=np.float64))
    smallest = np.maximum(np.abs(mean) * 1e-6, 1e-6)  # a constant band must not divide by zero
    return tuple(mean.tolist()), tuple(np.maximum(sd, smallest).tolist())


def _part(task: Task, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    labels = class_indices(task.samples.codes[indices], task.data.legend.codes)
    return task.samples.series[indices], labels


def _fit_trees(task: Task, tell: Tell, stop: Stop) -> Fitted:
    """Trees need nobody to watch them: calibrated on validation groups, then grown on all."""
    if not isinstance(task.architecture, RandomForest):
        raise TypeError(f"{task.architecture!r} is no forest")
    series, labels = _part(task, task.split.train)
    mean, sd = band_statistics(series, task.data.preparation.bands)
    started = time.monotonic()
    first = _grow(task, task.architecture, series, labels, stop)
    calibrated = _calibrated(forest_predictor(first, len(task.data.legend)), task)
    learnt = np.concatenate([task.split.train, task.split.validation])
    forest = _grow(task, task.architecture, *_part(task, learnt), stop)
    predictor = forest_predictor(forest, len(task.data.legend), calibrated.temperature)
    return Fitted(forest, predictor, mean, sd, 1, 1, time.monotonic() - started)


def _grow(
    task: Task, architecture: RandomForest, series: np.ndarray, labels: np.ndarray, stop: Stop
) -> RandomForestClassifier:
    """Grow a forest some trees at a time, asking between whether to stop; the same forest."""
    forest = architecture.estimator(task.seed).set_params(warm_start=True)
    features = series.reshape(len(series), -1)
    weights = class_weights(labels) if task.settings.balance else None
    for n_trees in range(_TREES_AT_ONCE, architecture.n_trees + _TREES_AT_ONCE, _TREES_AT_ONCE):
        raise_if(stop)
        forest.set_params(n_estimators=min(n_trees, architecture.n_trees))
        forest.fit(features, labels, sample_weight=weights)
    return forest.set_params(warm_start=False)


def _fit_network(task: Task, tell: Tell, stop: Stop) -> Fitted:
    import keras

    from cropcore.training.recorder import Progress, Recorder, read_progress, watched

    if not isinstance(task.architecture, Network):
        raise TypeError(f"{task.architecture!r} is no network")
    series, labels = _part(task, task.split.train)
    mean, sd = band_statistics(series, task.data.preparation.bands)
    keras.utils.set_random_seed(task.seed)
    progress = read_progress(task.folder) or Progress()
    feed = _feed(task, sd)
    if progress.epoch:
        model = load_network(task.folder / "checkpoint.keras", compiled=True)
    else:
        model = _compiled(task, task.architecture, mean, sd, feed.steps)
    known = task.split.train[watched(labels, task.seed)]
    asked = np.concatenate([known, task.split.validation])
    recorder = Recorder(
        task.folder,
        lambda network: feed.asking(network, asked),
        _part(task, known)[1],
        _part(task, task.split.validation)[1],
        task.data.legend.codes,
        task.settings,
        progress,
        tell,
        stop,
    )
    stopped = False
    try:
        if progress.epoch - progress.best_epoch < task.settings.patience:
            model.fit(
                **feed.arguments(),
                initial_epoch=progress.epoch,
                epochs=task.settings.epochs,
                callbacks=[recorder],
                verbose=0,
            )
    except CancelledError:
        if not progress.best_epoch:
            raise
        stopped = True
    model.load_weights(task.folder / "best.weights.h5")
    return Fitted(
        model=model,
        predictor=_calibrated(_predictor(task.architecture, model), task),
        mean=mean,
        sd=sd,
        epochs=progress.epoch,
        best_epoch=progress.best_epoch,
        seconds=progress.seconds,
        cancelled=stopped,
    )


def _feed(task: Task, sd: Sequence[float]) -> Feed:
    samples, labels = task.samples, class_indices(task.samples.codes, task.data.legend.codes)
    if not isinstance(task.architecture, PatchNetwork):
        inputs = task.data.preparation.inputs
        deviation = np.array(sd)
        return SeriesFeed(
            samples.series, labels, task.split.train, task.settings, inputs, deviation, task.seed
        )
    if samples.scene is None:
        raise TypeError("samples of a network that sees surroundings have a scene")
    return PatchFeed(
        samples.scene,
        samples.ids,
        labels,
        task.split.train,
        task.architecture,
        task.settings,
        task.seed,
    )


def _predictor(architecture: Network, model: keras.Model) -> Predictor | PatchPredictor:
    if isinstance(architecture, PatchNetwork):
        return patch_predictor(model, architecture.reach(model.input_shape[1]), architecture.stride)
    return network_predictor(model)


def _compiled(
    task: Task,
    architecture: Network,
    mean: tuple[float, ...],
    sd: tuple[float, ...],
    n_steps: int,
) -> keras.Model:
    import keras

    from cropcore.training.losses import ClassLoss

    specs = _specs(task.data.preparation.inputs, mean, sd)
    model = architecture.build(specs, len(task.data.legend))
    settings = task.settings
    model.compile(
        optimizer=keras.optimizers.AdamW(
            settings.learning_rate,
            weight_decay=settings.weight_decay,
            global_clipnorm=settings.clip_norm,
        ),
        loss=ClassLoss(
            settings.focal_gamma,
            settings.label_smoothing,
            reduction="mean_with_sample_weight" if architecture.space else "sum_over_batch_size",
        ),
        jit_compile=False,  # XLA on CPU is slower
        steps_per_execution=1 if architecture.space else min(8, n_steps),
    )
    return model


def _specs(
    inputs: Sequence[ModelInput], mean: Sequence[float], sd: Sequence[float]
) -> list[SeriesSpec]:
    """What encoders are told of the series they read."""
    names = [_NO_NAME.sub("_", item.name).strip("_") for item in inputs]
    if not all(names) or len(set(names)) < len(names):
        names = [f"source_{number}" for number, _ in enumerate(inputs, start=1)]
    return [
        SeriesSpec(
            name,
            tuple(map(float, item.calendar.days)),
            item.bands,
            tuple(mean[column] for column in item.columns),
            tuple(sd[column] for column in item.columns),
            item.columns,
        )
        for name, item in zip(names, inputs, strict=True)
    ]


__all__ = ["Fitted", "Stop", "Task", "Tell", "band_statistics", "class_indices", "fit"]
