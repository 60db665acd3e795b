"""What is written down of a probe set and of the layers it was seen in: ``probe.json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cropcore.settings import Settings

FOLDER = "snapshots"
PROBE = "probe.json"
_NAME = re.compile(r"([0-9]{4})\.npz")
FEWEST = 2
"""Samples of a probe set."""
_MOST = 512
"""Samples of a probe set, and layers of a network."""
Kind = Literal["conv", "forward", "backward", "block", "attention", "features", "logits"]
"""What a layer is: a convolution behind its activation, a recurrence in the order of the dates or
against it, a layer of a Transformer, weights of dates, what a classifier reads, what it answers."""


Gate = Literal["input", "forget", "output", "reset", "update", "keep"]
"""A part of a recurrent cell that opens between 0 and 1: the first three of an LSTM, the next two
of a GRU (the update gate keeps the old state where it is open), the last of a ConvSTAR."""


Length = Annotated[int, Field(ge=1, le=4096)]


class LayerRecord(Settings):
    """One layer, and in which shape its activations are kept.

    A layer that keeps steps in time apart is kept as (sample, step, unit), another as
    (sample, unit). Of a wide one the leading components are kept, with the basis that leads back.
    """

    name: str = Field(min_length=1, max_length=200)
    kind: Kind
    width: int = Field(ge=1, le=2**20)
    """Units, at each step where there are steps; 1 for attention."""
    steps: int = Field(0, ge=0, le=4096)
    """Places along the series that the layer keeps apart; 0 where it keeps none."""
    series: int | None = Field(None, ge=0, le=64)
    """Which of the model's inputs the steps are dates of; none where they are no dates."""
    kept: int = Field(ge=1, le=2**20)
    """Components that are kept; all units as they are where there are no more."""
    shape: tuple[int, ...] = Field((), max_length=4)
    """Shape of the attention weights of one sample."""
    gates: tuple[Gate, ...] = Field((), max_length=4)
    """Of a recurrent layer whose state after each date is kept."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kept > self.width or (self.kind == "attention" and not self.steps):
            raise ValueError("components and steps that fit the layer")
        if any(not 1 <= side <= 4096 for side in self.shape):
            raise ValueError("attention weights of ordinary shape")
        if self.gates and (not self.steps or self.kind == "attention"):
            raise ValueError("gates of a layer that keeps steps apart")
        return self


class ProbeSample(Settings):
    """One sample of the probe set."""

    id: str = Field(max_length=500)
    code: int = Field(ge=1, le=254)
    """In the legend."""
    group: str = Field(max_length=500)
    fold: int = Field(ge=0, le=50)
    """By which fold of groups a linear probe is tested on it."""


class TrainedRecord(Settings):
    """Samples that the network learns from and is asked about each time, column by column."""

    ids: tuple[Annotated[str, Field(max_length=500)], ...] = Field((), max_length=2000)
    groups: tuple[Annotated[str, Field(max_length=500)], ...] = Field((), max_length=2000)
    codes: tuple[Annotated[int, Field(ge=1, le=254)], ...] = Field((), max_length=2000)
    """In the legend."""

    @model_validator(mode="after")
    def _columns_are_alike(self) -> Self:
        if not len(self.ids) == len(self.groups) == len(self.codes):
            raise ValueError("columns of one length")
        return self


class ProbeRecord(Settings):
    """The content of ``probe.json``."""

    format: Literal[2] = 2
    seed: int
    drawn_from: Literal["validation"] = "validation"
    """The set of the run's split that the samples are of."""
    samples: tuple[ProbeSample, ...] = Field(min_length=FEWEST, max_length=_MOST)
    raw: tuple[int, ...] = Field(max_length=64)
    """Positions of the samples whose activations are kept one by one, ascending."""
    layers: tuple[LayerRecord, ...] = Field(min_length=1, max_length=_MOST)
    """In the order of the network."""
    weights: tuple[str, ...] = Field(max_length=4096)
    """Layers whose kernels, and the gradient with respect to them, are measured."""
    shape: tuple[Length, Length]
    """Dates and bands that the network reads."""
    attributed: tuple[int, ...] = Field((), max_length=64)
    """Positions of the raw samples with an attribution, ascending: all of them where the network
    reads single series."""
    side: int = Field(0, ge=0, le=4096)
    """Pixels of the side of the patch that attribution and gradients see around a sample; 0 where
    the network reads single series."""
    trained: TrainedRecord = TrainedRecord()

    @model_validator(mode="after")
    def _raw_are_samples(self) -> Self:
        if sorted(set(self.raw)) != list(self.raw) or not set(self.raw) <= set(
            range(len(self.samples))
        ):
            raise ValueError("raw samples that are samples")
        if sorted(set(self.attributed)) != list(self.attributed) or not set(self.attributed) <= set(
            self.raw
        ):
            raise ValueError("attributed samples that are raw samples")
        return self

    @property
    def codes(self) -> tuple[int, ...]:
        """Legend codes of the classes that were looked at, ascending."""
        return tuple(sorted({sample.code for sample in self.samples}))

    @property
    def groups(self) -> int:
        """Number of groups the samples are of."""
        return len({sample.group for sample in self.samples})

    def arrays(self) -> Mapping[str, tuple[str, tuple[int, ...]]]:
        """Type and shape of each array of a snapshot, by its name.

        Beside :data:`MEASURES` those of the whole network are ``weight_norm`` and
        ``gradient_norm``, the length of each layer's kernels and of the gradient of the mean
        cross-entropy with respect to them; ``attribution``, the gradient of the true class's logit
        with respect to the standardised input, in logits per +1 standard deviation of the band
        (sample, date, band), summed over the patch where there is one; and ``trained``, the
        probability that samples it learns from are given of their own class.

        Of the layer in place 3 there are ``3.values`` and, if it keeps steps apart, ``3.raw`` of
        single samples, ``3.classes`` of each class's mean, ``3.fisher`` and ``3.probe``, what
        linear probes of each step name rightly; of a recurrent one ``3.gates``, how far its gates
        are open at each step, the mean over samples and units.

        References:
            Swayamdipta et al. (2020), Dataset cartography: mapping and diagnosing datasets with
            training dynamics, arXiv:2009.10795, for which ``trained`` is kept.
        """
        n, raw, n_classes = len(self.samples), len(self.raw), len(self.codes)
        of_each = ("<f4", (len(self.layers),))
        found: dict[str, tuple[str, tuple[int, ...]]] = dict.fromkeys(MEASURES, of_each)
        found["weight_norm"] = found["gradient_norm"] = ("<f4", (len(self.weights),))
        found["attribution"] = ("<f2", (len(self.attributed), *self.shape))
        found["trained"] = ("<f2", (len(self.trained.ids),))
        for at, layer in enumerate(self.layers):
            if layer.kind == "attention":
                found[f"{at}.values"] = ("<f2", (n, layer.steps))
                found[f"{at}.raw"] = ("<f2", (raw, *layer.shape))
                continue
            if layer.steps:
                found[f"{at}.values"] = ("<f2", (n, min(SCORES, n)))
                found[f"{at}.raw"] = ("<f2", (raw, layer.steps, layer.kept))
                found[f"{at}.classes"] = ("<f2", (n_classes, layer.steps, layer.kept))
                found[f"{at}.fisher"] = found[f"{at}.probe"] = ("<f4", (layer.steps,))
            else:
                found[f"{at}.values"] = ("<f2", (n, layer.kept))
            if layer.gates:
                found[f"{at}.gates"] = ("<f4", (len(layer.gates), layer.steps))
            if layer.kept < layer.width:
                found[f"{at}.basis"] = ("<f2", (layer.kept, layer.width))
                found[f"{at}.mean"] = ("<f4", (layer.width,))
        return found

    @property
    def bytes(self) -> int:
        """Of the arrays of one snapshot."""
        total = 0
        for kind, shape in self.arrays().values():
            size = int(kind[-1])
            for side in shape:
                size *= side
            total += size
        return total


MEASURES = ("fisher", "probe_accuracy", "probe_sd", "silent", "explained")
"""Of each layer: ratio of scatter between and within classes; share of samples that a linear probe
names rightly, and its standard deviation over folds; share of units that are 0 for all samples;
share of the variance that the kept components hold."""
SCORES = 16
"""Components of a whole sample that are kept of a layer with steps, to compare epochs by: twice as
many change what is read of their likeness by a thousandth."""


def may_be_missing(name: str) -> bool:
    """Whether an array of that name may hold NaN: linear probes, where groups were too few."""
    return name.rpartition(".")[2] in ("probe_accuracy", "probe_sd", "probe")


def snapshot_name(epoch: int) -> str:
    """The file of what was seen after an epoch; 0 is before the first."""
    return f"{epoch:04d}.npz"


def is_snapshot(name: str) -> bool:
    """Whether a file of that name is one of a folder of snapshots."""
    return name == PROBE or _NAME.fullmatch(name) is not None


def epoch_of(name: str) -> int | None:
    """The epoch of a file's name."""
    match = _NAME.fullmatch(name)
    return int(match.group(1)) if match else None


__all__ = [
    "FEWEST",
    "FOLDER",
    "MEASURES",
    "PROBE",
    "SCORES",
    "Gate",
    "Kind",
    "LayerRecord",
    "ProbeRecord",
    "ProbeSample",
    "TrainedRecord",
    "epoch_of",
    "is_snapshot",
    "may_be_missing",
    "snapshot_name",
]
