"""What a network of single series is fitted on, and asked about after each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from cropcore.cube import ModelInput
from cropcore.prediction import logits_of, network_predictor
from cropcore.prediction.predictor import CHUNK
from cropcore.samples.room import on_disk
from cropcore.training.record import TrainingSettings

if TYPE_CHECKING:
    import keras

_STEPS_AN_EPOCH = 20
_SMALLEST_BATCH = 8
_AHEAD = 4
"""Batches that are read from the disk before they are wanted."""


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
    """All samples, float32 (sample, time, band), in memory or on disk."""
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
        large = on_disk(self.series)
        if not (large or self.settings.augmentation):
            labels = self.labels[self.train]
            return {
                "x": self.series[self.train],
                "y": labels,
                "sample_weight": class_weights(labels) if self.settings.balance else None,
                "batch_size": batch_size(len(labels), self.settings),
            }
        batches = self._read_ahead() if large else self._batches()
        return {"x": batches, "steps_per_epoch": self.steps, "shuffle": False}

    def _batches(self) -> Iterator[tuple[np.ndarray, ...]]:
        """Batches without end; in an epoch of them each sample comes once, varied anew."""
        random = np.random.default_rng(self.seed)
        labels = self.labels[self.train]
        weights = class_weights(labels) if self.settings.balance else None
        size = batch_size(len(labels), self.settings)
        while True:
            order = random.permutation(len(labels))
            for begin in range(0, len(order), size):
                at = order[begin : begin + size]
                series = self.series[self.train[at]]
                changed = self.settings.augmentation(series, self.inputs, self.sd, random)
                batch = changed, labels[at]
                yield batch if weights is None else (*batch, weights[at])

    def _read_ahead(self) -> Any:
        """The same as a ``tf.data.Dataset``: batches are read while the network learns."""
        import tensorflow as tf

        series = tf.TensorSpec((None, *self.series.shape[1:]), tf.float32)
        kinds = [series, tf.TensorSpec((None,), tf.int64)]
        if self.settings.balance:
            kinds.append(tf.TensorSpec((None,), tf.float32))
        batches = tf.data.Dataset.from_generator(self._batches, output_signature=tuple(kinds))
        return batches.prefetch(_AHEAD)

    def asking(self, model: keras.Model, indices: np.ndarray) -> Callable[[], np.ndarray]:
        """See :meth:`Feed.asking`."""
        logits = network_predictor(model, chunk=min(CHUNK, max(len(indices), 1))).logits
        return lambda: logits_of(logits, self.series, indices)


__all__ = ["Feed", "SeriesFeed", "batch_size", "class_weights"]
