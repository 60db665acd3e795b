"""LSTM: a recurrent network that reads the dates of one pixel in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Preset, SequenceNetwork, SeriesSpec

if TYPE_CHECKING:
    import keras


class LSTM(SequenceNetwork):
    """Stacked bidirectional LSTM that classifies from its final cell states.

    Where the reference normalises each date over its bands, this one relies on the standardised
    input: over one or two bands such a normalisation would leave nothing to learn from.

    References:
        Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9(8);
        Rußwurm et al. (2020), BreizhCrops, ISPRS Archives XLIII-B2-2020, arXiv:1905.11893.
    """

    title: ClassVar[str] = "RNN (bidirectional LSTM)"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    reference: ClassVar[str] = "Rußwurm et al. 2020, arXiv:1905.11893"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"units": 64, "n_layers": 1},
        "standard": {"n_layers": 2},
    }

    units: int = Field(128, ge=4, le=1024, description="Units of each direction")
    n_layers: int = Field(4, ge=1, le=8, description="Layers")
    dropout: float = Field(0.57, ge=0, lt=1, description="Share of activations dropped in training")

    def sequence(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """States of both directions, (batch, time, 2 * units)."""
        return self._stack(series, spec)[0]

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, 2 * units)."""
        from keras import layers

        _, _, forward, _, backward = self._stack(series, spec)  # states: h, c, h, c
        final = layers.Concatenate(name=f"{spec.name}_features")([forward, backward])
        return layers.Dropout(self.dropout)(final)

    def _stack(self, series: keras.KerasTensor, spec: SeriesSpec) -> list[keras.KerasTensor]:
        """Output of the last layer and its final states."""
        from keras import layers

        hidden = series  # (batch, time, band)
        for depth in range(self.n_layers):
            if depth:
                hidden = layers.Dropout(self.dropout)(hidden)
            lstm = layers.LSTM(self.units, return_sequences=True, return_state=True)
            layer = layers.Bidirectional(lstm, name=f"{spec.name}_lstm_{depth}")
            hidden, *states = layer(hidden)  # (batch, time, 2 * units), four of (batch, units)
        return [hidden, *states]


__all__ = ["LSTM"]
