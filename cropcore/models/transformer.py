"""Transformer: every date of a pixel's series asks all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from cropcore.models.base import Preset, SequenceNetwork, SeriesSpec
from cropcore.models.heads import share_evenly

if TYPE_CHECKING:
    import keras


class Transformer(SequenceNetwork):
    """Self-attention between dates, their features gathered by the maximum over time.

    Dates are told apart by the days since the season's start. Projections of the attention have no
    bias: that of the keys could not change the outcome.

    References:
        Rußwurm and Körner (2020), Self-attention for raw optical satellite time series
        classification, ISPRS Journal 169, doi:10.1016/j.isprsjprs.2020.06.006.
    """

    title: ClassVar[str] = "Transformer"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    reference: ClassVar[str] = "Rußwurm and Körner 2020, doi:10.1016/j.isprsjprs.2020.06.006"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"n_layers": 1},
        "standard": {"n_layers": 2},
    }

    units: int = Field(64, ge=4, le=1024, description="Features of each date")
    n_heads: int = Field(2, ge=1, le=32, description="Heads of the attention; share the units")
    n_layers: int = Field(5, ge=1, le=12, description="Layers")
    dense_units: int = Field(128, ge=4, le=4096, description="Units between two layers")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of activations dropped in training")

    @model_validator(mode="after")
    def _heads_share_units(self) -> Self:
        share_evenly(self.n_heads, units=self.units)
        return self

    def sequence(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of each date, (batch, time, units)."""
        from keras import layers

        from cropcore.models.layers import DayEncoding

        hidden = layers.Dense(self.units, activation="relu", name=f"{spec.name}_embedding")(series)
        hidden = DayEncoding(spec.days, name=f"{spec.name}_days")(hidden)  # (batch, time, units)
        for depth in range(self.n_layers):
            answer, _ = layers.MultiHeadAttention(
                self.n_heads,
                self.units // self.n_heads,
                dropout=self.dropout,
                use_bias=False,
                name=f"{spec.name}_attention_{depth}",
            )(hidden, hidden, return_attention_scores=True)  # weights: (batch, head, time, time)
            hidden = self._added(hidden, answer)
            wide = layers.Dense(self.dense_units, activation="relu")(hidden)
            hidden = self._added(hidden, layers.Dense(self.units)(wide), f"{spec.name}_{depth}")
        return hidden

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, units)."""
        from keras import layers

        hidden = self.sequence(series, spec)
        return layers.GlobalMaxPooling1D(name=f"{spec.name}_features")(hidden)

    def _added(
        self, hidden: keras.KerasTensor, change: keras.KerasTensor, name: str | None = None
    ) -> keras.KerasTensor:
        """The residual connection, normalised after it."""
        from keras import layers

        added = layers.Add()([hidden, layers.Dropout(self.dropout)(change)])
        return layers.LayerNormalization(epsilon=1e-5, name=name)(added)


__all__ = ["Transformer"]
