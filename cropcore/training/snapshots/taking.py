"""Snapshots taken while a network learns, as its run's folder keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import ThreadpoolController

from cropcore.confidence import softmax
from cropcore.errors import RunError
from cropcore.samples import places
from cropcore.training.files import sweep
from cropcore.training.snapshots.gradients import Pull, patches_asked, pull_of, series_asked
from cropcore.training.snapshots.layers import choose_layers
from cropcore.training.snapshots.looking import (
    Look,
    Pixels,
    View,
    look_at_pixels,
    look_at_series,
    tidy,
)
from cropcore.training.snapshots.measures import (
    compact,
    date_accuracy,
    fisher_ratio,
    gram,
    leading,
    probe_accuracy,
    silent_share,
)
from cropcore.training.snapshots.planning import Subject, plan_record, weighted
from cropcore.training.snapshots.probe import is_due
from cropcore.training.snapshots.record import FEWEST, FOLDER, MEASURES, SCORES, LayerRecord
from cropcore.training.snapshots.storing import (
    Stored,
    clear_snapshots,
    find_snapshots,
    prune_snapshots,
    write_probe,
    write_snapshot,
)

if TYPE_CHECKING:
    import keras


class Snapshots:
    """Takes the snapshots of one training.

    Args:
        folder: Of the network that learns.
        model: Its weights change from call to call.
        subject: Who is looked at.
    """

    def __init__(self, folder: Path, model: keras.Model, subject: Subject) -> None:
        self.folder, self.model = folder, model
        self.layers = choose_layers(model)
        drawn = subject.drawn()
        learnt = subject.learnt(drawn)
        self.record = plan_record(model, self.layers, subject, drawn, learnt)
        codes = subject.samples.codes[drawn]
        self.labels = np.searchsorted(np.asarray(self.record.codes), codes)
        self.learnt = subject.indices(learnt)
        self.fold = np.array([sample.fold for sample in self.record.samples])
        self.threads = ThreadpoolController()
        self.look = self._looking(subject, drawn, learnt)
        self.pull = self._pulling(subject, drawn)

    def callbacks(self) -> list[keras.callbacks.Callback]:
        """What takes the snapshots that are due while Keras fits the network."""
        from cropcore.training.snapshots.callback import SnapshotTaker

        return [SnapshotTaker(self.after)]

    def begin(self, epoch: int) -> None:
        """Begin a training, or go on with one: what was seen after its checkpoint is dropped.

        Raises:
            StorageError: The disk refused.
        """
        place = self.folder / FOLDER
        if place.is_dir():
            sweep(place)
        kept = [one for one in range(epoch + 1) if is_due(one)]
        stored = self._known() if epoch else None
        if stored is None:
            clear_snapshots(self.folder)
            write_probe(self.folder, self.record)
        else:
            prune_snapshots(stored, kept)
        if is_due(epoch) and (stored is None or epoch not in stored.epochs):
            self.take(epoch)

    def after(self, epoch: int) -> None:
        """Take a snapshot after an epoch if one is due.

        Raises:
            StorageError: The disk refused.
        """
        if is_due(epoch):
            self.take(epoch)

    def add(self, epoch: int) -> None:
        """Take a snapshot of the present weights, those after an epoch, if there is none yet.

        Raises:
            StorageError: The disk refused.
        """
        stored = find_snapshots(self.folder)
        if stored is None or epoch not in stored.epochs:
            self.take(epoch)

    def take(self, epoch: int) -> None:
        """Take a snapshot of the present weights.

        Raises:
            StorageError: The disk refused.
        """
        arrays: dict[str, np.ndarray] = {"weight_norm": _weight_norms(self.model)}
        rows, seen = [], self.look()
        pulled, slopes = self.pull()
        arrays["gradient_norm"], arrays["attribution"] = np.nan_to_num(pulled), tidy(slopes)
        arrays["trained"] = _own(softmax(seen.trained), self.learnt)
        with self.threads.limit(limits=1):  # of two, one waits for a core that TensorFlow holds
            for at, (layer, values) in enumerate(zip(self.record.layers, seen.layers, strict=True)):
                row, own = self._measured(layer, values)
                rows.append(row)
                arrays |= {f"{at}.{name}": array for name, array in own.items()}
        arrays |= {f"{at}.gates": one for at, one in enumerate(seen.gates) if one is not None}
        columns = np.array(rows, dtype=np.float64).T  # (measure, layer)
        arrays |= dict(zip(MEASURES, columns, strict=True))
        write_snapshot(self.folder, self.record, epoch, arrays)

    def _looking(self, subject: Subject, drawn: np.ndarray, learnt: np.ndarray) -> Look:
        samples = subject.samples
        if subject.view is None:
            series = samples.series
            return look_at_series(self.model, self.layers, series[drawn], series[learnt])
        asked, known = (Pixels(*places(samples.ids[at])) for at in (drawn, learnt))
        return look_at_pixels(self.model, self.layers, subject.scene, asked, known, subject.view)

    def _pulling(self, subject: Subject, drawn: np.ndarray) -> Pull:
        samples, labels = subject.samples, subject.indices(drawn)
        explained = np.array(self.record.attributed)
        if subject.view is None:
            asked = series_asked(samples.series[drawn], labels, explained)
        else:
            pixels, stride = Pixels(*places(samples.ids[drawn])), subject.view.stride
            side = self.record.side
            asked = patches_asked(subject.scene, pixels, labels, explained, side, stride)
        kernels = [own for _, own in weighted(self.model)]
        return pull_of(self.model, kernels, subject.mean, subject.sd, asked)

    def _known(self) -> Stored | None:
        try:
            stored = find_snapshots(self.folder)
        except RunError:  # damaged: begun anew
            return None
        return stored if stored is not None and stored.record == self.record else None

    def _measured(
        self, layer: LayerRecord, values: np.ndarray
    ) -> tuple[tuple[float, ...], dict[str, np.ndarray]]:
        """The measures of a layer, and what is kept of it."""
        raw = list(self.record.raw)
        seen = values
        if layer.kind == "attention":
            seen = values.reshape(len(values), -1, layer.steps).mean(axis=1)
        flat = seen.reshape(len(seen), -1)
        products = gram(flat)
        right = probe_accuracy(products, self.labels, self.fold)
        told = (float(fisher_ratio(flat, self.labels)), *_share_and_spread(right, self.fold))
        if layer.kind == "attention":
            return (*told, 0.0, 1.0), {"values": seen, "raw": _as_kept(values[raw], layer)}
        small = compact(values, layer.kept)
        measures = (*told, silent_share(values), small.explained)
        kept = {} if small.basis is None else {"basis": small.basis}
        kept |= {} if small.mean is None else {"mean": small.mean}
        if not layer.steps:
            return measures, kept | {"values": small.values}
        by_class = [small.values[self.labels == at].mean(axis=0) for at in np.unique(self.labels)]
        kept |= {
            "values": leading(products, min(SCORES, len(values))),
            "raw": small.values[raw],
            "classes": np.stack(by_class),
            "fisher": fisher_ratio(values, self.labels),
            "probe": date_accuracy(values, self.labels, self.fold),
        }
        return measures, kept


def _share_and_spread(right: np.ndarray, fold: np.ndarray) -> tuple[float, float]:
    """Share that is right and its standard deviation over folds; NaN where nothing was tested."""
    if not len(right):
        return np.nan, np.nan
    by_fold = [right[fold == at].mean() for at in np.unique(fold)]
    return float(right.mean()), float(np.std(by_fold, ddof=1))


def begin_snapshots(
    folder: Path, model: keras.Model, subject: Subject, epoch: int
) -> Snapshots | None:
    """Snapshots of a training that begins, or goes on from an epoch; the first is taken.

    Returns:
        ``None`` where there is nobody to look at.

    Raises:
        StorageError: The disk refused.
    """
    if len(subject.candidates) < FEWEST:
        return None
    snapshots = Snapshots(folder, model, subject)
    snapshots.begin(epoch)
    return snapshots


def _weight_norms(model: keras.Model) -> np.ndarray:
    """Length of all kernels of a layer together, (layer,)."""
    squares = [
        sum(float(np.square(np.asarray(one, dtype=np.float64)).sum()) for one in kernels)
        for _, kernels in weighted(model)
    ]
    return np.sqrt(np.array(squares))


def _as_kept(values: np.ndarray, layer: LayerRecord) -> np.ndarray:
    """Attention as it is kept, (sample, …, time)."""
    if values.shape[1:] == layer.shape:
        return values
    return values.reshape(len(values), layer.shape[0], -1, layer.steps).mean(axis=2)


def _own(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """That of the true class, (sample,)."""
    return np.take_along_axis(probabilities, labels[:, None], axis=1)[:, 0]


__all__ = ["Snapshots", "Subject", "View", "begin_snapshots"]
