"""What a run has learnt that looks most like a series to it: nearest training samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.cube import Preparation
from cropcore.explain.known import Known
from cropcore.explain.together import AnyExplainer, EnsembleExplainer
from cropcore.prediction import (
    AnyPredictor,
    PatchPredictor,
    Predictor,
    Surroundings,
    answers,
    network_predictor,
    own_part,
    patch_predictor,
)
from cropcore.prediction.features import features_of
from cropcore.training import Run
from cropcore.training.files import load_forest, load_network
from cropcore.training.run import FINAL

if TYPE_CHECKING:
    from sklearn.neighbors import NearestNeighbors

MOST, MOST_OF_PATCHES = 6_000, 1_000
"""Training samples that are looked through at most, every class with its share."""
_AT_ONCE = 64
"""Series; few, as a click asks for the features of a single one."""


@dataclass(frozen=True, eq=False)
class Neighbour:
    """A training sample near a series, in the eyes of the run."""

    id: str
    code: int
    """Legend code it is labelled with."""
    lon: float
    """WGS 84, degrees; NaN where unknown."""
    lat: float
    distance: float
    """Of networks in standard deviations of a feature, root mean square over the features; of
    trees the share of them in which both fall into different leaves."""
    series: np.ndarray
    """Its own, as the model was given it, float32 (time, band)."""
    group: str
    """Group that is never torn apart, such as its parcel or block."""


@dataclass(frozen=True)
class _View:
    """What the run makes of series, as numbers that can be compared."""

    predictor: AnyPredictor
    """Its logits are these numbers."""
    leaves: bool = False
    """Whether they are numbers of leaves, of which only equality counts."""


class Neighbours:
    """Finds the training samples that a run sees most like a given series.

    Networks are asked for their last features, before the logits, each brought to standard
    deviation 1 over the training samples; those of an ensemble side by side, every network with
    the same weight. Of forests two series are as near as the share of trees that send both into
    the same leaf (proximity, Breiman 2001). Boosting is asked for its scores. Of networks of
    patches the features are those of the pixel at its place.

    Everything is computed when first asked for, and once.

    Args:
        explainer: Of the run.
        known: Its samples.
    """

    def __init__(self, explainer: AnyExplainer, known: Known) -> None:
        self.known = known
        self.views = _views(explainer)
        patches = any(isinstance(view.predictor, PatchPredictor) for view in self.views)
        self.positions = known.training(MOST_OF_PATCHES if patches else MOST)

    def nearest(self, seen: Surroundings, count: int = 5) -> tuple[Neighbour, ...]:
        """The nearest training samples, nearest first.

        A pixel that is itself one of them is its own nearest neighbour, at distance 0.

        Args:
            seen: The pixel, prepared for the run.
            count: How many, at most.
        """
        asked = self._comparable([seen.logits(view.predictor)[None] for view in self.views])
        distances, places = self._index.kneighbors(asked, min(count, len(self.positions)))
        samples, at = self.known.samples, self.positions[places[0]]
        return tuple(
            Neighbour(
                str(samples.ids[position]),
                int(samples.codes[position]),
                float(samples.lon[position]),
                float(samples.lat[position]),
                float(distance),
                np.asarray(samples.series[position]),
                str(samples.groups[position]),
            )
            for position, distance in zip(at, distances[0], strict=True)
        )

    @cached_property
    def _features(self) -> list[np.ndarray]:
        """Of each view, (training sample, feature)."""
        return [answers(view.predictor, self.known.samples, self.positions) for view in self.views]

    @cached_property
    def _scales(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """What is taken from the features of each view, and what they are then divided by."""
        found = []
        for features in self._features:
            sd = features.std(axis=0)
            alive = sd > 1e-6  # what never changes tells nothing
            divisor = np.where(alive, sd, np.inf)
            divisor = divisor * np.sqrt(max(alive.sum(), 1) * len(self.views))
            found.append((features.mean(axis=0), divisor))
        return found

    @cached_property
    def _index(self) -> NearestNeighbors:
        from sklearn.neighbors import NearestNeighbors

        metric = "hamming" if self.views[0].leaves else "euclidean"
        return NearestNeighbors(metric=metric, algorithm="brute").fit(
            self._comparable(self._features)
        )

    def _comparable(self, features: list[np.ndarray]) -> np.ndarray:
        """All views side by side, (sample, feature)."""
        if self.views[0].leaves:
            return np.concatenate(features, axis=1)
        scaled = [
            (own - mean) / divisor
            for own, (mean, divisor) in zip(features, self._scales, strict=True)
        ]
        return np.concatenate(scaled, axis=1)


def _views(explainer: AnyExplainer) -> list[_View]:
    """Of an ensemble those of its networks; where it has none, of its forests, else of all."""
    whole = explainer.data.preparation
    if isinstance(explainer, EnsembleExplainer):
        return [_view(item.run, item.predictor, whole) for item in explainer.explainers]
    members = explainer.run.members
    if not members:
        return [_view(explainer.run, explainer.predictor, whole)]
    found = [_view(member, member.predictor(), whole) for member in members]
    return [view for view in found if view.leaves] or found


def _view(run: Run, predictor: AnyPredictor, whole: Preparation) -> _View:
    """How one model sees a series that was prepared for an ensemble, or for it alone."""
    own, described = run.described.preparation, run.record.request.described()
    if isinstance(predictor, PatchPredictor):
        if predictor.model is None:
            raise TypeError("an ensemble within an ensemble")
        features = features_of(predictor.model)
        of_patch = patch_predictor(features, predictor.reach, predictor.stride).logits
        return _View(
            PatchPredictor(
                lambda patch: of_patch(own_part(patch, whole, own, 0)),
                predictor.reach,
                predictor.stride,
                None,
            )
        )
    see: Callable[[np.ndarray], np.ndarray]
    leaves = False
    if predictor.model is not None:
        see = network_predictor(features_of(predictor.model), chunk=_AT_ONCE).logits
    else:
        trees = load_forest(run.model_file(FINAL, "model.skops"))
        leaves = hasattr(trees, "estimators_")
        see = _leaves(trees) if leaves else predictor.logits
        if described.kind == "features":
            network = load_network(run.model_file(FINAL, "model.keras"))
            read = network_predictor(features_of(network), chunk=_AT_ONCE).logits
            of_features = _leaves(trees)
            see = lambda series: of_features(read(series))  # noqa: E731
    return _View(Predictor(lambda series: see(own_part(series, whole, own, 1))), leaves)


def _leaves(forest: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Into which leaf of each tree series fall, float32 (sample, tree)."""
    forest = forest.set_params(n_jobs=1)
    return lambda series: forest.apply(series.reshape(len(series), -1)).astype(np.float32)


__all__ = ["MOST", "MOST_OF_PATCHES", "Neighbour", "Neighbours"]
