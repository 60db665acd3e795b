"""GRU: a recurrent network with fewer gates than the LSTM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from cropcore.models.base import Preset
from cropcore.models.recurrent import Dropout, Layers, Recurrent, Units

if TYPE_CHECKING:
    import keras


class GRU(Recurrent):
    """Stacked bidirectional GRU that classifies from its final states.

    References:
        Cho et al. (2014), Learning phrase representations using RNN encoder–decoder,
        arXiv:1406.1078.
    """

    title: ClassVar[str] = "RNN (bidirectional GRU)"
    reference: ClassVar[str] = "Cho et al. 2014, arXiv:1406.1078"
    cell: ClassVar[str] = "gru"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"units": 64, "n_layers": 1},
        "standard": {"n_layers": 2},
    }

    units: Units = 128
    n_layers: Layers = 3
    dropout: Dropout = 0.5

    def one_way(self) -> keras.layers.Layer:
        """A GRU."""
        from keras import layers

        return layers.GRU(self.units, return_sequences=True, return_state=True)


__all__ = ["GRU"]
