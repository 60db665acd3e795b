"""AtLSTM: a recurrent network that weighs its dates before it decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Preset, SeriesSpec
from cropcore.models.recurrent import Dropout, Layers, Recurrent, Units

if TYPE_CHECKING:
    import keras


class AttentionLSTM(Recurrent):
    """Stacked bidirectional LSTM whose states are weighed over time (DeepCropMapping).

    With ``dcm`` each state gives its own weight; with ``luong`` it is asked how well it fits the
    final state, which then joins the weighted sum.

    References:
        Xu et al. (2020), DeepCropMapping, Remote Sensing of Environment 247,
        doi:10.1016/j.rse.2020.111946; Luong, Pham and Manning (2015), Effective approaches to
        attention-based neural machine translation, arXiv:1508.04025.
    """

    title: ClassVar[str] = "AtLSTM (attention LSTM)"
    reference: ClassVar[str] = "Xu et al. 2020, doi:10.1016/j.rse.2020.111946"
    cell: ClassVar[str] = "lstm"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"units": 64, "n_layers": 1},
        "standard": {"units": 64, "n_layers": 1},
    }

    units: Units = 256
    n_layers: Layers = 2
    dropout: Dropout = 0.5
    attention: Literal["dcm", "luong"] = Field(
        "dcm", description="What weighs a date: its own state (dcm), or its fit to the last (luong)"
    )
    dense_units: int = Field(256, ge=4, le=2048, description="Units after the attention (luong)")

    def one_way(self) -> keras.layers.Layer:
        """An LSTM that hardly forgets at first."""
        from keras import layers

        from cropcore.models.layers import ForgetBias

        return layers.LSTM(
            self.units,
            return_sequences=True,
            return_state=True,
            bias_initializer=ForgetBias(3.0),
            unit_forget_bias=False,
        )

    def read(self, series: keras.KerasTensor, spec: SeriesSpec) -> list[keras.KerasTensor]:
        """States of the last layer; those of all dates with dropout."""
        from keras import layers

        hidden, *states = super().read(series, spec)
        return [layers.Dropout(self.dropout)(hidden), *states]

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, 2 * units), or (batch, dense_units) with ``luong``."""
        from keras import layers

        hidden, forward, _, backward, _ = self.read(series, spec)  # states: h, c, h, c
        if self.attention == "dcm":
            score = layers.Flatten()(layers.Dense(1, activation="relu")(hidden))
            return self._weighed(hidden, score, spec, f"{spec.name}_features")
        last = layers.Concatenate()([forward, backward])  # (batch, 2 * units)
        question = layers.Dense(2 * self.units, use_bias=False)(last)
        score = layers.Dot(axes=(2, 1))([hidden, question])  # (batch, time)
        context = layers.Concatenate()([self._weighed(hidden, score, spec), last])
        features = layers.Dense(self.dense_units, activation="tanh", name=f"{spec.name}_features")
        return layers.Dropout(self.dropout)(features(context))

    @staticmethod
    def _weighed(
        hidden: keras.KerasTensor,
        score: keras.KerasTensor,
        spec: SeriesSpec,
        name: str | None = None,
    ) -> keras.KerasTensor:
        """Sum of (batch, time, feature) over time by the softmax of scores (batch, time)."""
        from keras import layers

        weight = layers.Softmax(axis=-1, name=f"{spec.name}_attention")(score)
        return layers.Dot(axes=(1, 1), name=name)([weight, hidden])  # (batch, feature)


__all__ = ["AttentionLSTM"]
