"""Gradient boosting: the other usual baseline, trees that each mend what those before missed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Architecture, Kind, Preset

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier


class Boosting(Architecture):
    """Histogram-based gradient boosting on the flattened series; missing values have a branch.

    References:
        Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of
        Statistics 29, 1189–1232, doi:10.1214/aos/1013203451.
    """

    title: ClassVar[str] = "Gradient boosting"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    kind: ClassVar[Kind] = "trees"
    reference: ClassVar[str] = "Friedman 2001, doi:10.1214/aos/1013203451"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {
        "quick": {"rounds": 40},
        "thorough": {"rounds": 300, "step": 0.05},
    }

    rounds: int = Field(100, ge=1, le=1000, description="Rounds, each with a tree for every class")
    step: float = Field(0.1, gt=0, le=1, description="How much each tree may mend")
    most_leaves: int = Field(31, ge=2, le=255, description="Most leaves of a tree")
    min_samples_leaf: int = Field(20, ge=1, le=1000, description="Fewest samples in a leaf")
    leaf_penalty: float = Field(0.0, ge=0, le=1000, description="Penalty on the leaves' values")

    def estimator(self, seed: int) -> HistGradientBoostingClassifier:
        """An unfitted classifier of (sample, time * band) features; it does not stop by itself."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            max_iter=self.rounds,
            learning_rate=self.step,
            max_leaf_nodes=self.most_leaves,
            min_samples_leaf=self.min_samples_leaf,
            l2_regularization=self.leaf_penalty,
            early_stopping=False,
            random_state=seed,
        )


__all__ = ["Boosting"]
