"""Random forest: the baseline that every run is read against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Architecture, Kind, Preset

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestClassifier


class RandomForest(Architecture):
    """Trees on the flattened series; values never seen are handled by the trees themselves.

    References:
        Breiman (2001), Random forests, Machine Learning 45, 5–32, doi:10.1023/A:1010933404324.
    """

    title: ClassVar[str] = "Random forest (baseline)"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    kind: ClassVar[Kind] = "trees"
    reference: ClassVar[str] = "Breiman 2001, doi:10.1023/A:1010933404324"
    presets: ClassVar[Mapping[Preset, Mapping[str, Any]]] = {"quick": {"n_trees": 200}}

    n_trees: int = Field(500, ge=1, le=5000, description="Trees")
    min_samples_leaf: int = Field(1, ge=1, le=1000, description="Fewest samples in a leaf")

    def estimator(self, seed: int) -> RandomForestClassifier:
        """An unfitted classifier of (sample, time * band) features."""
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(
            n_estimators=self.n_trees,
            min_samples_leaf=self.min_samples_leaf,
            random_state=seed,
            n_jobs=-1,
        )


__all__ = ["RandomForest"]
