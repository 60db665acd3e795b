"""What the recurrent architectures share: layers that read the dates in both directions."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import SequenceNetwork, SeriesSpec

if TYPE_CHECKING:
    import keras

Units = Annotated[int, Field(ge=4, le=1024, description="Units of each direction")]
Layers = Annotated[int, Field(ge=1, le=8, description="Layers")]
Dropout = Annotated[
    float, Field(ge=0, lt=1, description="Share of activations dropped in training")
]


class Recurrent(SequenceNetwork):
    """Stacked bidirectional recurrence that classifies from its final states."""

    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    cell: ClassVar[str]
    """Part of its layers' names."""

    units: Units
    n_layers: Layers
    dropout: Dropout

    @abstractmethod
    def one_way(self) -> keras.layers.Layer:
        """A layer of one direction that gives its states of all dates, then its final ones."""

    def sequence(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """States of both directions, (batch, time, 2 * units)."""
        return self.read(series, spec)[0]

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, 2 * units)."""
        from keras import layers

        _, *states = self.read(series, spec)
        forward, backward = states[len(states) // 2 - 1], states[-1]  # of an LSTM its cell states
        final = layers.Concatenate(name=f"{spec.name}_features")([forward, backward])
        return layers.Dropout(self.dropout)(final)

    def read(self, series: keras.KerasTensor, spec: SeriesSpec) -> list[keras.KerasTensor]:
        """States of the last layer.

        Args:
            series: (batch, time, band).
            spec: What is known of the series.

        Returns:
            Of all dates, (batch, time, 2 * units), and the final ones of the forward, then of the
            backward direction, (batch, units) each.
        """
        from keras import layers

        hidden = series
        states: list[keras.KerasTensor] = []
        for depth in range(self.n_layers):
            if depth:
                hidden = layers.Dropout(self.dropout)(hidden)
            both = layers.Bidirectional(self.one_way(), name=f"{spec.name}_{self.cell}_{depth}")
            hidden, *states = both(hidden)
        return [hidden, *states]


__all__ = ["Dropout", "Layers", "Recurrent", "Units"]
