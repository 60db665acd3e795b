"""Hybrids on patches: convolutions over each date and its surroundings feed a recurrence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Network, PatchNetwork, Preset, SeriesSpec
from cropcore.models.cnn3d import CNN3D
from cropcore.models.convrnn import ConvRNN

if TYPE_CHECKING:
    import keras


class PatchHybrid(PatchNetwork):
    """What convolutions make of each date is read in order by a recurrent network.

    The first encoder sees space (cnn2d, each date alone) or time and space (cnn3d). The second is a
    convolutional recurrence, or reads the features of each pixel by itself (lstm, gru, atlstm).

    References:
        Rußwurm and Körner (2018), Multi-temporal land cover classification with sequential
        recurrent encoders, ISPRS International Journal of Geo-Information 7(4), 129,
        doi:10.3390/ijgi7040129; Turkoglu et al. (2021), Crop mapping from image time series,
        arXiv:2102.08820, for convolutional states.
    """

    title: ClassVar[str] = "Hybrid (CNN, then RNN, on patches)"
    reference: ClassVar[str] = "Rußwurm and Körner 2018, doi:10.3390/ijgi7040129"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"filters": 8, "units": 16},
        "standard": {"filters": 16, "units": 32},
    }

    first: Literal["cnn3d", "cnn2d"] = Field("cnn3d", description="Encoder that reads the patches")
    second: Literal["convstar", "convgru", "convlstm", "lstm", "gru", "atlstm"] = Field(
        "convstar", description="Recurrent encoder that reads the first one"
    )
    filters: int = Field(
        32, ge=2, le=256, description="Filters of each convolution; the last has twice as many"
    )
    kernel: int = Field(3, ge=1, le=9, description="Pixels each convolution sees on each axis")
    units: int = Field(64, ge=2, le=512, description="Features of a state, in each direction")
    n_layers: int = Field(1, ge=1, le=3, description="Layers of the second encoder")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of activations dropped in training")

    @property
    def encoders(self) -> tuple[CNN3D, Network]:
        """Both encoders with their settings."""
        first = CNN3D(
            filters=self.filters, kernel=self.kernel, time_kernel=3 if self.first == "cnn3d" else 1
        )
        own: dict[str, Any] = {"n_layers": self.n_layers, "dropout": self.dropout}
        if self.second in ("convstar", "convgru", "convlstm"):
            own |= {"cell": self.second, "filters": self.units, "kernel": self.kernel}
            return first, ConvRNN.parse(own, self.second)
        from cropcore.models import ARCHITECTURES

        second = ARCHITECTURES[self.second].parse(own | {"units": self.units}, self.second)
        if not isinstance(second, Network):
            raise TypeError(f"{self.second} is no network")
        return first, second

    def halo(self, n_dates: int) -> int:
        """That of both encoders, one after the other."""
        first, second = self.encoders
        of_second = second.halo(n_dates) if isinstance(second, PatchNetwork) else 0
        return first.halo(n_dates) + of_second

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of the second encoder, (batch, y, x, feature)."""
        from cropcore.models.layers import FoldPixels, UnfoldPixels

        first, second = self.encoders
        seen = first.sequence(series, replace(spec, name=f"{spec.name}_first"))
        of_second = replace(spec, name=f"{spec.name}_second")
        if isinstance(second, PatchNetwork):
            return second.encode(seen, of_second)
        features = second.encode(FoldPixels()(seen), of_second)  # (batch * y * x, feature)
        return UnfoldPixels()(features, seen)


__all__ = ["PatchHybrid"]
