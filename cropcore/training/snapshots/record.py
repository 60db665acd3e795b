"""What is written down of a probe set and of the layers it was seen in: ``probe.json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, Self

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

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kept > self.width or (self.kind == "attention" and not self.steps):
            raise ValueError("components and steps that fit the layer")
        if any(not 1 <= side <= 4096 for side in self.shape):
            raise ValueError("attention weights of ordinary shape")
        return self


class ProbeSample(Settings):
    """One sample of the probe set."""

    id: str = Field(max_length=500)
    code: int = Field(ge=1, le=254)
    """In the legend."""
    group: str = Field(max_length=500)
    fold: int = Field(ge=0, le=50)
    """By which fold of groups a linear probe is tested on it."""


class ProbeRecord(Settings):
    """The content of ``probe.json``."""

    format: Literal[1] = 1
    seed: int
    drawn_from: Literal["validation"] = "validation"
    """The set of the run's split that the samples are of."""
    samples: tuple[ProbeSample, ...] = Field(min_length=FEWEST, max_length=_MOST)
    raw: tuple[int, ...] = Field(max_length=64)
    """Positions of the samples whose activations are kept one by one, ascending."""
    layers: tuple[LayerRecord, ...] = Field(min_length=1, max_length=_MOST)
    """In the order of the network."""
    weights: tuple[str, ...] = Field(max_length=4096)
    """Layers whose weights are measured."""

    @model_validator(mode="after")
    def _raw_are_samples(self) -> Self:
        if sorted(set(self.raw)) != list(self.raw) or not set(self.raw) <= set(
            range(len(self.samples))
        ):
            raise ValueError("raw samples that are samples")
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
        """Type and shape of each array of a snapshot, by its name."""
        n, raw, n_classes = len(self.samples), len(self.raw), len(self.codes)
        of_each = ("<f4", (len(self.layers),))
        found: dict[str, tuple[str, tuple[int, ...]]] = dict.fromkeys(MEASURES, of_each)
        found["weight_norm"] = ("<f4", (len(self.weights),))
        for at, layer in enumerate(self.layers):
            if layer.kind == "attention":
                found[f"{at}.values"] = ("<f2", (n, layer.steps))
                found[f"{at}.raw"] = ("<f2", (raw, *layer.shape))
                continue
            if layer.steps:
                found[f"{at}.values"] = ("<f2", (n, min(SCORES, n)))
                found[f"{at}.raw"] = ("<f2", (raw, layer.steps, layer.kept))
                found[f"{at}.classes"] = ("<f2", (n_classes, layer.steps, layer.kept))
                found[f"{at}.fisher"] = ("<f4", (layer.steps,))
            else:
                found[f"{at}.values"] = ("<f2", (n, layer.kept))
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
SCORES = 32
"""Components of a whole sample that are kept of a layer with steps, to compare epochs by."""


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
    "Kind",
    "LayerRecord",
    "ProbeRecord",
    "ProbeSample",
    "epoch_of",
    "is_snapshot",
    "snapshot_name",
]
