"""What was seen inside a network, as CSV to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cropcore.explain.learning.inside import Inside, Norms, Weighed, by_date, gates_by_date
from cropcore.explain.learning.paths import Paths
from cropcore.explain.learning.tables import as_csv, number


def layers_csv(inside: Inside, similarity: np.ndarray) -> str:
    """A row per layer and epoch: all measures.

    Args:
        inside: The measures.
        similarity: To the last epoch, (epoch, layer).
    """
    header = (
        "layer", "kind", "epoch", "fisher_ratio", "probe_accuracy", "probe_accuracy_sd",
        "silent_share", "cka_to_last",
    )  # fmt: skip
    columns = (
        inside.fisher, inside.accuracy, inside.accuracy_sd, inside.silent, similarity,
    )  # fmt: skip
    rows = (
        (layer.name, layer.kind, epoch, *(number(float(column[at, place])) for column in columns))
        for place, layer in enumerate(inside.layers)
        for at, epoch in enumerate(inside.epochs)
    )
    return as_csv(header, rows)


def dates_csv(inside: Inside, layer: int, steps: Sequence[str]) -> str:
    """A row per epoch and date: the Fisher ratio and the linear probe of one layer."""
    name = inside.layers[layer].name
    both = np.stack([by_date(inside, layer), by_date(inside, layer, "probe")], axis=-1)
    rows = (
        (name, epoch, step, *map(number, values))
        for epoch, of_epoch in zip(inside.epochs, both.tolist(), strict=True)
        for step, values in zip(steps, of_epoch, strict=True)
    )
    return as_csv(("layer", "epoch", "step", "fisher_ratio", "probe_accuracy"), rows)


def gates_csv(inside: Inside, layer: int, steps: Sequence[str]) -> str:
    """A row per epoch and date: how far each gate of one layer is open on average."""
    found = inside.layers[layer]
    opened = gates_by_date(inside, layer).transpose(0, 2, 1)  # (epoch, step, gate)
    rows = (
        (found.name, found.kind, epoch, step, *map(number, gates))
        for epoch, of_epoch in zip(inside.epochs, opened.tolist(), strict=True)
        for step, gates in zip(steps, of_epoch, strict=True)
    )
    return as_csv(("layer", "kind", "epoch", "step", *found.gates), rows)


def norms_csv(inside: Inside, norms: Norms) -> str:
    """A row per layer and epoch: length of its kernels and of the gradient."""
    columns = (norms.kernels, norms.gradients)
    rows = (
        (name, epoch, *(number(float(column[at, place])) for column in columns))
        for place, name in enumerate(norms.layers)
        for at, epoch in enumerate(inside.epochs)
    )
    return as_csv(("layer", "epoch", "kernel_norm", "gradient_norm"), rows)


def paths_csv(inside: Inside, paths: Paths, names: Mapping[int, str]) -> str:
    """A row per epoch and sample of the probe set: its place on the pooled components."""
    rows = (
        (epoch, sample.id, sample.code, names.get(sample.code, ""), number(x), number(y))
        for epoch, points in zip(inside.epochs, paths.points.tolist(), strict=True)
        for sample, (x, y) in zip(inside.stored.record.samples, points, strict=True)
    )
    return as_csv(("epoch", "id", "code", "name", "component_1", "component_2"), rows)


def maps_csv(
    maps: np.ndarray, codes: Sequence[int], steps: Sequence[str], names: Mapping[int, str]
) -> str:
    """A row per class, unit and step: the mean activation, of (class, step, unit)."""
    rows = (
        (code, names.get(code, ""), unit + 1, step, number(value))
        for code, own in zip(codes, maps, strict=True)
        for unit, column in enumerate(own.T.tolist())
        for step, value in zip(steps, column, strict=True)
    )
    return as_csv(("code", "name", "unit", "step", "mean_activation"), rows)


def attention_csv(
    weighed: Weighed, codes: Sequence[int], steps: Sequence[str], names: Mapping[int, str]
) -> str:
    """A row per class and date: median and quartiles of the attention."""
    parts = (weighed.median, weighed.lower, weighed.upper)
    rows = (
        (code, names.get(code, ""), step, *(number(float(part[at, place])) for part in parts))
        for at, code in enumerate(codes)
        for place, step in enumerate(steps)
    )
    return as_csv(("code", "name", "date", "median", "quartile_1", "quartile_3"), rows)


__all__ = [
    "attention_csv",
    "dates_csv",
    "gates_csv",
    "layers_csv",
    "maps_csv",
    "norms_csv",
    "paths_csv",
]
