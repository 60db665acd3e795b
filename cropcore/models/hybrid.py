"""Hybrids: one encoder feeding another, or two side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from cropcore.errors import SettingError
from cropcore.models.base import Network, Preset, SequenceNetwork, SeriesSpec

if TYPE_CHECKING:
    import keras

Encoder = Literal["cnn1d", "cnn1d_branches", "lstm", "gru", "atlstm", "transformer", "ltae"]


class Hybrid(Network):
    """Two encoders of the table made one.

    ``feed`` gives what the first makes of each date to the second (cnn1d → lstm, transformer →
    atlstm); ``beside`` lets both read the series and joins their features (cnn1d ‖ atlstm).

    References:
        Rußwurm and Körner (2018), Multi-temporal land cover classification with sequential
        recurrent encoders, ISPRS International Journal of Geo-Information 7(4), 129,
        doi:10.3390/ijgi7040129 (convolutions feeding recurrence).
    """

    title: ClassVar[str] = "Hybrid (two encoders)"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    reference: ClassVar[str] = "Rußwurm and Körner 2018, doi:10.3390/ijgi7040129"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"size": "quick", "dense_units": 128},
        "standard": {"size": "standard"},
    }
    learning: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {"quick": {"epochs": 9}}

    first: Encoder = Field("cnn1d", description="Encoder that reads the series")
    second: Encoder = Field("lstm", description="Encoder that reads the first one, or the series")
    join: Literal["feed", "beside"] = Field(
        "feed", description="Whether the first feeds the second, or both stand side by side"
    )
    size: Preset = Field("thorough", description="Preset that both encoders are taken from")
    dense_units: int = Field(512, ge=8, le=2048, description="Units that join both (beside)")
    dropout: float = Field(
        0.5, ge=0, lt=1, description="Share of the joined dropped in training (beside)"
    )
    first_settings: dict[str, Any] = Field({}, description="Hyperparameters of the first encoder")
    second_settings: dict[str, Any] = Field({}, description="Hyperparameters of the second encoder")

    @field_validator("first_settings", "second_settings")
    @classmethod
    def _typed(cls, settings: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Text becomes what the encoder takes it for."""
        return typed_settings(settings, info)

    @model_validator(mode="after")
    def _encoders_fit(self) -> Self:
        from cropcore.models import ARCHITECTURES

        if self.join == "feed" and not issubclass(ARCHITECTURES[self.first], SequenceNetwork):
            able = (name for name in get_args(Encoder) if _keeps_dates(name))
            raise ValueError(f"a first encoder that keeps dates apart: {', '.join(able)}")
        try:
            self.encoders  # noqa: B018 (their settings are within their ranges)
        except SettingError as error:
            raise ValueError(f"settings that go together ({error})") from error
        return self

    @property
    def encoders(self) -> tuple[Network, Network]:
        """Both encoders with their settings.

        Raises:
            SettingError: A setting is unknown to its encoder or out of range.
        """
        return (
            described_encoder(self.first, self.size, self.first_settings),
            described_encoder(self.second, self.size, self.second_settings),
        )

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of the second encoder, or (batch, dense_units) of both."""
        from keras import layers

        first, second = self.encoders
        of_first = replace(spec, name=f"{spec.name}_first")
        of_second = replace(spec, name=f"{spec.name}_second")
        if self.join == "feed":
            if not isinstance(first, SequenceNetwork):
                raise TypeError(f"{first!r} keeps no dates apart")
            return second.encode(first.sequence(series, of_first), of_second)
        both = [first.encode(series, of_first), second.encode(series, of_second)]
        joined = layers.Concatenate(name=f"{spec.name}_joined")(both)
        dense = layers.Dense(self.dense_units, activation="relu", name=f"{spec.name}_features")
        return layers.Dropout(self.dropout)(dense(joined))


def _keeps_dates(name: str) -> bool:
    from cropcore.models import ARCHITECTURES

    return issubclass(ARCHITECTURES[name], SequenceNetwork)


def typed_settings(settings: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """Settings of an encoder as what it takes them for, for the validators of ``…_settings``."""
    encoder = info.data.get(str(info.field_name).removesuffix("_settings"))
    if encoder is None:  # told already
        return settings
    try:
        described = described_encoder(encoder, "thorough", settings)
    except SettingError as error:
        raise ValueError(f"settings that it knows ({error})") from error
    return {key: getattr(described, key) for key in settings}


def described_encoder(name: str, size: Preset, settings: Mapping[str, Any]) -> Network:
    """An encoder of the table with a preset's settings and single changed ones.

    Raises:
        SettingError: A setting is unknown to it or out of range.
    """
    from cropcore.models import ARCHITECTURES

    kind = ARCHITECTURES[name]
    described = kind.parse({**kind.presets.get(size, {}), **settings}, name)
    if not isinstance(described, Network):
        raise TypeError(f"{name} is no network")
    return described


__all__ = ["Encoder", "Hybrid", "described_encoder", "typed_settings"]
