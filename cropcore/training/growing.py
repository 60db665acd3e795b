"""Growing trees some at a time, so that somebody can stop it; the same trees as in one go."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from cropcore.training.feeding import class_weights

_AT_ONCE = {"n_estimators": 100, "max_iter": 20}
"""What scikit-learn calls the number of trees of a forest, and of rounds of boosting."""


def grow(
    estimator: Any,
    features: np.ndarray,
    labels: np.ndarray,
    *,
    balance: bool,
    check: Callable[[], None],
) -> Any:
    """Fit an estimator of scikit-learn.

    Args:
        estimator: A forest or boosting.
        features: (sample, …), the free axes are flattened.
        labels: Position of each sample's class in the legend, int (sample,).
        balance: Whether all classes count alike.
        check: Called between; leaves by an exception where somebody wants to stop.
    """
    name = next(name for name in _AT_ONCE if name in estimator.get_params())
    wanted, step = estimator.get_params()[name], _AT_ONCE[name]
    weights = class_weights(labels) if balance else None
    estimator.set_params(warm_start=True)
    for count in range(step, wanted + step, step):
        check()
        estimator.set_params(**{name: min(count, wanted)})
        with threadpool_limits(max((os.cpu_count() or 2) // 2, 1), user_api="openmp"):
            estimator.fit(features.reshape(len(features), -1), labels, sample_weight=weights)
    return estimator.set_params(warm_start=False)


__all__ = ["grow"]
