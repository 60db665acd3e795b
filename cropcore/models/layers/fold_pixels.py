"""Patches taken apart into pixels, for encoders that see one pixel at a time."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class FoldPixels(keras.layers.Layer):
    """Each pixel becomes a sample, ``(batch, time, y, x, f)`` to ``(batch * y * x, time, f)``.

    Pixels of a patch follow each other row by row.
    """

    def call(self, series: keras.KerasTensor) -> keras.KerasTensor:
        """Take ``(batch, time, y, x, feature)`` apart."""
        moved = ops.transpose(series, (0, 2, 3, 1, 4))  # (batch, y, x, time, feature)
        return ops.reshape(moved, (-1, *moved.shape[3:]))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Shape of the pixels' series."""
        return None, input_shape[1], input_shape[4]


__all__ = ["FoldPixels"]
