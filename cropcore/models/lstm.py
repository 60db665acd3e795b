"""LSTM: a recurrent network that reads the dates of one pixel in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from cropcore.models.base import Preset
from cropcore.models.recurrent import Dropout, Layers, Recurrent, Units

if TYPE_CHECKING:
    import keras


class LSTM(Recurrent):
    """Stacked bidirectional LSTM that classifies from its final cell states.

    Where the reference normalises each date over its bands, this one relies on the standardised
    input: over one or two bands such a normalisation would leave nothing to learn from.

    References:
        Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9(8);
        Rußwurm et al. (2020), BreizhCrops, ISPRS Archives XLIII-B2-2020, arXiv:1905.11893.
    """

    title: ClassVar[str] = "RNN (bidirectional LSTM)"
    reference: ClassVar[str] = "Rußwurm et al. 2020, arXiv:1905.11893"
    cell: ClassVar[str] = "lstm"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"units": 64, "n_layers": 1},
        "standard": {"n_layers": 2},
    }

    units: Units = 128
    n_layers: Layers = 4
    dropout: Dropout = 0.57

    def one_way(self) -> keras.layers.Layer:
        """An LSTM."""
        from keras import layers

        return layers.LSTM(self.units, return_sequences=True, return_state=True)


__all__ = ["LSTM"]
