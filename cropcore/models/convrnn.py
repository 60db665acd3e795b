"""Convolutional RNN: a state for each pixel, its gates seeing the surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import PatchNetwork, Preset, SeriesSpec

if TYPE_CHECKING:
    import keras


class ConvRNN(PatchNetwork):
    """Bidirectional convolutional recurrence; the final states of both directions are convolved.

    Gates see the imagery around a pixel and, unlike the references', only the pixel's own state
    (``recurrent_kernel`` 1): a state passed on to its neighbours travels a pixel further with each
    date, and a map in tiles would need an overlap as wide as the series is long. With 3 it is as
    published, and :meth:`halo` grows with the dates.

    References:
        Rußwurm and Körner (2018), Multi-temporal land cover classification with sequential
        recurrent encoders, ISPRS International Journal of Geo-Information 7(4), 129,
        doi:10.3390/ijgi7040129; Turkoglu et al. (2021), Gating revisited, arXiv:1911.11033, for
        ConvSTAR.
    """

    title: ClassVar[str] = "ConvRNN (ConvLSTM, ConvGRU, ConvSTAR)"
    reference: ClassVar[str] = "Rußwurm and Körner 2018, doi:10.3390/ijgi7040129"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"filters": 16},
        "standard": {"filters": 32},
    }

    cell: Literal["convlstm", "convgru", "convstar"] = Field(
        "convgru", description="Cell: four gates (convlstm), three (convgru) or two (convstar)"
    )
    filters: int = Field(128, ge=2, le=512, description="Features of a state, in each direction")
    kernel: int = Field(3, ge=1, le=9, description="Pixels each convolution sees on each axis")
    recurrent_kernel: int = Field(
        1, ge=1, le=5, description="Pixels whose states a state sees; above 1 the halo is wide"
    )
    n_layers: int = Field(1, ge=1, le=3, description="Layers")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of activations dropped in training")

    def halo(self, n_dates: int) -> int:
        """Half a kernel for each convolution; for each step of a layer, half that of the state."""
        steps = self.n_layers * (n_dates - 1)
        return (self.n_layers + 1) * (self.kernel // 2) + steps * (self.recurrent_kernel // 2)

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, y, x, filters)."""
        from keras import layers as kit

        from cropcore.models import layers

        cells = {
            "convlstm": layers.ConvLSTM2D,
            "convgru": layers.ConvGRU2D,
            "convstar": layers.ConvSTAR2D,
        }
        hidden = series  # (batch, time, y, x, band)
        for depth in range(self.n_layers):
            both = [
                cells[self.cell](
                    self.filters,
                    self.kernel,
                    self.recurrent_kernel,
                    backwards=direction == "backwards",
                    every_date=depth < self.n_layers - 1,
                    name=f"{spec.name}_{direction}_{depth}",
                )(hidden)
                for direction in ("forwards", "backwards")
            ]
            hidden = kit.Concatenate()(both)  # (batch, time, y, x, 2 * filters), last: no time
        hidden = kit.Conv2D(
            self.filters,
            self.kernel,
            padding="same",
            activation="relu",
            name=f"{spec.name}_features",
        )(hidden)
        return kit.Dropout(self.dropout)(hidden)


__all__ = ["ConvRNN"]
