"""The stored model of a run, made ready to be asked, if it fits the record."""

from __future__ import annotations

from typing import Any

from cropcore.cube import side_by_side
from cropcore.models import Architecture, Network, PatchNetwork
from cropcore.models.boosting import Boosting
from cropcore.models.feature_forest import FeatureForest
from cropcore.models.random_forest import RandomForest
from cropcore.prediction import (
    AnyPredictor,
    ensemble_predictor,
    feature_predictor,
    network_predictor,
    patch_predictor,
    trees_predictor,
)
from cropcore.prediction.features import features_of
from cropcore.prediction.predictor import CHUNK
from cropcore.training.files import load_forest, load_network, unreadable
from cropcore.training.run import Run


def load_predictor(run: Run, member: str, chunk: int | None = None) -> AnyPredictor:
    """A fitted model, calibrated; arguments and errors as for :meth:`Run.predictor`."""
    record, data = run.record, run.described
    if member not in record.models:
        raise unreadable(run.folder / "run.json", f"no model {member}")
    temperature = record.models[member].temperature
    if record.ensemble is not None:
        return _ensemble(run, temperature, chunk)
    (n_dates, n_bands), n_classes = data.preparation.shape, len(data.legend)
    described = record.request.described()
    if described.kind == "trees":
        trees = _trees(run, member, described, n_dates * n_bands)
        return trees_predictor(trees, n_classes, temperature)
    path = run.model_file(member, "model.keras")
    network = load_network(path)
    space = described.space if isinstance(described, Network) else ()
    expected = (None, n_dates, *space, n_bands), (None, *space, n_classes)
    if (network.input_shape, network.output_shape) != expected:
        got = f"a network from {network.input_shape} to {network.output_shape}"
        raise unreadable(path, got)
    if isinstance(described, PatchNetwork):
        return patch_predictor(network, described.reach(n_dates), described.stride, temperature)
    if described.kind == "features":
        if "logits" not in {layer.name for layer in network.layers}:
            raise unreadable(path, "a network without a layer of logits")
        forest = _trees(run, member, described, features_of(network).output_shape[-1])
        return feature_predictor(network, forest, n_classes, temperature, chunk or CHUNK)
    return network_predictor(network, temperature, chunk or CHUNK)


def _trees(run: Run, member: str, described: Architecture, n_features: int) -> Any:
    path = run.model_file(member, "model.skops")
    trees = load_forest(path)
    if trees.n_features_in_ != n_features or max(trees.classes_) >= len(run.described.legend):
        raise unreadable(path, f"trees of {trees.n_features_in_} features, not {n_features}")
    if not isinstance(described, RandomForest | Boosting | FeatureForest):
        raise TypeError(f"{described!r} has no trees")
    if type(trees) is not type(described.estimator(0)):
        raise unreadable(path, f"a {type(trees).__name__}, not a {described.title}")
    return trees


def _ensemble(run: Run, temperature: float, chunk: int | None) -> AnyPredictor:
    members, data, combination = run.members, run.described, run.record.ensemble
    if combination is None:
        raise TypeError("an ensemble has members")
    own = [member.described for member in members]
    wanted = side_by_side([item.preparation for item in own])
    fits = combination.fits(len(data.legend)) and data.preparation == wanted
    if not fits or any(item.legend != data.legend for item in own):
        raise unreadable(run.folder / "run.json", "members of another legend or other bands")
    return ensemble_predictor(
        [member.predictor(chunk=chunk) for member in members],
        [item.preparation for item in own],
        data.preparation,
        combination,
        temperature,
    )


__all__ = ["load_predictor"]
