"""What is kept of a network while it learns: who is looked at, which layers, how much of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.samples import Samples, Scene, places
from cropcore.training.snapshots.gradients import PIXELS, side_of
from cropcore.training.snapshots.layers import Layer
from cropcore.training.snapshots.looking import View, blocks_of
from cropcore.training.snapshots.probe import (
    TRAINED_SIZE,
    choose_blocks,
    draw_evenly,
    draw_probe,
    draw_raw,
    fold_probe,
)
from cropcore.training.snapshots.record import ProbeRecord, ProbeSample, TrainedRecord
from cropcore.training.snapshots.storing import LARGEST

if TYPE_CHECKING:
    import keras

_BLOCKS = 12
"""Blocks of a scene that are looked at, at most."""
_MORE_BLOCKS = 2
"""Further ones, where nobody learns from what is in those."""
_TRAINED_IN_BLOCKS = 500
_ROOM = LARGEST - 200_000
"""Bytes of the arrays of a snapshot; the rest is for their headers."""
_ATTRIBUTIONS = 2**18
"""Bytes of the attributions among them, at most."""
_NUMBER = re.compile(r"_\d+$")
_KEPT = 32
"""Components of each step, where there is room."""


@dataclass(frozen=True, eq=False)
class Subject:
    """Who is looked at, and what the network reads of them."""

    samples: Samples
    candidates: np.ndarray
    """Positions of the samples that may be drawn: those of the validation groups."""
    train: np.ndarray
    """Positions of those that the network learns from."""
    classes: tuple[int, ...]
    """Legend code of each logit, ascending."""
    mean: np.ndarray
    """Of each band over the training samples, physical units, (band,)."""
    sd: np.ndarray
    """Likewise, the standard deviation."""
    inputs: tuple[tuple[str, int], ...]
    """Name and number of dates of each series that the network reads."""
    seed: int
    view: View | None = None
    """Of a network that sees surroundings."""

    @property
    def scene(self) -> Scene:
        """What its samples are pixels of, where surroundings are seen."""
        if self.samples.scene is None:
            raise TypeError("samples of a network that sees surroundings have a scene")
        return self.samples.scene

    def drawn(self) -> np.ndarray:
        """Positions of the probe set."""
        samples, candidates = self.samples, self.candidates
        if self.view is not None:
            blocks = blocks_of(*places(samples.ids))
            candidates = choose_blocks(samples.codes, blocks, candidates, self.seed, _BLOCKS)
        return draw_probe(samples.codes, samples.groups, candidates, self.seed)

    def learnt(self, drawn: np.ndarray) -> np.ndarray:
        """Positions of samples that it learns from, drawn evenly over their groups.

        Where surroundings are seen they are from the blocks of the probe set, which cost nothing
        more; only where none of those holds any, from others.

        Args:
            drawn: Positions of the probe set.
        """
        samples, near, size = self.samples, self.train, TRAINED_SIZE
        if self.view is not None:
            blocks, size = blocks_of(*places(samples.ids)), _TRAINED_IN_BLOCKS
            near = self.train[np.isin(blocks[self.train], blocks[drawn])]
            if not len(near):
                near = choose_blocks(samples.codes, blocks, self.train, self.seed, _MORE_BLOCKS)
        return draw_evenly(samples.groups, near, self.seed, size)

    def indices(self, positions: np.ndarray) -> np.ndarray:
        """Which logit is that of the true class, int64 (sample,)."""
        return np.searchsorted(np.asarray(self.classes), self.samples.codes[positions])


def plan_record(
    model: keras.Model,
    layers: Sequence[Layer],
    subject: Subject,
    drawn: np.ndarray,
    learnt: np.ndarray,
) -> ProbeRecord:
    """What is kept, made smaller until there is room for it.

    Args:
        model: The network.
        layers: That are looked into.
        subject: Who is looked at.
        drawn: Positions of the probe set.
        learnt: Positions of the samples that it learns from.
    """
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
    raw, shape = draw_raw(codes, subject.seed), _shape(model)
    side = 0 if subject.view is None else side_of(subject.view, subject.scene.shape)
    n = min(_ATTRIBUTIONS // (2 * shape[0] * shape[1]), PIXELS // side**2 if side else len(raw))
    among = draw_raw(codes[list(raw)], subject.seed, max(n, 1))
    names, of_groups = samples.ids[learnt].tolist(), samples.groups[learnt].tolist()
    trained = TrainedRecord(
        ids=tuple(str(name)[:500] for name in names),
        groups=tuple(str(group)[:500] for group in of_groups),
        codes=tuple(samples.codes[learnt].tolist()),
    )

    def keeping(kept: int, whole: bool) -> ProbeRecord:
        return ProbeRecord(
            seed=subject.seed,
            samples=probe,
            raw=raw,
            layers=tuple(layer.record(subject.inputs, kept, whole) for layer in layers),
            weights=_steady([layer.name for layer, _ in weighted(model)], subject.inputs),
            shape=shape,
            attributed=tuple(raw[at] for at in among),
            side=side,
            trained=trained,
        )

    record = keeping(_KEPT, whole=True)
    kept = _KEPT
    while record.bytes > _ROOM and kept > 1:
        record = keeping(kept, whole=False)
        kept //= 2
    return record


def weighted(model: keras.Model) -> list[tuple[keras.layers.Layer, list[Any]]]:
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


def _shape(model: keras.Model) -> tuple[int, int]:
    """Dates and bands of what a network reads."""
    _, n_dates, *_, n_bands = model.input_shape
    return int(n_dates), int(n_bands)


__all__ = ["Subject", "plan_record", "weighted"]
