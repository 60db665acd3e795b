"""3D-CNN: convolutions over the dates and the surroundings of a pixel at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from cropcore.models.base import PatchNetwork, Preset, SeriesSpec

if TYPE_CHECKING:
    import keras


class CNN3D(PatchNetwork):
    """Convolutions over time and space, then dense layers on all dates of a pixel.

    Where the reference classifies the centre of a small window, this one labels every pixel, and
    so leaves out its pooling over space: all features keep the resolution of the imagery. With
    ``fold_time`` it is the 3D-2D variant: dates become features, and a convolution over space alone
    reads them.

    References:
        Ji, Zhang, Xu and Duan (2018), 3D convolutional neural networks for crop classification
        with multi-temporal remote sensing images, Remote Sensing 10(1), 75,
        doi:10.3390/rs10010075.
    """

    title: ClassVar[str] = "3D-CNN"
    reference: ClassVar[str] = "Ji et al. 2018, doi:10.3390/rs10010075"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"filters": 8, "dense_units": 64},
        "standard": {"filters": 16, "dense_units": 128},
    }

    filters: int = Field(
        32, ge=2, le=256, description="Filters of each convolution; the last has twice as many"
    )
    kernel: int = Field(3, ge=1, le=9, description="Pixels each convolution sees on each axis")
    time_kernel: int = Field(3, ge=1, le=31, description="Dates each convolution sees")
    n_layers: int = Field(3, ge=1, le=8, description="Convolutions over time and space")
    fold_time: bool = Field(
        False, description="Whether a convolution over space follows, all dates its features"
    )
    dense_units: int = Field(256, ge=8, le=2048, description="Units of the dense layer")
    dropout: float = Field(0.5, ge=0, lt=1, description="Share of activations dropped in training")

    def halo(self, n_dates: int) -> int:
        """Half a kernel for each convolution over space."""
        return (self.n_layers + self.fold_time) * (self.kernel // 2)

    def sequence(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """What the last convolution sees at each date, (batch, time, y, x, 2 * filters)."""
        from keras import layers

        hidden = series  # (batch, time, y, x, band)
        for depth in range(self.n_layers):
            hidden = layers.Conv3D(
                self.filters if depth < self.n_layers - 1 else 2 * self.filters,
                (self.time_kernel, self.kernel, self.kernel),
                padding="same",
                activation="relu",
                kernel_initializer="he_normal",
                name=f"{spec.name}_conv_{depth}",
            )(hidden)  # (batch, time, y, x, filter)
        return hidden

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, y, x, dense_units)."""
        from keras import layers

        from cropcore.models.layers import DatesToFeatures

        hidden = DatesToFeatures()(self.sequence(series, spec))  # (batch, y, x, time * filter)
        if self.fold_time:
            hidden = layers.Conv2D(
                4 * self.filters,
                self.kernel,
                padding="same",
                activation="relu",
                kernel_initializer="he_normal",
                name=f"{spec.name}_folded",
            )(hidden)
        dense = layers.Dense(self.dense_units, activation="relu", name=f"{spec.name}_features")
        return layers.Dropout(self.dropout)(dense(hidden))


__all__ = ["CNN3D"]
