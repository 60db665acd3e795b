"""Temporal CNN: convolutions along the dates of one pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import SequenceNetwork, SeriesSpec

if TYPE_CHECKING:
    import keras


class TemporalCNN(SequenceNetwork):
    """Convolutions over time without pooling, then one dense layer (TempCNN).

    References:
        Pelletier, Webb and Petitjean (2019), Temporal convolutional neural network for the
        classification of satellite image time series, Remote Sensing 11(5), 523,
        doi:10.3390/rs11050523.
    """

    title: ClassVar[str] = "1D-CNN (TempCNN)"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    reference: ClassVar[str] = "Pelletier et al. 2019, doi:10.3390/rs11050523"

    filters: int = Field(64, ge=4, le=512, description="Filters of each convolution")
    kernel_size: int = Field(5, ge=1, le=31, description="Dates each convolution sees")
    n_layers: int = Field(3, ge=1, le=8, description="Convolutions")
    dense_units: int = Field(256, ge=8, le=2048, description="Units of the dense layer")
    dropout: float = Field(0.5, ge=0, lt=1, description="Share of activations dropped in training")
    l2: float = Field(1e-6, ge=0, le=1, description="Weight penalty")

    def sequence(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """What the last convolution sees at each date, (batch, time, filter)."""
        from keras import layers, regularizers

        hidden = series  # (batch, time, band)
        for depth in range(self.n_layers):
            hidden = layers.Conv1D(
                self.filters,
                self.kernel_size,
                padding="same",
                kernel_initializer="he_normal",
                kernel_regularizer=regularizers.L2(self.l2),
                name=f"{spec.name}_conv_{depth}",
            )(hidden)  # (batch, time, filter)
            hidden = layers.ReLU()(layers.BatchNormalization()(hidden))
            hidden = layers.Dropout(self.dropout)(hidden)
        return hidden

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, dense_units)."""
        from keras import layers, regularizers

        hidden = layers.Flatten()(self.sequence(series, spec))  # (batch, time * filter)
        hidden = layers.Dense(
            self.dense_units,
            kernel_initializer="he_normal",
            kernel_regularizer=regularizers.L2(self.l2),
            name=f"{spec.name}_dense",
        )(hidden)  # (batch, dense_units)
        hidden = layers.ReLU(name=f"{spec.name}_features")(layers.BatchNormalization()(hidden))
        return layers.Dropout(self.dropout)(hidden)


__all__ = ["TemporalCNN"]
