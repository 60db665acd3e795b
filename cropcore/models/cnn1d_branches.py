"""Multi-branch 1D-CNN: kernels of several lengths read the dates of one pixel side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Network, Preset, SeriesSpec

if TYPE_CHECKING:
    import keras


class BranchedCNN(Network):
    """Three branches of different reach, laid one after the other in time, then convolved again.

    References:
        Szegedy et al. (2015), Going deeper with convolutions, arXiv:1409.4842, for the branches;
        Zhong, Hu and Zhou (2019), Deep learning based multi-temporal crop classification, Remote
        Sensing of Environment 221, doi:10.1016/j.rse.2018.11.032, for their use on crop series.
    """

    title: ClassVar[str] = "1D-CNN (multi-branch)"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    reference: ClassVar[str] = "Zhong et al. 2019, doi:10.1016/j.rse.2018.11.032"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"filters": 32, "dense_units": 128},
        "standard": {"dense_units": 256},
    }

    filters: int = Field(
        64, ge=4, le=256, description="Filters of the first convolution; later ones have 2 and 4 ×"
    )
    dense_units: int = Field(512, ge=8, le=2048, description="Units of the dense layer")
    dropout: float = Field(0.5, ge=0, lt=1, description="Share of activations dropped in training")
    padding: Literal["same", "valid"] = Field(
        "same", description="What convolutions do at both ends; 'valid' needs 7 dates at least"
    )

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, dense_units)."""
        from keras import layers

        first = self._conv(1, 3, f"{spec.name}_conv_0")(series)  # (batch, time, filter)
        branches = [
            self._conv(2, 3, f"{spec.name}_conv_1_short")(first),
            self._conv(2, 5, f"{spec.name}_conv_1_long")(first),
            self._conv(2, 1, f"{spec.name}_conv_1_pooled")(
                layers.MaxPooling1D(2, padding=self.padding)(first)
            ),
        ]
        hidden = layers.Concatenate(axis=1)(branches)  # (batch, times of all, filter)
        hidden = self._conv(2, 3, f"{spec.name}_conv_2")(hidden)
        hidden = self._conv(4, 3, f"{spec.name}_conv_3")(hidden)
        hidden = layers.Dropout(0.8 * self.dropout)(hidden)
        hidden = layers.Flatten()(hidden)
        hidden = layers.Dense(self.dense_units, activation="relu", name=f"{spec.name}_features")(
            hidden
        )
        return layers.Dropout(self.dropout)(hidden)

    def _conv(self, times: int, kernel_size: int, name: str) -> keras.layers.Layer:
        from keras import layers

        return layers.Conv1D(
            times * self.filters,
            kernel_size,
            padding=self.padding,
            activation="relu",
            kernel_initializer="he_normal",
            name=name,
        )


__all__ = ["BranchedCNN"]
