"""Whether stored trees can be followed without leaving their tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from cropcore.training.exchange.archives import refusal

_LEADING = "trees whose branches lead to leaves"


def check_trees(trees: Any, place: str) -> None:
    """Follow no branch before all are known to lead forward and to ask for features there are.

    Args:
        trees: A forest or boosting, just loaded.
        place: What to call it in messages.

    Raises:
        RunError: A branch leads elsewhere, or there is more in it than trees.
    """
    if hasattr(trees, "estimators_"):
        for item in trees.estimators_:
            tree = item.tree_
            branches = np.stack([tree.children_left, tree.children_right])
            leaf = (branches == -1).all(axis=0)
            if tree.n_features != trees.n_features_in_:
                raise refusal(place, _LEADING, "a tree of other features")
            _check_nodes(branches, leaf, tree.feature, tree.n_features, place)
        return
    _check_boosting(trees, place)


def _check_boosting(boosted: Any, place: str) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

    plain = (
        type(boosted) is HistGradientBoostingClassifier
        and boosted._preprocessor is None
        and boosted.is_categorical_ is None
        and type(boosted._bin_mapper) is _BinMapper
        and not np.any(boosted._bin_mapper.is_categorical_)
    )
    n_trees = boosted.n_trees_per_iteration_
    shape = np.shape(boosted._baseline_prediction)
    expected = 1 if len(boosted.classes_) == 2 else len(boosted.classes_)
    if not plain or n_trees != expected or shape != (1, n_trees):
        raise refusal(place, "boosted trees on numbers", "more than that")
    for trees in boosted._predictors:
        if len(trees) != n_trees:
            raise refusal(place, "a tree of each class in every round", f"{len(trees)}")
        for tree in trees:
            nodes = tree.nodes if type(tree) is TreePredictor else None
            if nodes is None or nodes.dtype != PREDICTOR_RECORD_DTYPE or nodes.ndim != 1:
                raise refusal(place, _LEADING, "a table of another kind")
            branches = np.stack([nodes["left"], nodes["right"]]).astype(np.int64)
            leaf = nodes["is_leaf"] == 1
            if not len(nodes) or nodes["is_categorical"].any():
                raise refusal(place, _LEADING, "an empty tree, or one of categories")
            _check_nodes(branches, leaf, nodes["feature_idx"], boosted.n_features_in_, place)


def _check_nodes(
    branches: np.ndarray, leaf: np.ndarray, feature: np.ndarray, n_features: int, place: str
) -> None:
    """Branches (2, node) lead to later nodes of the table, or the node is a leaf."""
    here = np.arange(len(leaf))
    onward = ((branches > here) & (branches < len(leaf))).all(axis=0)
    asked = (feature >= 0) & (feature < n_features)
    if not (leaf | (onward & asked)).all():
        raise refusal(place, _LEADING, "a broken tree")


__all__ = ["check_trees"]
