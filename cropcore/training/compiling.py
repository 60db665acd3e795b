"""A network made ready to learn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cropcore.cube import ModelInput
from cropcore.models import SeriesSpec
from cropcore.training.record import TrainingSettings

if TYPE_CHECKING:
    import keras

_NO_NAME = re.compile(r"[^A-Za-z0-9]+")
"""What the name of a layer must not hold; sources are named by people."""
_AT_ONCE = 8
"""Steps of small networks that TensorFlow takes without coming back in between."""


def series_specs(
    inputs: Sequence[ModelInput], mean: Sequence[float], sd: Sequence[float]
) -> list[SeriesSpec]:
    """What encoders are told of the series they read."""
    return [
        SeriesSpec(
            name,
            tuple(map(float, item.calendar.days)),
            item.bands,
            tuple(mean[column] for column in item.columns),
            tuple(sd[column] for column in item.columns),
            item.columns,
        )
        for name, item in zip(layer_names(inputs), inputs, strict=True)
    ]


def layer_names(inputs: Sequence[ModelInput]) -> list[str]:
    """What the names of the layers begin with that read each series."""
    names = [_NO_NAME.sub("_", item.name).strip("_") for item in inputs]
    if not all(names) or len(set(names)) < len(names):
        return [f"source_{number}" for number, _ in enumerate(inputs, start=1)]
    return names


def ready(model: keras.Model, settings: TrainingSettings, n_steps: int, *, patches: bool) -> None:
    """Give a network its loss and optimiser.

    Args:
        model: From series to logits.
        settings: How it shall learn.
        n_steps: Steps of an epoch.
        patches: Whether it labels patches, of whose pixels some have no label.
    """
    import keras

    from cropcore.training.losses import ClassLoss

    model.compile(
        optimizer=keras.optimizers.AdamW(
            settings.learning_rate,
            weight_decay=settings.weight_decay,
            global_clipnorm=settings.clip_norm,
        ),
        loss=ClassLoss(
            settings.focal_gamma,
            settings.label_smoothing,
            reduction="mean_with_sample_weight" if patches else "sum_over_batch_size",
        ),
        jit_compile=False,  # XLA on CPU is slower
        steps_per_execution=1 if patches else min(_AT_ONCE, n_steps),
    )
    model.optimizer.build(model.trainable_variables)  # else every step is traced twice


def weight_shapes(model: keras.Model) -> list[tuple[str, tuple[tuple[int, ...], ...]]]:
    """Each layer that has weights: its kind and their shapes, in order."""
    return [
        (type(layer).__name__, tuple(tuple(weight.shape) for weight in layer.weights))
        for layer in model.layers
        if layer.weights
    ]


__all__ = ["layer_names", "ready", "series_specs", "weight_shapes"]
