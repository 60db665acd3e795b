"""U-TAE: a U-Net over space, its dates gathered by temporal attention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import Field, model_validator

from cropcore.models.base import PatchNetwork, Preset, SeriesSpec
from cropcore.models.heads import share_evenly
from cropcore.models.ltae import LTAE

if TYPE_CHECKING:
    import keras


class UTAE(PatchNetwork):
    """Each date is encoded by the same convolutions; attention at the coarsest level weighs dates.

    Its weights, resized bilinearly, gather the dates of the finer levels too, and a decoder brings
    all back to the imagery's resolution. Where the reference normalises each image over its groups
    of features and all its pixels, this one uses batch normalisation: statistics over space would
    make a pixel depend on the whole patch, and a map in tiles would show seams. Its running means
    follow within ten steps, since an epoch of patches has few.

    References:
        Garnot and Landrieu (2021), Panoptic segmentation of satellite image time series with
        convolutional temporal attention networks, arXiv:2107.07933.
    """

    title: ClassVar[str] = "U-TAE (U-Net with temporal attention)"
    reference: ClassVar[str] = "Garnot and Landrieu 2021, arXiv:2107.07933"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"filters": 16, "levels": 3, "units": 64, "n_heads": 4},
        "standard": {"filters": 32, "units": 128, "n_heads": 8},
    }
    learning: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"learning_rate": 4e-3, "schedule": "cosine"}
    }

    filters: int = Field(
        64, ge=4, le=256, description="Filters of the finer levels; the coarsest has twice them"
    )
    levels: int = Field(4, ge=2, le=5, description="Levels, each with half the resolution")
    units: int = Field(256, ge=8, le=2048, description="Features of each date in the attention")
    n_heads: int = Field(16, ge=1, le=64, description="Heads of the attention; share the units")
    key_units: int = Field(4, ge=1, le=128, description="Length of a key")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of activations dropped in training")

    @model_validator(mode="after")
    def _heads_share_features(self) -> Self:
        share_evenly(self.n_heads, units=self.units, filters=self.filters)
        return self

    @property
    def stride(self) -> int:
        """Pixels on each side of one of the coarsest level."""
        return 2 ** (self.levels - 1)

    def halo(self, n_dates: int) -> int:
        """Followed down and up again, in pixels beyond a pixel's own block of each level."""
        lowest = 2  # two convolutions
        for level in range(1, self.levels):
            side = 2**level
            lowest += side // 2 + 2 * side  # the halving convolution sees one finer pixel more
        reach = lowest
        for level in reversed(range(self.levels - 1)):
            side = 2**level
            resized = lowest + 3 * self.stride // 2 - side  # bilinear: the next coarse pixel
            reach = max(reach + 2 * side, resized) + 2 * side
        return reach

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of shape (batch, y, x, filters // 2)."""
        from keras import layers

        from cropcore.models.layers import WeighDates

        finer = []
        hidden = series  # (batch, time, y, x, band)
        for level in range(self.levels):
            width = self.filters * (2 if level == self.levels - 1 else 1)
            name = f"{spec.name}_down_{level}"
            if level:
                finer.append(hidden)
                halved = layers.Conv3D(
                    finer[-1].shape[-1], (1, 4, 4), (1, 2, 2), padding="same", use_bias=False,
                    name=f"{name}_halved",
                )  # fmt: skip
                hidden = _normalised(halved(hidden))
            hidden = _normalised(_conv3d(width, f"{name}_0")(hidden))
            hidden = layers.Add()([hidden, _normalised(_conv3d(width, f"{name}_1")(hidden))])
        hidden, weights = self._gathered(hidden, spec)  # (batch, y, x, f), (…, head, time)
        for level in reversed(range(self.levels - 1)):
            width = self.filters if level > 1 else self.filters // 2
            name = f"{spec.name}_up_{level}"
            scale = self.stride // 2**level
            skip = WeighDates(scale, name=f"{name}_dates")(finer[level], weights)
            skip = _normalised(layers.Dense(width, use_bias=False, name=f"{name}_skip")(skip))
            doubled = layers.Conv2DTranspose(
                width, 4, 2, padding="same", use_bias=False, name=f"{name}_doubled"
            )
            hidden = layers.Concatenate()([_normalised(doubled(hidden)), skip])
            hidden = _normalised(_conv2d(width, f"{name}_0")(hidden))
            hidden = layers.Add()([hidden, _normalised(_conv2d(width, f"{name}_1")(hidden))])
        return hidden

    def _gathered(
        self, hidden: keras.KerasTensor, spec: SeriesSpec
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """The coarsest level without its dates, and their weights (batch, y, x, head, time)."""
        from keras import layers

        attention = LTAE(
            units=self.units,
            n_heads=self.n_heads,
            key_units=self.key_units,
            dense_units=2 * self.filters,
            dropout=self.dropout,
        )
        by_pixel = layers.Permute((2, 3, 1, 4))(hidden)  # (batch, y, x, time, feature)
        return attention.gather(by_pixel, replace(spec, name=f"{spec.name}_lowest"))


def _conv3d(width: int, name: str) -> keras.layers.Layer:
    """The same convolution for each date."""
    from keras import layers

    return layers.Conv3D(width, (1, 3, 3), padding="same", use_bias=False, name=name)


def _conv2d(width: int, name: str) -> keras.layers.Layer:
    from keras import layers

    return layers.Conv2D(width, 3, padding="same", use_bias=False, name=name)


def _normalised(hidden: keras.KerasTensor) -> keras.KerasTensor:
    from keras import layers

    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(hidden))


__all__ = ["UTAE"]
