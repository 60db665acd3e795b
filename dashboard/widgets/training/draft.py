"""The training that a person is about to start: kept while they look elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from cropcore.cube import Fusion, Steps
from cropcore.errors import CropcoreError, RunError
from cropcore.models import ARCHITECTURES, Architecture
from cropcore.models.base import Preset
from cropcore.sources import SourceOptions
from cropcore.training.record import TrainingRequest, TrainingSettings, make_request
from cropcore.training.run import open_run
from cropcore.training.starting import request_from
from dashboard import cache
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
    split_seed: int | None = None
    members: int = 1
    """Runs of one seed each that become an ensemble; 1 for a single run."""
    start: str | None = None
    """Id in the catalog of the run whose weights it begins with."""
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
    about: str = ""
    """Path of the data it is said about; it is not said about others."""
    edition: int = 0
    """Counts how often it was replaced by anything but typing."""

    @property
    def described(self) -> type[Architecture]:
        """The architecture."""
        return ARCHITECTURES[self.architecture]

    @property
    def usual(self) -> TrainingRequest:
        """What is asked for where nothing is changed: as the preset or the earlier run has it."""
        try:
            return self._asked(self.about)
        except CropcoreError:  # told where the whole request is made
            return make_request("", self.architecture, preset=self.preset)

    @property
    def settings(self) -> tuple[Field, ...]:
        """All that may be changed, the architecture's own first."""
        usual = self.usual
        own = fields_of(self.described, usual.described())
        shared = fields_of(TrainingSettings, usual.training)
        idle = _ONLY_NETWORKS if self.described.kind == "trees" else frozenset()
        idle |= _ONLY_PATCHES if self.described.sample == "pixel" else frozenset()
        kept = tuple(item for item in shared if item.name not in idle)
        return own + kept + fields_of(Steps, usual.steps)

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
            SettingError: A value does not fit, or not to the weights of the earlier run.
            RunError: There is no such run, or it has no weights to begin with.
        """
        return self._asked(
            region,
            changes=self.changed,
            seed=self.seed,
            split_seed=self.split_seed,
            folds=None if self.leave_one_out else self.folds or None,
            leave_one_out=self.leave_one_out,
            period=self.period,
            season=self.season.strip() or None,
            fusion=self.fusion,
            baseline=self.baseline,
            options=self.options,
        )

    def _asked(self, region: str, **others: Any) -> TrainingRequest:
        if self.start is None:
            return make_request(region, self.architecture, preset=self.preset, **others)
        earlier = cache.catalog().run(self.start)
        if earlier is None:
            raise RunError(
                f"run {self.start}",
                expected="a run of this workspace, whose weights to begin with",
                got="none of that name",
                advice="load it, or choose another one or none",
            )
        found = open_run(earlier.folder)
        return request_from(found, region, self.architecture, preset=self.preset, **others)


def draft_of(request: TrainingRequest, about: str = "") -> Draft:
    """A draft that asks for the same again.

    Args:
        request: What was asked for.
        about: Path of the data, where they are here.
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
        split_seed=request.split_seed,
        start=_begun(request),
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


def _begun(request: TrainingRequest) -> str | None:
    """Id of the run that a request begins with: where it lay, else by its name."""
    if request.start_from is None:
        return None
    path = Path(request.start_from)
    here = (item.id for item in cache.catalog().runs if item.folder == path)
    return next(here, path.name)


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
