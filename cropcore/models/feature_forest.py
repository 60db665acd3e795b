"""A network's features sorted by a random forest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from cropcore.errors import SettingError
from cropcore.models.base import Kind, Network, Preset, SeriesSpec
from cropcore.models.hybrid import Encoder, described_encoder, typed_settings

if TYPE_CHECKING:
    import keras
    from sklearn.ensemble import RandomForestClassifier


class FeatureForest(Network):
    """An encoder is fitted with its own classifier, which a forest on its features then replaces.

    References:
        Huang and LeCun (2006), Large-scale learning with SVM and convolutional nets for generic
        object categorization, CVPR, doi:10.1109/CVPR.2006.164 (features of a network for another
        classifier).
    """

    title: ClassVar[str] = "Network features, random forest"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    kind: ClassVar[Kind] = "features"
    reference: ClassVar[str] = "Huang and LeCun 2006, doi:10.1109/CVPR.2006.164"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"size": "quick", "n_trees": 200},
        "standard": {"size": "standard"},
    }

    encoder: Encoder = Field("cnn1d", description="Network whose features the forest reads")
    size: Preset = Field("thorough", description="Preset that the network is taken from")
    n_trees: int = Field(500, ge=1, le=5000, description="Trees")
    min_samples_split: int = Field(4, ge=2, le=1000, description="Fewest samples to split")
    encoder_settings: dict[str, Any] = Field({}, description="Hyperparameters of the network")

    @field_validator("encoder_settings")
    @classmethod
    def _typed(cls, settings: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Text becomes what the encoder takes it for."""
        return typed_settings(settings, info)

    @model_validator(mode="after")
    def _encoder_fits(self) -> Self:
        try:
            self.network  # noqa: B018 (its settings are within their ranges)
        except SettingError as error:
            raise ValueError(f"settings that go together ({error})") from error
        return self

    @property
    def network(self) -> Network:
        """The encoder with its settings.

        Raises:
            SettingError: A setting is unknown to it or out of range.
        """
        return described_encoder(self.encoder, self.size, self.encoder_settings)

    def encode(self, series: keras.KerasTensor, spec: SeriesSpec) -> keras.KerasTensor:
        """Features of the encoder."""
        return self.network.encode(series, spec)

    def estimator(self, seed: int) -> RandomForestClassifier:
        """An unfitted classifier of (sample, feature)."""
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(
            n_estimators=self.n_trees,
            min_samples_split=self.min_samples_split,
            random_state=seed,
            n_jobs=-1,
        )


__all__ = ["FeatureForest"]
