"""What a network of single series is fitted on, and asked about after each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from cropcore.cube import ModelInput
from cropcore.prediction import network_predictor
from cropcore.prediction.predictor import CHUNK
from cropcore.training.record import TrainingSettings

if TYPE_CHECKING:
    import keras

_STEPS_AN_EPOCH = 20
_SMALLEST_BATCH = 8


class Feed(Protocol):
    """Data of one fitting, in the shape that its network takes."""

    @property
    def steps(self) -> int:
        """Steps of an epoch."""

    def arguments(self) -> dict[str, Any]:
        """Arguments for Keras' ``fit``."""

    def asking(self, model: keras.Model, indices: np.ndarray) -> Callable[[], np.ndarray]:
        """A question to ask again and again while the model learns.

        Args:
            model: Its weights may change between two calls.
            indices: Samples it is asked about.

        Returns:
            Gives their logits, float32 (sample, class).
        """


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


@dataclass(frozen=True, eq=False)
class SeriesFeed:
    """Training samples as they are, weighted, or varied in each batch."""

    series: np.ndarray
    """All samples, float32 (sample, time, band)."""
    labels: np.ndarray
    """Class index of each."""
    train: np.ndarray
    """Which of them are learnt from."""
    settings: TrainingSettings
    """Whether classes are balanced and how much series are varied."""
    inputs: tuple[ModelInput, ...]
    """The parts of a series, each on its own dates."""
    sd: np.ndarray
    """Standard deviation of each band."""
    seed: int
    """Decides how series are varied."""

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-len(self.train) // batch_size(len(self.train), self.settings))

    def arguments(self) -> dict[str, Any]:
        """Arguments for Keras' ``fit``."""
        series, labels = self.series[self.train], self.labels[self.train]
        weights = class_weights(labels) if self.settings.balance else None
        size = batch_size(len(series), self.settings)
        if not self.settings.augmentation:
            return {"x": series, "y": labels, "sample_weight": weights, "batch_size": size}

        def varied() -> Iterator[tuple[np.ndarray, ...]]:
            """Batches without end; in an epoch of them each sample comes once, varied anew."""
            random = np.random.default_rng(self.seed)
            while True:
                order = random.permutation(len(series))
                for begin in range(0, len(order), size):
                    at = order[begin : begin + size]
                    changed = self.settings.augmentation(series[at], self.inputs, self.sd, random)
                    batch = changed, labels[at]
                    yield batch if weights is None else (*batch, weights[at])

        return {"x": varied(), "steps_per_epoch": self.steps, "shuffle": False}

    def asking(self, model: keras.Model, indices: np.ndarray) -> Callable[[], np.ndarray]:
        """See :meth:`Feed.asking`."""
        series = self.series[indices]
        logits = network_predictor(model, chunk=min(CHUNK, max(len(series), 1))).logits
        return lambda: logits(series)


__all__ = ["Feed", "SeriesFeed", "batch_size", "class_weights"]
