"""Snapshots taken while a network learns, as its run's folder keeps them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import ThreadpoolController

from cropcore.errors import RunError
from cropcore.samples import Samples, places
from cropcore.training.snapshots.layers import Layer, choose_layers
from cropcore.training.snapshots.looking import (
    Look,
    View,
    blocks_of,
    look_at_pixels,
    look_at_series,
)
from cropcore.training.snapshots.measures import (
    compact,
    fisher_ratio,
    gram,
    leading,
    probe_accuracy,
    silent_share,
)
from cropcore.training.snapshots.probe import (
    choose_blocks,
    draw_probe,
    draw_raw,
    fold_probe,
    is_due,
)
from cropcore.training.snapshots.record import (
    FEWEST,
    MEASURES,
    SCORES,
    LayerRecord,
    ProbeRecord,
    ProbeSample,
)
from cropcore.training.snapshots.storing import (
    LARGEST,
    Stored,
    clear_snapshots,
    find_snapshots,
    prune_snapshots,
    write_probe,
    write_snapshot,
)

if TYPE_CHECKING:
    import keras

_BLOCKS = 12
"""Blocks of a scene that are looked at, at most."""
_ROOM = LARGEST - 200_000
"""Bytes of the arrays of a snapshot; the rest is for their headers."""
_NUMBER = re.compile(r"_\d+$")
_KEPT = 32
"""Components of each step, where there is room."""


@dataclass(frozen=True, eq=False)
class Subject:
    """Who is looked at, and what the network reads of them."""

    samples: Samples
    candidates: np.ndarray
    """Positions of the samples that may be drawn: those of the validation groups."""
    inputs: tuple[tuple[str, int], ...]
    """Name and number of dates of each series that the network reads."""
    seed: int
    view: View | None = None
    """Of a network that sees surroundings."""

    def drawn(self) -> np.ndarray:
        """Positions of the probe set."""
        samples, candidates = self.samples, self.candidates
        if self.view is not None:
            blocks = blocks_of(*places(samples.ids))
            candidates = choose_blocks(samples.codes, blocks, candidates, self.seed, _BLOCKS)
        return draw_probe(samples.codes, samples.groups, candidates, self.seed)


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
        self.record = _record(model, self.layers, subject, drawn)
        codes = subject.samples.codes[drawn]
        self.labels = np.searchsorted(np.asarray(self.record.codes), codes)
        self.fold = np.array([sample.fold for sample in self.record.samples])
        self.threads = ThreadpoolController()
        self.look = _look(model, self.layers, subject, drawn)

    def callbacks(self) -> list[keras.callbacks.Callback]:
        """What takes the snapshots that are due while Keras fits the network."""
        from cropcore.training.snapshots.callback import SnapshotTaker

        return [SnapshotTaker(self.after)]

    def begin(self, epoch: int) -> None:
        """Begin a training, or go on with one: what was seen after its checkpoint is dropped.

        Raises:
            StorageError: The disk refused.
        """
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
        with self.threads.limit(limits=1):  # of two, one waits for a core that TensorFlow holds
            for at, (layer, values) in enumerate(zip(self.record.layers, seen, strict=True)):
                row, own = self._measured(layer, values)
                rows.append(row)
                arrays |= {f"{at}.{name}": array for name, array in own.items()}
        columns = np.array(rows, dtype=np.float64).T  # (measure, layer)
        arrays |= dict(zip(MEASURES, columns, strict=True))
        write_snapshot(self.folder, self.record, epoch, arrays)

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


def _look(model: keras.Model, layers: Sequence[Layer], subject: Subject, drawn: np.ndarray) -> Look:
    samples = subject.samples
    if subject.view is None:
        return look_at_series(model, layers, samples.series[drawn])
    if samples.scene is None:
        raise TypeError("samples of a network that sees surroundings have a scene")
    rows, cols = places(samples.ids[drawn])
    return look_at_pixels(model, layers, samples.scene, rows, cols, subject.view)


def _record(
    model: keras.Model, layers: Sequence[Layer], subject: Subject, drawn: np.ndarray
) -> ProbeRecord:
    """What is kept, made smaller until there is room for it."""
    samples = subject.samples
    codes, groups = samples.codes[drawn], samples.groups[drawn]
    rows = zip(
        samples.ids[drawn].tolist(),
        codes.tolist(),
        groups.tolist(),
        fold_probe(codes, groups, subject.seed).tolist(),
        strict=True,
    )
    probe = tuple(
        ProbeSample(id=str(name)[:500], code=code, group=str(group)[:500], fold=fold)
        for name, code, group, fold in rows
    )

    def keeping(kept: int, whole: bool) -> ProbeRecord:
        return ProbeRecord(
            seed=subject.seed,
            samples=probe,
            raw=draw_raw(codes, subject.seed),
            layers=tuple(layer.record(subject.inputs, kept, whole) for layer in layers),
            weights=_steady([layer.name for layer, _ in _weighted(model)], subject.inputs),
        )

    record = keeping(_KEPT, whole=True)
    kept = _KEPT
    while record.bytes > _ROOM and kept > 1:
        record = keeping(kept, whole=False)
        kept //= 2
    return record


def _weighted(model: keras.Model) -> list[tuple[keras.layers.Layer, list[np.ndarray]]]:
    """Layers with matrices or kernels that are learnt."""
    found = []
    for layer in model.layers:
        kernels = [weight for weight in layer.trainable_weights if len(weight.shape) > 1]
        if kernels:
            found.append((layer, kernels))
    return found


def _steady(names: Sequence[str], inputs: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """Names of layers; those that nobody named are numbered from 1 in each network alike."""
    count: Counter[str] = Counter()
    steady = []
    for name in names:
        if name != "logits" and not any(name.startswith(series) for series, _ in inputs):
            name = _NUMBER.sub("", name)
            count[name] += 1
            name = f"{name}_{count[name]}"
        steady.append(name)
    return tuple(steady)


def _weight_norms(model: keras.Model) -> np.ndarray:
    """Length of all kernels of a layer together, (layer,)."""
    squares = [
        sum(float(np.square(np.asarray(one, dtype=np.float64)).sum()) for one in kernels)
        for _, kernels in _weighted(model)
    ]
    return np.sqrt(np.array(squares))


def _as_kept(values: np.ndarray, layer: LayerRecord) -> np.ndarray:
    """Attention as it is kept, (sample, …, time)."""
    if values.shape[1:] == layer.shape:
        return values
    return values.reshape(len(values), layer.shape[0], -1, layer.steps).mean(axis=2)


__all__ = ["Snapshots", "Subject", "View", "begin_snapshots"]
