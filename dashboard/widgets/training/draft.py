"""The training that a person is about to start: kept while they look elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from cropcore.cube import Fusion, Steps
from cropcore.models import ARCHITECTURES, Architecture
from cropcore.models.base import Preset
from cropcore.sources import SourceOptions
from cropcore.training.record import TrainingRequest, TrainingSettings, make_request
from dashboard.widgets.training.fields import Field, fields_of

_KEY = "training.draft"
_ONLY_NETWORKS = frozenset(
    ("epochs", "patience", "batch_size", "learning_rate", "weight_decay", "clip_norm", "schedule")
) | {"focal_gamma", "label_smoothing", "shift_days", "band_noise", "drop_dates"}
"""Training settings that mean nothing to trees."""
_ONLY_PATCHES = frozenset(("patch_size", "flips"))
"""And to whatever reads single series."""


@dataclass(frozen=True)
class Draft:
    """What was chosen beside the data."""

    architecture: str = next(iter(ARCHITECTURES))
    preset: Preset = "quick"
    name: str = ""
    """Empty for an automatic one."""
    seed: int = 0
    folds: int | None = None
    leave_one_out: bool = False
    """Whether each group is left out in turn, whatever ``folds`` says."""
    period: float | None = None
    season: str = ""
    fusion: Fusion = "early"
    baseline: bool = True
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Hyperparameters, training settings and steps that differ from the preset's."""
    options: SourceOptions = field(default_factory=SourceOptions)
    """What is said about the data."""
    about: str | None = None
    """Id of the data it is said about; it is not said about others."""
    edition: int = 0
    """Counts how often it was replaced by anything but typing."""

    @property
    def described(self) -> type[Architecture]:
        """The architecture."""
        return ARCHITECTURES[self.architecture]

    @property
    def usual(self) -> tuple[Architecture, TrainingSettings]:
        """What the preset sets."""
        request = make_request("", self.architecture, preset=self.preset)
        return request.described(), request.training

    @property
    def settings(self) -> tuple[Field, ...]:
        """All that may be changed, the architecture's own first."""
        model, training = self.usual
        own = fields_of(type(model), model)
        shared = fields_of(TrainingSettings, training)
        idle = _ONLY_NETWORKS if self.described.kind == "trees" else frozenset()
        idle |= _ONLY_PATCHES if self.described.sample == "pixel" else frozenset()
        kept = tuple(item for item in shared if item.name not in idle)
        return own + kept + fields_of(Steps, Steps())

    @property
    def changed(self) -> dict[str, Any]:
        """The changes that matter to this architecture and preset."""
        known = {item.name: item for item in self.settings}
        return {
            name: value
            for name, value in self.changes.items()
            if name in known and not known[name].is_usual(value)
        }

    def request(self, region: str) -> TrainingRequest:
        """What to ask for.

        Args:
            region: Path of the data.

        Raises:
            SettingError: A value does not fit.
        """
        return make_request(
            region,
            self.architecture,
            preset=self.preset,
            changes=self.changed,
            seed=self.seed,
            folds=None if self.leave_one_out else self.folds or None,
            leave_one_out=self.leave_one_out,
            period=self.period,
            season=self.season.strip() or None,
            fusion=self.fusion,
            baseline=self.baseline,
            options=self.options,
        )


def draft_of(request: TrainingRequest, about: str | None = None) -> Draft:
    """A draft that asks for the same again.

    Args:
        request: What was asked for.
        about: Id of the data, where they are here.
    """
    values = {
        **request.hyperparameters,
        **request.training.model_dump(),
        **request.steps.model_dump(),
    }
    first = Draft(
        request.architecture,
        request.preset,
        seed=request.seed,
        folds=None if request.leave_one_out else request.folds,
        leave_one_out=request.leave_one_out,
        period=request.period,
        season=request.season or "",
        fusion=request.fusion,
        baseline=request.baseline,
        changes=values,
        options=request.options,
        about=about,
    )
    return replace(first, changes=first.changed)


def drafted() -> Draft:
    """The draft of this session."""
    found = st.session_state.get(_KEY)
    return found if isinstance(found, Draft) else Draft()


def redraft(**changes: Any) -> None:
    """Change the draft of this session as somebody typed."""
    st.session_state[_KEY] = replace(drafted(), **changes)


def replace_draft(draft: Draft) -> None:
    """Begin with another draft; its inputs show it."""
    st.session_state[_KEY] = replace(draft, edition=drafted().edition + 1)


__all__ = ["Draft", "draft_of", "drafted", "redraft", "replace_draft"]
