"""Which places of a finer level are worth looking at, judged by a coarser one."""

from typing import Any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="cropcore")
class AttentionGate(layers.Layer):
    """Weigh the skip connection of a U-Net by a coarser level that has seen more of the field.

    α = σ(ψ·relu(θ·skip + φ·coarse)), computed on the coarse grid and repeated over each block of
    2 × 2 pixels, weighs the skip; a convolution and a batch normalisation follow. The coarse level
    itself passes by ungated. Both inputs have shape ``(batch, time, y, x, feature)``, the coarse
    one half the height and width; the output is shaped like the skip.

    Args:
        filters: Features of the output and of θ and φ.

    References:
        Oktay et al. (2018), Attention U-Net: learning where to look for the pancreas,
        arXiv:1804.03999.
    """

    def __init__(self, filters: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.filters = int(filters)
        half = (1, 2, 2)
        self.theta = layers.Conv3D(self.filters, half, half, use_bias=False, name="theta")
        self.phi = layers.Conv3D(self.filters, 1, name="phi")
        self.relu = layers.ReLU()
        self.psi = layers.Conv3D(1, 1, activation="sigmoid", name="psi")
        self.spread = layers.UpSampling3D(half)
        self.out = layers.Conv3D(self.filters, 1, use_bias=False, name="out")
        self.normalise = layers.BatchNormalization(name="normalise")

    def build(
        self, skip_shape: tuple[int | None, ...], coarse_shape: tuple[int | None, ...]
    ) -> None:
        """Build the convolutions."""
        both = (*coarse_shape[:-1], self.filters)
        self.theta.build(skip_shape)
        self.phi.build(coarse_shape)
        self.psi.build(both)
        self.out.build(skip_shape)
        self.normalise.build((*skip_shape[:-1], self.filters))

    def weights_of(self, skip: keras.KerasTensor, coarse: keras.KerasTensor) -> keras.KerasTensor:
        """The weight of each pixel of the skip at each date, (batch, time, y, x, 1), 0 to 1."""
        return self.spread(self.psi(self.relu(self.theta(skip) + self.phi(coarse))))

    def call(
        self,
        skip: keras.KerasTensor,
        coarse: keras.KerasTensor,
        training: bool | None = None,
    ) -> keras.KerasTensor:
        """Weigh the skip."""
        weighed = self.weights_of(skip, coarse) * skip
        return self.normalise(self.out(weighed), training=training)

    def compute_output_shape(
        self, skip_shape: tuple[int | None, ...], coarse_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Shape of the weighed skip."""
        return (*skip_shape[:-1], self.filters)

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this layer again."""
        return super().get_config() | {"filters": self.filters}


__all__ = ["AttentionGate"]
