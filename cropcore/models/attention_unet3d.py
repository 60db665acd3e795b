"""Attention 3D U-Net: fields seen at several scales, skips weighed by what the coarser one saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from cropcore.models.base import PatchNetwork, Preset, SeriesSpec

if TYPE_CHECKING:
    import keras

_REACH = 2
"""Pixels of its own level that two convolutions of 3 × 3 × 3 see on each side."""


class AttentionUNet3D(PatchNetwork):
    """U-Net of 3D convolutions whose skip connections pass an attention gate.

    Space is pooled and brought back by repeating pixels, time is neither: each level sees all
    dates, which are laid side by side for one dense layer at the end. With late fusion each source
    has a U-Net of its own.

    References:
        Oktay et al. (2018), Attention U-Net: learning where to look for the pancreas,
        arXiv:1804.03999; Rustowicz et al. (2019), Semantic segmentation of crop type in Africa,
        CVPR Workshops, for 3D U-Nets on crops.
    """

    title: ClassVar[str] = "Attention 3D U-Net"
    reference: ClassVar[str] = "Oktay et al. 2018, arXiv:1804.03999"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"filters": 4, "levels": 2, "dense_units": 32},
        "standard": {"filters": 8, "levels": 3, "dense_units": 64},
    }

    filters: int = Field(
        16, ge=2, le=64, description="Filters of the finest level; each coarser one has twice them"
    )
    levels: int = Field(3, ge=2, le=4, description="Levels, each with half the resolution")
    dense_units: int = Field(64, ge=8, le=2048, description="Units of the dense layer")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of activations dropped in training")

    @property
    def stride(self) -> int:
        """Pixels on each side of one of the coarsest level."""
        return 2 ** (self.levels - 1)

    def halo(self, n_dates: int) -> int:
        """Convolutions on the way down and up, and at most a block of the coarsest level."""
        down = _REACH * (2 * self.stride - 1)  # 1 + 2 + … + stride pixels each
        up = _REACH * (self.stride - 1)
        return down + up + self.stride - 1

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, y, x, dense_units)."""
        from keras import layers

        from cropcore.models.layers import AttentionGate, DatesToFeatures

        half = (1, 2, 2)
        finer = []
        hidden = series  # (batch, time, y, x, band)
        for level in range(self.levels):
            if level:
                finer.append(hidden)
                hidden = layers.MaxPooling3D(half)(hidden)
            hidden = self._convolved(hidden, level, f"{spec.name}_down_{level}")
        for level in reversed(range(self.levels - 1)):
            gate = AttentionGate(self.filters * 2**level, name=f"{spec.name}_gate_{level}")
            skip = gate(finer[level], hidden)
            hidden = layers.Concatenate()([skip, layers.UpSampling3D(half)(hidden)])
            hidden = self._convolved(hidden, level, f"{spec.name}_up_{level}")
        hidden = DatesToFeatures()(hidden)  # (batch, y, x, time * filters)
        dense = layers.Dense(self.dense_units, activation="relu", name=f"{spec.name}_features")
        return layers.Dropout(self.dropout)(dense(hidden))

    def _convolved(self, hidden: keras.KerasTensor, level: int, name: str) -> keras.KerasTensor:
        """Two convolutions over time and space, each normalised."""
        from keras import layers

        for turn in range(2):
            hidden = layers.Conv3D(
                self.filters * 2**level, 3, padding="same", use_bias=False, name=f"{name}_{turn}"
            )(hidden)
            hidden = layers.LeakyReLU(0.01)(layers.BatchNormalization()(hidden))
        return hidden


__all__ = ["AttentionUNet3D"]
