"""What a network is fitted on: training samples as they are, weighted, or varied in each batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cropcore.cube import ModelInput
from cropcore.training.record import TrainingSettings

_STEPS_AN_EPOCH = 20
_SMALLEST_BATCH = 8


def batch_size(n_samples: int, settings: TrainingSettings) -> int:
    """Small sets get small steps, so that an epoch of them moves the weights often enough."""
    return min(settings.batch_size, max(n_samples // _STEPS_AN_EPOCH, _SMALLEST_BATCH))


def class_weights(labels: np.ndarray) -> np.ndarray:
    """Weights that sum up to the same for each class and to 1 on average, float32 (sample,).

    Args:
        labels: Class index of each sample.
    """
    count = np.bincount(labels)
    n_classes = int((count > 0).sum())
    return np.asarray(len(labels) / (n_classes * count[labels]), dtype=np.float32)


def fed(
    series: np.ndarray,
    labels: np.ndarray,
    settings: TrainingSettings,
    *,
    inputs: Sequence[ModelInput],
    sd: np.ndarray,
    seed: int,
) -> dict[str, Any]:
    """Arguments for Keras' ``fit``.

    Args:
        series: Training series, float32 (sample, time, band).
        labels: Class index of each.
        settings: Whether classes are balanced and how much series are varied.
        inputs: The parts of a series, each on its own dates.
        sd: Standard deviation of each band.
        seed: Decides how series are varied.
    """
    weights = class_weights(labels) if settings.balance else None
    size = batch_size(len(series), settings)
    if not settings.augmentation:
        return {"x": series, "y": labels, "sample_weight": weights, "batch_size": size}

    def varied() -> Iterator[tuple[np.ndarray, ...]]:
        """Batches without end; in an epoch of them each sample comes once, varied anew."""
        random = np.random.default_rng(seed)
        while True:
            order = random.permutation(len(series))
            for begin in range(0, len(order), size):
                at = order[begin : begin + size]
                batch = settings.augmentation(series[at], inputs, sd, random), labels[at]
                yield batch if weights is None else (*batch, weights[at])

    return {"x": varied(), "steps_per_epoch": -(-len(series) // size), "shuffle": False}


__all__ = ["batch_size", "class_weights", "fed"]
