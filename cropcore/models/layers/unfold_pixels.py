"""Pixels laid back into their patches."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class UnfoldPixels(keras.layers.Layer):
    """Undo :class:`FoldPixels` for features of pixels, ``(batch * y * x, f)``."""

    def call(self, pixels: keras.KerasTensor, patches: keras.KerasTensor) -> keras.KerasTensor:
        """Lay pixels back.

        Args:
            pixels: (batch * y * x, feature).
            patches: What they were taken from, (batch, time, y, x, anything).

        Returns:
            (batch, y, x, feature).
        """
        _, _, height, width, _ = ops.shape(patches)
        return ops.reshape(pixels, (-1, height, width, pixels.shape[-1]))

    def compute_output_shape(
        self, pixels_shape: tuple[int | None, ...], patches_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Shape of the patches of features."""
        return patches_shape[0], *patches_shape[2:4], pixels_shape[-1]


__all__ = ["UnfoldPixels"]
