"""What a network's layers made of the same few samples, epoch by epoch, from its snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from cropcore.training.snapshots import LayerRecord, Stored, find_snapshots


@dataclass(frozen=True, eq=False)
class Inside:
    """The measures of all layers at all epochs that were looked at."""

    stored: Stored
    fisher: np.ndarray
    """Ratio of the scatter between classes to that within them, float32 (epoch, layer)."""
    accuracy: np.ndarray
    """Share of samples that a linear probe names rightly, (epoch, layer); NaN where there were
    too few groups to test on others than were learnt from."""
    accuracy_sd: np.ndarray
    """Its standard deviation over the folds of groups, (epoch, layer)."""
    silent: np.ndarray
    """Share of units that are 0 for every sample, (epoch, layer)."""

    @property
    def epochs(self) -> tuple[int, ...]:
        """Ascending; 0 is before the first."""
        return self.stored.epochs

    @property
    def layers(self) -> tuple[LayerRecord, ...]:
        """In the order of the network."""
        return self.stored.record.layers

    @property
    def labels(self) -> np.ndarray:
        """Legend code of each sample of the probe set, int64 (sample,)."""
        return np.array([sample.code for sample in self.stored.record.samples])

    def nearest(self, epoch: int) -> int:
        """The epoch looked at that is nearest to another, of two the earlier."""
        return min(self.epochs, key=lambda one: (abs(one - epoch), one))


@dataclass(frozen=True, eq=False)
class Rise:
    """Where a state came to tell classes apart better than a date before."""

    step: int
    """Position of the date that it read last."""
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Norms:
    """How long the kernels of each layer are, and the gradient with respect to them."""

    layers: tuple[str, ...]
    """Those that have kernels, the input first."""
    kernels: np.ndarray
    """(epoch, layer)."""
    gradients: np.ndarray
    """Of the mean cross-entropy over the probe set, dropout off, (epoch, layer)."""


@dataclass(frozen=True, eq=False)
class Weighed:
    """Attention of the samples of each class, (class, step)."""

    median: np.ndarray
    lower: np.ndarray
    """First quartile."""
    upper: np.ndarray
    """Third quartile."""


def read_inside(folder: Path) -> Inside | None:
    """The measures of a run's final network, as far as it has come.

    Args:
        folder: Of the run.

    Returns:
        ``None`` where no snapshots were taken.

    Raises:
        RunError: They cannot be read.
    """
    stored = find_snapshots(folder)
    if stored is None:
        return None
    names = ("fisher", "probe_accuracy", "probe_sd", "silent")
    return Inside(stored, *(stored.series(name) for name in names))


def by_date(
    inside: Inside, layer: int, measure: Literal["fisher", "probe"] = "fisher"
) -> np.ndarray:
    """A measure of a layer at each of its steps alone, float32 (epoch, step).

    Args:
        inside: The snapshots.
        layer: Position of the layer.
        measure: Its Fisher ratio, or the share of samples that a linear probe names rightly, NaN
            where there were too few groups.

    Raises:
        RunError: A snapshot is damaged.
        ValueError: The layer keeps no steps apart.
    """
    found = inside.layers[layer]
    if not found.steps or found.kind == "attention":
        raise ValueError(f"{found.name} keeps no dates apart")
    return inside.stored.series(f"{layer}.{measure}")


def gates_by_date(inside: Inside, layer: int) -> np.ndarray:
    """How far the gates of a recurrent layer are open at each date, float32 (epoch, gate, step).

    Means over the probe set and the units; gates in the order of :attr:`LayerRecord.gates`.

    Raises:
        RunError: A snapshot is damaged.
        ValueError: The layer has no gates.
    """
    if not inside.layers[layer].gates:
        raise ValueError(f"{inside.layers[layer].name} has no gates")
    return inside.stored.series(f"{layer}.gates")


def norms(inside: Inside) -> Norms:
    """Length of kernels and their gradients at each epoch.

    Raises:
        RunError: A snapshot is damaged.
    """
    kernels, gradients = (inside.stored.series(f"{what}_norm") for what in ("weight", "gradient"))
    return Norms(inside.stored.record.weights, kernels, gradients)


def largest_rise(ratio: np.ndarray, *, backward: bool = False) -> Rise | None:
    """The date whose observation helped a state most to tell the classes apart.

    Args:
        ratio: Fisher ratio of a state after each date, (step,).
        backward: Whether the dates were read from the last to the first.

    Returns:
        ``None`` where the ratio never rises. The first date read rises from nothing, and does not
        count.
    """
    read = ratio[::-1] if backward else ratio
    if len(read) < 2 or np.diff(read).max() <= 0:
        return None
    at = int(np.diff(read).argmax()) + 1
    step = len(ratio) - 1 - at if backward else at
    return Rise(step, float(read[at - 1]), float(read[at]))


def feature_maps(inside: Inside, layer: int, epoch: int) -> np.ndarray:
    """Mean activation of each unit at each step, for each class, float64 (class, step, unit).

    Classes are in the order of :attr:`ProbeRecord.codes`. Of a wide layer they are led back from
    its leading components.

    Raises:
        RunError: A snapshot is damaged.
    """
    return _led_back(inside, layer, epoch, "classes")


def attention_by_class(inside: Inside, layer: int, epoch: int) -> Weighed:
    """How samples of each class are weighed at each date: median and quartiles.

    Heads, and the dates that ask, are averaged.

    Raises:
        RunError: A snapshot is damaged.
    """
    name = f"{layer}.values"
    values = inside.stored.read(epoch, [name])[name]
    own = [values[inside.labels == code] for code in inside.stored.record.codes]
    lower, median, upper = (
        np.stack([np.quantile(one, share, axis=0) for one in own]) for share in (0.25, 0.5, 0.75)
    )
    return Weighed(median, lower, upper)


def vectors(inside: Inside, layer: int, epoch: int) -> np.ndarray:
    """Activations of a layer without steps, float64 (sample, unit).

    Raises:
        RunError: A snapshot is damaged.
    """
    return _led_back(inside, layer, epoch, "values")


def _led_back(inside: Inside, layer: int, epoch: int, name: str) -> np.ndarray:
    """Stored activations in the units of the layer."""
    found = inside.layers[layer]
    wide = found.kept < found.width
    names = [f"{layer}.{part}" for part in (name, *(("basis", "mean") if wide else ()))]
    values, *rest = (array.astype(np.float64) for array in _in_order(inside, epoch, names))
    return values @ rest[0] + rest[1] if wide else values


def _in_order(inside: Inside, epoch: int, names: list[str]) -> list[np.ndarray]:
    found = inside.stored.read(epoch, names)
    return [found[name] for name in names]


__all__ = [
    "Inside",
    "Norms",
    "Rise",
    "Weighed",
    "attention_by_class",
    "by_date",
    "feature_maps",
    "gates_by_date",
    "largest_rise",
    "norms",
    "read_inside",
    "vectors",
]
