"""GRU: a recurrent network with fewer gates than the LSTM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Preset, SequenceNetwork, SeriesSpec

if TYPE_CHECKING:
    import keras


class GRU(SequenceNetwork):
    """Stacked bidirectional GRU that classifies from its final states.

    References:
        Cho et al. (2014), Learning phrase representations using RNN encoder–decoder,
        arXiv:1406.1078.
    """

    title: ClassVar[str] = "RNN (bidirectional GRU)"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    reference: ClassVar[str] = "Cho et al. 2014, arXiv:1406.1078"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"units": 64, "n_layers": 1},
        "standard": {"n_layers": 2},
    }

    units: int = Field(128, ge=4, le=1024, description="Units of each direction")
    n_layers: int = Field(3, ge=1, le=8, description="Layers")
    dropout: float = Field(0.5, ge=0, lt=1, description="Share of activations dropped in training")

    def sequence(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """States of both directions, (batch, time, 2 * units)."""
        return self._stack(series, spec)[0]

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, 2 * units)."""
        from keras import layers

        _, forward, backward = self._stack(series, spec)
        final = layers.Concatenate(name=f"{spec.name}_features")([forward, backward])
        return layers.Dropout(self.dropout)(final)

    def _stack(self, series: keras.KerasTensor, spec: SeriesSpec) -> list[keras.KerasTensor]:
        """Output of the last layer and its final states."""
        from keras import layers

        hidden = series  # (batch, time, band)
        for depth in range(self.n_layers):
            if depth:
                hidden = layers.Dropout(self.dropout)(hidden)
            gru = layers.GRU(self.units, return_sequences=True, return_state=True)
            layer = layers.Bidirectional(gru, name=f"{spec.name}_gru_{depth}")
            hidden, *states = layer(hidden)  # (batch, time, 2 * units), two of (batch, units)
        return [hidden, *states]


__all__ = ["GRU"]
