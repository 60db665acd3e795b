"""L-TAE: temporal attention that costs little, its heads asking one learnt question each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from cropcore.models.base import Network, Preset, SeriesSpec
from cropcore.models.heads import share_evenly

if TYPE_CHECKING:
    import keras


class LTAE(Network):
    """Lightweight temporal attention encoder.

    Where the reference normalises each date over its features, this one relies on the standardised
    input: of one or two bands such a normalisation would leave nothing to learn from.

    References:
        Garnot and Landrieu (2020), Lightweight temporal self-attention for classifying satellite
        image time series, arXiv:2007.00586.
    """

    title: ClassVar[str] = "Lightweight temporal attention (L-TAE)"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    reference: ClassVar[str] = "Garnot and Landrieu 2020, arXiv:2007.00586"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"units": 128, "n_heads": 8, "dense_units": 64},
    }

    units: int = Field(256, ge=8, le=2048, description="Features of each date")
    n_heads: int = Field(16, ge=1, le=64, description="Heads of the attention; share the units")
    key_units: int = Field(8, ge=1, le=128, description="Length of a key")
    dense_units: int = Field(128, ge=8, le=2048, description="Units after the attention")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of activations dropped in training")

    @model_validator(mode="after")
    def _heads_share_units(self) -> Self:
        share_evenly(self.n_heads, units=self.units)
        return self

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, dense_units)."""
        return self.gather(series, spec)[0]

    def gather(
        self, series: keras.KerasTensor, spec: SeriesSpec
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Features of shape (batch, …, dense_units) and weights of the dates.

        Args:
            series: (batch, …, time, band).
            spec: What is known of the series.

        Returns:
            Features and weights, (batch, …, head, time), which sum to one over time.
        """
        from keras import layers

        from cropcore.models.layers import DayEncoding, LightweightAttention

        hidden = layers.Dense(self.units, activation="relu", name=f"{spec.name}_embedding")(series)
        hidden = layers.Dense(self.units, name=f"{spec.name}_mixing")(hidden)
        hidden = DayEncoding(spec.days, longest=1000, name=f"{spec.name}_days")(hidden)
        gathered, weights = LightweightAttention(
            self.n_heads, self.key_units, 0.5 * self.dropout, name=f"{spec.name}_attention"
        )(hidden)  # (batch, …, units)
        hidden = layers.Dense(self.dense_units, use_bias=False, name=f"{spec.name}_dense")(gathered)
        hidden = layers.ReLU(name=f"{spec.name}_features")(layers.BatchNormalization()(hidden))
        return layers.Dropout(self.dropout)(hidden), weights


__all__ = ["LTAE"]
