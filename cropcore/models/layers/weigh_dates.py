"""One image from many dates, by weights that were found on a coarser grid."""

from typing import Any

import keras
from keras import ops

from cropcore.models.layers.bilinear import enlarge


@keras.saving.register_keras_serializable(package="cropcore")
class WeighDates(keras.layers.Layer):
    """Sum images over their dates, each head weighing its own share of the features.

    The weights are resized bilinearly to the images; they sum to one over the dates before and
    after.

    Args:
        scale: Pixels of the images on each side of a pixel of the weights.

    References:
        Garnot and Landrieu (2021), Panoptic segmentation of satellite image time series with
        convolutional temporal attention networks, arXiv:2107.07933.
    """

    def __init__(self, scale: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = int(scale)

    def call(self, images: keras.KerasTensor, weights: keras.KerasTensor) -> keras.KerasTensor:
        """Weigh and sum.

        Args:
            images: (batch, time, scale * y, scale * x, feature).
            weights: (batch, y, x, head, time); heads must divide the features.

        Returns:
            (batch, scale * y, scale * x, feature).
        """
        fine = self.resized(weights)  # (batch, time, y, x, head, 1)
        batch, n_dates, height, width, n_features = ops.shape(images)
        n_heads = weights.shape[3]
        shares = ops.reshape(
            images, (batch, n_dates, height, width, n_heads, n_features // n_heads)
        )
        summed = ops.sum(fine * shares, axis=1)  # (batch, y, x, head, share)
        return ops.reshape(summed, (batch, height, width, n_features))

    def resized(self, weights: keras.KerasTensor) -> keras.KerasTensor:
        """Weights on the grid of the images, (batch, time, y, x, head, 1)."""
        batch, height, width, n_heads, n_dates = ops.shape(weights)
        flat = ops.reshape(weights, (batch, height, width, n_heads * n_dates))
        fine = enlarge(flat, self.scale)
        height, width = self.scale * height, self.scale * width
        apart = ops.reshape(fine, (batch, height, width, n_heads, n_dates, 1))
        return ops.transpose(apart, (0, 4, 1, 2, 3, 5))

    def compute_output_shape(
        self, images_shape: tuple[int | None, ...], weights_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Shape of one image."""
        return images_shape[0], *images_shape[2:]

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this layer again."""
        return super().get_config() | {"scale": self.scale}


__all__ = ["WeighDates"]
