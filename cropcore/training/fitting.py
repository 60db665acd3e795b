"""Fitting one model on one split, and calibrating it on the validation groups."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.confidence import fit_temperature
from cropcore.errors import CancelledError
from cropcore.models import Architecture, Network, PatchNetwork
from cropcore.models.boosting import Boosting
from cropcore.models.feature_forest import FeatureForest
from cropcore.models.random_forest import RandomForest
from cropcore.prediction import (
    PatchPredictor,
    Predictor,
    answers,
    feature_predictor,
    logits_of,
    network_predictor,
    patch_predictor,
    trees_predictor,
)
from cropcore.prediction.features import features_of
from cropcore.samples.room import most_in_memory
from cropcore.training.checkpoints import checkpoint, go_on, take_weights
from cropcore.training.compiling import layer_names, ready, series_specs
from cropcore.training.feeding import Feed, SeriesFeed
from cropcore.training.files import FeatureModel
from cropcore.training.growing import grow
from cropcore.training.patch_feeding import PatchFeed
from cropcore.training.record import DataRecord, TrainingSettings
from cropcore.training.statistics import band_statistics

if TYPE_CHECKING:
    import keras

    from cropcore.samples import Samples, Split
    from cropcore.training.snapshots.taking import Snapshots
    from cropcore.training.starting import Start

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
    start: Start | None = None
    """Whose weights it begins with."""


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
    labels = _labels(task, task.split.validation)
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


def _labels(task: Task, indices: np.ndarray) -> np.ndarray:
    return class_indices(task.samples.codes[indices], task.data.legend.codes)


def _for_trees(task: Task, indices: np.ndarray) -> np.ndarray:
    """Samples that trees learn from, which need all at once: some by chance where they are many."""
    most = most_in_memory(task.samples.series)
    if len(indices) <= most:
        return indices
    return np.sort(np.random.default_rng(task.seed).choice(indices, most, replace=False))


def _fit_trees(task: Task, tell: Tell, stop: Stop) -> Fitted:
    """Trees need nobody to watch them: calibrated on validation groups, then grown on all."""
    mean, sd = _statistics(task)
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
    drawn = _for_trees(task, indices)
    series, labels = task.samples.series[drawn], _labels(task, drawn)
    return grow(estimator, series, labels, balance=balance, check=check)


def _fit_features(task: Task, tell: Tell, stop: Stop) -> Fitted:
    """A network fitted as usual, then a forest on what it makes of the training samples."""
    if not isinstance(task.architecture, FeatureForest):
        raise TypeError(f"{task.architecture!r} has no forest on features")
    found, started = _fit_network(task, tell, stop), time.monotonic()
    drawn = _for_trees(task, task.split.train)
    labels = _labels(task, drawn)
    asked = network_predictor(features_of(found.model)).logits
    features = logits_of(asked, task.samples.series, drawn)
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
    labels = _labels(task, task.split.train)
    mean, sd = _statistics(task)
    keras.utils.set_random_seed(task.seed)
    progress = read_progress(task.folder) or Progress()
    feed = _feed(task, sd)
    model = _compiled(task, task.architecture, mean, sd, feed.steps)
    if progress.epoch:
        take_weights(checkpoint(task.folder, progress.best_epoch), model)  # told now, not at last
        go_on(checkpoint(task.folder, progress.epoch), model)
    elif task.start is not None:
        task.start.hand_on(model, task.data.legend)
    known = task.split.train[watched(labels, task.seed)]
    asked = np.concatenate([known, task.split.validation])
    recorder = Recorder(
        task.folder,
        lambda network: feed.asking(network, asked),
        _labels(task, known),
        _labels(task, task.split.validation),
        task.data.legend.codes,
        task.settings,
        progress,
        tell,
        stop,
    )
    snapshots = _snapshots(task, task.architecture, model, progress.epoch, mean, sd)
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
    take_weights(checkpoint(task.folder, progress.best_epoch), model)
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
    task: Task,
    architecture: Network,
    model: keras.Model,
    epoch: int,
    mean: Sequence[float],
    sd: Sequence[float],
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
    read = tuple(zip(layer_names(inputs), dates, strict=True))
    subject = Subject(
        samples=task.samples,
        candidates=task.split.validation,
        train=task.split.train,
        classes=tuple(task.data.legend.codes),
        mean=np.array(mean),
        sd=np.array(sd),
        inputs=read,
        seed=task.seed,
        view=view,
    )
    return begin_snapshots(task.folder, model, subject, epoch)


def _feed(task: Task, sd: Sequence[float]) -> Feed:
    samples, train, settings = task.samples, task.split.train, task.settings
    labels = class_indices(samples.codes, task.data.legend.codes)
    inputs, spread = task.data.preparation.inputs, np.array(sd)
    if not isinstance(task.architecture, PatchNetwork):
        return SeriesFeed(samples.series, labels, train, settings, inputs, spread, task.seed)
    if samples.scene is None:
        raise TypeError("samples of a network that sees surroundings have a scene")
    return PatchFeed(
        samples.scene,
        samples.ids,
        labels,
        train,
        task.architecture,
        settings,
        inputs,
        spread,
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
    specs = series_specs(task.data.preparation.inputs, mean, sd)
    model = architecture.build(specs, len(task.data.legend))
    ready(model, task.settings, n_steps, patches=bool(architecture.space))
    return model


def _statistics(task: Task) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of each band; those that borrowed weights were learnt with."""
    if task.start is not None:
        return task.start.origin.mean, task.start.origin.sd
    bands = task.data.preparation.bands
    return band_statistics(task.samples.series, bands, task.split.train)


__all__ = [
    "Fitted",
    "Stop",
    "Task",
    "Tell",
    "class_indices",
    "fit",
    "fit_on_training",
]
