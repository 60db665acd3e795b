"""All dates of a pixel side by side, for layers that see no time."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class DatesToFeatures(keras.layers.Layer):
    """Lay the dates of each pixel flat, ``(batch, time, y, x, f)`` to ``(batch, y, x, time * f)``.

    The time axis is moved beside the features before anything is reshaped: a reshape alone would
    mix pixels and dates.
    """

    def call(self, series: keras.KerasTensor) -> keras.KerasTensor:
        """Lay ``(batch, time, y, x, feature)`` flat."""
        _, n_dates, height, width, _ = ops.shape(series)
        moved = ops.transpose(series, (0, 2, 3, 1, 4))  # (batch, y, x, time, feature)
        return ops.reshape(moved, (-1, height, width, n_dates * series.shape[-1]))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Shape of the dates laid flat."""
        batch, n_dates, height, width, n_features = input_shape
        return batch, height, width, (n_dates or 0) * (n_features or 0)


__all__ = ["DatesToFeatures"]
