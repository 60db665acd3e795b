"""Physical units in, standard deviations out."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class Standardise(keras.layers.Layer):
    """Centre and scale each band; a value that is missing enters at the band's mean.

    Input and output have shape ``(batch, …, band)``. Mean and deviation are constants of the
    layer, stored in its configuration, not weights.

    Args:
        mean: Per band, physical units.
        sd: Per band, physical units, above 0.
    """

    def __init__(self, mean: Sequence[float], sd: Sequence[float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mean = tuple(float(value) for value in mean)
        self.sd = tuple(float(value) for value in sd)

    def call(self, series: keras.KerasTensor) -> keras.KerasTensor:
        """Standardise ``(batch, …, band)``."""
        mean = ops.convert_to_tensor(self.mean, dtype=self.compute_dtype)
        sd = ops.convert_to_tensor(self.sd, dtype=self.compute_dtype)
        seen = ops.where(ops.isnan(series), mean, series)
        return (seen - mean) / sd

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this layer again."""
        return super().get_config() | {"mean": self.mean, "sd": self.sd}


__all__ = ["Standardise"]
