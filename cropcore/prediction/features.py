"""A forest that reads what a network makes of a series, and boosting, asked like any model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import ThreadpoolController

from cropcore.prediction.predictor import CHUNK, Predictor, forest_predictor, network_predictor

if TYPE_CHECKING:
    import keras
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

_SMALLEST = 1e-7
"""Probability of a class that boosting was never shown."""


def features_of(network: keras.Model) -> keras.Model:
    """The part of a network before its classifier: series in, features out."""
    import keras

    return keras.Model(network.input, network.get_layer("logits").input)


def feature_predictor(
    network: keras.Model,
    forest: RandomForestClassifier,
    n_classes: int,
    temperature: float = 1.0,
    chunk: int = CHUNK,
) -> Predictor:
    """A predictor that asks a forest about a network's features.

    Args:
        network: From series to logits, which are not asked for.
        forest: Fitted on its features.
        n_classes: Classes of the legend.
        temperature: Fitted on validation groups.
        chunk: Series per call of the network.
    """
    features = network_predictor(features_of(network), chunk=chunk).logits
    votes = forest_predictor(forest, n_classes).logits
    return Predictor(lambda series: votes(features(series)), temperature)


def boosting_predictor(
    boosted: HistGradientBoostingClassifier, n_classes: int, temperature: float = 1.0
) -> Predictor:
    """A predictor whose logits are the log-probabilities of boosted trees.

    Args:
        boosted: Fitted on class indices 0 … n_classes − 1, not necessarily all of them.
        n_classes: Classes of the legend.
        temperature: Fitted on validation groups.
    """
    columns = np.asarray(boosted.classes_, dtype=np.int64)
    threads = ThreadpoolController()

    def logits(series: np.ndarray) -> np.ndarray:
        shares = np.zeros((len(series), n_classes), np.float32)
        if len(series):
            with threads.limit(limits=max((os.cpu_count() or 2) // 2, 1), user_api="openmp"):
                shares[:, columns] = boosted.predict_proba(series.reshape(len(series), -1))
        return np.log(np.maximum(shares, _SMALLEST))

    return Predictor(logits, temperature)


def trees_predictor(trees: Any, n_classes: int, temperature: float = 1.0) -> Predictor:
    """The predictor of a fitted forest or of boosting."""
    make = forest_predictor if hasattr(trees, "estimators_") else boosting_predictor
    return make(trees, n_classes, temperature)


__all__ = ["boosting_predictor", "feature_predictor", "features_of", "trees_predictor"]
