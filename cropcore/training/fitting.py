"""Fitting one model on one split, and calibrating it on the validation groups."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.confidence import fit_temperature
from cropcore.cube import ModelInput
from cropcore.errors import CancelledError, InputError
from cropcore.models import Architecture, Network, PatchNetwork, SeriesSpec
from cropcore.models.boosting import Boosting
from cropcore.models.feature_forest import FeatureForest
from cropcore.models.random_forest import RandomForest
from cropcore.prediction import (
    PatchPredictor,
    Predictor,
    answers,
    feature_predictor,
    network_predictor,
    patch_predictor,
    trees_predictor,
)
from cropcore.prediction.features import features_of
from cropcore.training.feeding import Feed, SeriesFeed
from cropcore.training.files import FeatureModel, load_network
from cropcore.training.growing import grow
from cropcore.training.patch_feeding import PatchFeed
from cropcore.training.record import DataRecord, TrainingSettings

if TYPE_CHECKING:
    import keras

    from cropcore.samples import Samples, Split
    from cropcore.training.snapshots.taking import Snapshots

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
    snapshots: bool = False
    """Whether to look inside a network while it learns."""


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
    fitters = {"network": _fit_network, "trees": _fit_trees, "features": _fit_features}
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
    mean, sd = band_statistics(task.samples.series[task.split.train], task.data.preparation.bands)
    started = time.monotonic()
    calibrated = _calibrated(fit_on_training(task, stop), task)
    trees = _grown(task, np.concatenate([task.split.train, task.split.validation]), stop)
    predictor = trees_predictor(trees, len(task.data.legend), calibrated.temperature)
    return Fitted(trees, predictor, mean, sd, 1, 1, time.monotonic() - started)


def fit_on_training(task: Task, stop: Stop) -> Predictor:
    """Trees grown on the training samples alone, so that validation samples are new to them."""
    return trees_predictor(_grown(task, task.split.train, stop), len(task.data.legend))


def _grown(task: Task, indices: np.ndarray, stop: Stop) -> Any:
    if not isinstance(task.architecture, RandomForest | Boosting):
        raise TypeError(f"{task.architecture!r} has no trees")
    estimator = task.architecture.estimator(task.seed)
    balance, check = task.settings.balance, partial(raise_if, stop)
    return grow(estimator, *_part(task, indices), balance=balance, check=check)


def _fit_features(task: Task, tell: Tell, stop: Stop) -> Fitted:
    """A network fitted as usual, then a forest on what it makes of the training samples."""
    if not isinstance(task.architecture, FeatureForest):
        raise TypeError(f"{task.architecture!r} has no forest on features")
    found, started = _fit_network(task, tell, stop), time.monotonic()
    series, labels = _part(task, task.split.train)
    features = network_predictor(features_of(found.model)).logits(series)
    balance = task.settings.balance
    check = partial(raise_if, (lambda: False) if found.cancelled else stop)
    forest = grow(
        task.architecture.estimator(task.seed), features, labels, balance=balance, check=check
    )
    return replace(
        found,
        model=FeatureModel(found.model, forest),
        predictor=_calibrated(feature_predictor(found.model, forest, len(task.data.legend)), task),
        seconds=found.seconds + time.monotonic() - started,
    )


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
    snapshots = _snapshots(task, task.architecture, model, progress.epoch)
    stopped = False
    try:
        if progress.epoch - progress.best_epoch < task.settings.patience:
            model.fit(
                **feed.arguments(),
                initial_epoch=progress.epoch,
                epochs=task.settings.epochs,
                callbacks=[recorder, *snapshots.callbacks()] if snapshots else [recorder],
                verbose=0,
            )
    except CancelledError:
        if not progress.best_epoch:
            raise
        stopped = True
    if snapshots and not stopped:
        snapshots.add(progress.epoch)
    model.load_weights(task.folder / "best.weights.h5")
    if snapshots:
        snapshots.add(progress.best_epoch)
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


def _snapshots(
    task: Task, architecture: Network, model: keras.Model, epoch: int
) -> Snapshots | None:
    """Looks inside the network, the first of them before it goes on from an epoch."""
    from cropcore.training.snapshots.taking import Subject, View, begin_snapshots

    if not task.snapshots:
        return None
    view = None
    if isinstance(architecture, PatchNetwork):
        view = View(architecture.reach(model.input_shape[1]), architecture.stride)
    inputs = task.data.preparation.inputs
    dates = [item.calendar.n_dates for item in inputs]
    read = tuple(zip(_layer_names(inputs), dates, strict=True))
    subject = Subject(task.samples, task.split.validation, read, task.seed, view)
    return begin_snapshots(task.folder, model, subject, epoch)


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
    return [
        SeriesSpec(
            name,
            tuple(map(float, item.calendar.days)),
            item.bands,
            tuple(mean[column] for column in item.columns),
            tuple(sd[column] for column in item.columns),
            item.columns,
        )
        for name, item in zip(_layer_names(inputs), inputs, strict=True)
    ]


def _layer_names(inputs: Sequence[ModelInput]) -> list[str]:
    """What the names of the layers begin with that read each series."""
    names = [_NO_NAME.sub("_", item.name).strip("_") for item in inputs]
    if not all(names) or len(set(names)) < len(names):
        return [f"source_{number}" for number, _ in enumerate(inputs, start=1)]
    return names


__all__ = [
    "Fitted",
    "Stop",
    "Task",
    "Tell",
    "band_statistics",
    "class_indices",
    "fit",
    "fit_on_training",
]
