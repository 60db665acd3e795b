"""Where samples lie in a layer's view, epoch by epoch, on axes that stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.linalg import eigh

from cropcore.explain.learning.inside import Inside, vectors


@dataclass(frozen=True, eq=False)
class Paths:
    """Samples on the two leading components of all epochs together."""

    points: np.ndarray
    """float64 (epoch, sample, 2)."""
    explained: tuple[float, float]
    """Share of the variance over all epochs and samples that each component holds."""
    limits: tuple[tuple[float, float], tuple[float, float]]
    """Least and largest value of each component over all epochs, with a margin."""


@lru_cache(maxsize=8)
def pooled_paths(inside: Inside, layer: int) -> Paths:
    """The ways of the probe samples through a layer without steps.

    A PCA of each epoch alone would turn and flip from one to the next; this one is of all of them,
    so that what moves is the network. Before it the samples of each epoch are centred and brought
    to one spread as a whole: activations grow while a network learns, and an early epoch before
    its normalisation has settled would else fill the picture alone.

    Raises:
        RunError: A snapshot is damaged.
    """
    seen = np.stack([vectors(inside, layer, epoch) for epoch in inside.epochs])
    return paths_of(seen)


def paths_of(seen: np.ndarray) -> Paths:
    """The same of activations, (epoch, sample, unit)."""
    centred = seen - seen.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.square(centred).sum(axis=2).mean(axis=1))  # (epoch,)
    flat = (centred / np.where(spread > 0, spread, 1)[:, None, None]).reshape(-1, seen.shape[-1])
    scatter = flat.T @ flat
    width = len(scatter)
    values, axes = eigh(scatter, subset_by_index=(max(width - 2, 0), width - 1))
    values, axes = values[::-1], axes[:, ::-1]
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[largest, np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    found = np.zeros((len(flat), 2))
    found[:, : axes.shape[1]] = flat @ axes
    whole = max(float(np.trace(scatter)), np.finfo(np.float64).tiny)
    shares = [max(float(value), 0.0) / whole for value in (*values, 0.0)]
    low, high = found.min(axis=0), found.max(axis=0)
    margin = 0.05 * np.maximum(high - low, 1e-6)
    x, y = zip((low - margin).tolist(), (high + margin).tolist(), strict=True)
    return Paths(found.reshape(*seen.shape[:2], 2), (shares[0], shares[1]), (x, y))


__all__ = ["Paths", "paths_of", "pooled_paths"]
