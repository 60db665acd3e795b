"""What is written down of a run: the request, what the data turned out to be, the fitted models."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from cropcore.cube import Fusion, Preparation, SideBySide, Steps
from cropcore.errors import SettingError
from cropcore.legend import Legend
from cropcore.models import ARCHITECTURES, Architecture
from cropcore.models.base import Preset
from cropcore.models.ensemble import ENSEMBLE, Ensemble
from cropcore.prediction.combining import Combination
from cropcore.samples.augmentation import Augmentation
from cropcore.settings import Settings
from cropcore.sources import LabelOrigin, SourceOptions
from cropcore.training.schedules import Schedule

MOST_FOLDS = 50
State = Literal["queued", "running", "done", "failed", "cancelled", "lost"]


class TrainingSettings(Settings):
    """How a model is fitted, whatever its architecture."""

    epochs: int = Field(100, ge=1, le=5000, description="Most passes over the training samples")
    patience: int = Field(15, ge=1, le=1000, description="Epochs without progress before stopping")
    batch_size: int = Field(64, ge=1, le=65536, description="Most samples per step")
    learning_rate: float = Field(2e-3, gt=0, le=1, description="Step size of Adam")
    weight_decay: float = Field(0.0, ge=0, le=1, description="Decoupled weight decay")
    clip_norm: float = Field(5.0, gt=0, le=1000, description="Longest gradient")
    test_share: float = Field(0.2, ge=0.05, le=0.5, description="Share of samples kept for testing")
    validation_share: float = Field(0.2, ge=0.05, le=0.5, description="Share of samples to watch")
    samples_per_class: int = Field(20_000, ge=1, le=1_000_000, description="Most of one class")
    samples_per_group: int = Field(
        0, ge=0, le=1_000_000, description="Most of one group, so that no parcel dominates; 0: all"
    )
    min_samples: int = Field(1, ge=1, le=1_000_000, description="Classes with fewer are left out")
    schedule: Schedule = Field("plateau", description="How the learning rate falls")
    focal_gamma: float = Field(
        0.0, ge=0, le=5, description="Focal loss: attend to samples not yet told right; 0: off"
    )
    label_smoothing: float = Field(
        0.0, ge=0, lt=0.5, description="Label smoothing: certainty withheld"
    )
    balance: bool = Field(False, description="Learn as if all classes had equally many samples")
    shift_days: float = Field(0.0, ge=0, le=60, description="Move training series by up to so long")
    band_noise: float = Field(
        0.0, ge=0, le=1, description="Noise on training series, share of each band's deviation"
    )
    drop_dates: float = Field(
        0.0, ge=0, le=0.9, description="Share of dates hidden in training series"
    )
    patch_size: int = Field(32, ge=8, le=256, description="Side of training patches, pixels")
    flips: bool = Field(True, description="Mirror and turn training patches at random")

    @property
    def augmentation(self) -> Augmentation:
        """How training series are varied."""
        return Augmentation(self.shift_days, self.band_noise, self.drop_dates)


VARIED: Mapping[str, float] = {"shift_days": 8.0, "band_noise": 0.1, "drop_dates": 0.1}
"""How networks' training series are varied where a preset leaves time for it."""
PRESETS: Mapping[Preset, Mapping[str, Any]] = {
    "quick": {"epochs": 30, "patience": 6, "batch_size": 128, "samples_per_class": 2_000},
    "standard": VARIED,
    "thorough": {"epochs": 400, "patience": 40, "samples_per_class": 100_000, **VARIED},
}
"""Training settings that a preset changes, for every architecture; trees do without variation."""


class TrainingRequest(Settings):
    """Everything a person decides about a training; it can be repeated from this alone."""

    region: str
    """Path of a region folder, region.toml or samples table, absolute."""
    options: SourceOptions = SourceOptions()
    architecture: str
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    """The architecture's fields, all of them."""
    preset: Preset = "standard"
    training: TrainingSettings = TrainingSettings()
    seed: int = Field(0, ge=0, le=2**32 - 1)
    split_seed: int | None = Field(None, ge=0, le=2**32 - 1)
    """Chooses and splits the samples, so that runs of several seeds can share them; the seed where
    not given."""
    folds: int | None = Field(None, ge=2, le=MOST_FOLDS)
    leave_one_out: bool = False
    """Whether each group is left out in turn; ``folds`` is their number once the data are read."""
    period: float | None = Field(None, gt=0, le=366)
    """Days between regular dates; fitted to the data where not given."""
    season: str | None = Field(None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    """Start of the season, MM-DD; fitted to the data where not given."""
    steps: Steps = Steps()
    """What is done to observations on their way to the model."""
    fusion: Fusion = "early"
    """Whether sources share their dates and encoder, or each has its own."""
    baseline: bool = True
    """Whether a random forest is fitted on the same split, to be read against."""
    start_from: str | None = Field(None, min_length=1, max_length=4096)
    """Path of the run folder whose final weights it begins with."""

    def described(self) -> Architecture:
        """The architecture with its hyperparameters."""
        kind = Ensemble if self.architecture == ENSEMBLE else ARCHITECTURES[self.architecture]
        return kind.parse(self.hyperparameters, self.architecture)

    @property
    def sampling_seed(self) -> int:
        """The seed by which samples are chosen and split."""
        return self.seed if self.split_seed is None else self.split_seed


class ModelRecord(Settings):
    """One fitted model of a run."""

    mean: tuple[float, ...]
    """Mean of each band over its training samples, physical units; over those of the run that its
    weights come from, where it began with some."""
    sd: tuple[float, ...]
    """Standard deviation of each band over the same samples, physical units."""
    temperature: float = Field(ge=0.01, le=100)
    """Divides the logits; fitted on its validation groups."""
    samples: dict[str, int]
    """Number of samples in ``train``, ``validation`` and ``test``."""
    groups: dict[str, int]
    """Number of groups in each."""
    epochs: int
    best_epoch: int
    seconds: float
    complete: bool = True
    """False where it was stopped before its time; the best weights so far are what there is."""
    parameters: int
    """Trainable and fixed weights; nodes for trees."""


class DataRecord(Settings):
    """What the data turned out to be."""

    preparation: SideBySide | Preparation
    legend: Legend
    samples: int
    groups: int
    never_clear: int
    """Labelled samples left out because they were never seen without cloud."""
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north of the samples, degrees."""
    label_origin: LabelOrigin
    notes: tuple[str, ...]
    grouped_by: str = ""
    """What keeps samples together in a split, in words; empty where it is not known."""
    treatment: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What each source's imagery went through before the steps of the request, in words."""


class Origin(Settings):
    """The run whose weights a training began with."""

    name: str = Field(min_length=1, max_length=200)
    region: str
    """What its data are called."""
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of its ``model.keras``."""
    mean: tuple[float, ...]
    """Mean of each band, which its network has built in, physical units."""
    sd: tuple[float, ...]
    """Standard deviation likewise."""
    samples: int | None = Field(None, ge=0)
    """How many it learnt from; ``None`` where it was not written down."""
    same_data: bool | None = None
    """Whether it, or a run before it, learnt from the same data; ``None`` likewise."""


class RunRecord(Settings):
    """The content of ``run.json``."""

    format: Literal[1] = 1
    name: str = Field(min_length=1, max_length=200)
    created: datetime
    versions: dict[str, str]
    request: TrainingRequest
    data: DataRecord | None = None
    models: dict[str, ModelRecord] = Field(default_factory=dict)
    """``final``, the one that maps and explains, and ``fold_1``, ``fold_2``, …"""
    ensemble: Combination | None = None
    """How its members' answers are combined; of an ensemble only."""
    origin: Origin | None = None
    """Where its first weights come from; they are random where there is none."""

    @model_validator(mode="after")
    def _models_fit_the_data(self) -> Self:
        if self.models and self.data is None:
            raise ValueError("models without a description of their data")
        for name, model in self.models.items():
            n_bands = len(self.data.preparation.bands) if self.data else 0
            if not (len(model.mean) == len(model.sd) == n_bands and min(model.sd, default=0) > 0):
                raise ValueError(f"model {name} without mean and deviation of each band")
        if (self.ensemble is None) == (self.request.architecture == ENSEMBLE):
            raise ValueError("an ensemble without its members, or members of what is none")
        return self


def make_request(
    region: str,
    architecture: str,
    *,
    preset: Preset = "standard",
    changes: Mapping[str, Any] | None = None,
    **others: Any,
) -> TrainingRequest:
    """A request from an architecture's name, a preset and single changed values.

    Args:
        region: Path of the data.
        architecture: Name in the table of architectures.
        preset: Starting point.
        changes: Hyperparameters, training settings and steps by name, as text or numbers; those of
            an encoder within a hybrid as ``first.units``.
        others: Further fields of :class:`TrainingRequest`.

    Raises:
        UnknownNameError: There is no such architecture.
        SettingError: A name is unknown or a value does not fit.
    """
    described = ARCHITECTURES[architecture]
    model: dict[str, Any] = dict(described.presets.get(preset, {}))
    trees = described.kind == "trees"
    usual = PRESETS[preset].items()
    training: dict[str, Any] = {key: x for key, x in usual if not (trees and key in VARIED)}
    training |= described.learning.get(preset, {})
    steps: dict[str, Any] = {}
    for key, value in (changes or {}).items():
        part, dot, inner = key.partition(".")
        if dot and f"{part}_settings" in described.model_fields:
            model.setdefault(f"{part}_settings", {})[inner] = value
        elif key in described.model_fields:
            model[key] = value
        elif key in TrainingSettings.model_fields:
            training[key] = value
        elif key in Steps.model_fields:
            steps[key] = value
        else:
            names = (
                *described.model_fields,
                *TrainingSettings.model_fields,
                *Steps.model_fields,
            )
            raise SettingError(
                f"setting {key!r}",
                expected=f"one of {', '.join(names)}",
                got="a name that is none of these",
                advice="correct the name",
            )
    settings = TrainingSettings.parse(training, "training")
    if trees and settings.augmentation:
        raise SettingError(
            "shift_days, band_noise or drop_dates",
            expected="a network, which learns from varied series",
            got=repr(architecture),
            advice="leave them out or choose another architecture",
        )
    return TrainingRequest.parse(
        {
            "region": region,
            "architecture": architecture,
            "preset": preset,
            "hyperparameters": described.parse(model, architecture).model_dump(),
            "training": settings,
            "steps": Steps.parse(steps, "steps"),
            **others,
        },
        "training request",
    )


__all__ = [
    "MOST_FOLDS",
    "PRESETS",
    "VARIED",
    "DataRecord",
    "ModelRecord",
    "Origin",
    "Preset",
    "RunRecord",
    "State",
    "TrainingRequest",
    "TrainingSettings",
    "make_request",
]
