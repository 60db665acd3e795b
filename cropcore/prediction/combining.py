"""How the answers of several models become one: mean, vote, weights or stacking; pure NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from cropcore.confidence import softmax
from cropcore.settings import Settings

Rule = Literal["mean", "vote", "weighted", "stacked"]
MOST_MEMBERS = 20
_SMALLEST = 1e-7
"""What a member's probability counts for at least, where its logarithm is taken."""
_STEPS, _ENOUGH = 2000, 1e-9
_SHRINKAGE = 1.0
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Combination(Settings):
    """A rule and the numbers that were fitted for it on validation samples.

    ``mean`` averages the members' calibrated probabilities, ``weighted`` with weights that add up
    to 1; ``vote`` gives each member one vote, and their mean probability decides between equals;
    ``stacked`` is a multinomial logistic regression on their log-probabilities.
    """

    rule: Rule
    members: tuple[Name, ...] = Field(min_length=2, max_length=MOST_MEMBERS)
    """What the member runs are called."""
    weights: tuple[Annotated[float, Field(ge=0, le=1)], ...]
    """Say of each member, (member,); alike but for ``weighted``."""
    coefficients: tuple[tuple[float, ...], ...] = ()
    """Of ``stacked``, (class, member × class); empty otherwise."""
    intercepts: tuple[float, ...] = ()
    """Likewise, (class,)."""
    unseen: tuple[Annotated[int, Field(ge=0, le=255)], ...] = ()
    """Positions of classes of which ``stacked`` had no validation sample: they keep the share that
    the members' geometric mean gives them."""

    @model_validator(mode="after")
    def _numbers_fit(self) -> Self:
        n_members, n_classes = len(self.members), len(self.intercepts)
        if len(self.weights) != n_members or abs(sum(self.weights) - 1) > 1e-6:
            raise ValueError("one weight for each member, adding up to 1")
        sizes = {len(row) for row in self.coefficients} or {n_members * n_classes}
        square = len(self.coefficients) == n_classes and sizes == {n_members * n_classes}
        if self.unseen and max(self.unseen) >= n_classes:
            raise ValueError("positions of classes")
        if not square or (self.rule == "stacked") != bool(n_classes):
            raise ValueError("coefficients of each class and member for stacking, none otherwise")
        return self

    def fits(self, n_classes: int) -> bool:
        """Whether it can combine answers of so many classes."""
        return self.rule != "stacked" or len(self.intercepts) == n_classes

    def __call__(self, probabilities: np.ndarray) -> np.ndarray:
        """Combined scores before temperature and softmax.

        Args:
            probabilities: Of each member, calibrated, (member, …, class).

        Returns:
            float64 (…, class); but for ``stacked`` their exponentials are probabilities.
        """
        p = np.asarray(probabilities, np.float64)
        if self.rule == "stacked":
            return self._stack(p)
        mean = np.tensordot(np.array(self.weights), p, axes=1)  # (…, class)
        if self.rule == "vote":
            votes = (p.argmax(axis=-1)[..., None] == np.arange(p.shape[-1])).sum(axis=0)
            mean = (votes + mean) / (len(p) + 1)
        return np.asarray(np.log(np.maximum(mean, _SMALLEST)))

    def _stack(self, p: np.ndarray) -> np.ndarray:
        scores = np.asarray(
            _features(p) @ np.array(self.coefficients).T + np.array(self.intercepts)
        )
        if not self.unseen:
            return scores
        known = ~np.isin(np.arange(p.shape[-1]), self.unseen)
        shares = softmax(np.log(np.maximum(p, _SMALLEST)).mean(axis=0))  # (…, class)
        left = 1 - shares[..., ~known].sum(axis=-1, keepdims=True)
        shares[..., known] = left * softmax(scores[..., known])
        return np.asarray(np.log(np.maximum(shares, _SMALLEST)))


def fit_combination(
    rule: Rule, members: Sequence[str], probabilities: np.ndarray, truth: np.ndarray
) -> Combination:
    """Fit what a rule needs.

    Args:
        rule: How answers are combined.
        members: What the members are called.
        probabilities: Of validation samples that no member learnt from, calibrated, (member,
            sample, class).
        truth: Position of each sample's true class, int (sample,).

    References:
        Wolpert (1992), Stacked generalization, Neural Networks 5, 241–259,
        doi:10.1016/S0893-6080(05)80023-1.
    """
    p, n_members = np.asarray(probabilities, np.float64), len(members)
    weights = np.full(n_members, 1 / n_members)
    coefficients, intercepts, unseen = np.empty((0, 0)), np.empty(0), np.empty(0, np.int64)
    if rule == "weighted":
        weights = _fit_weights(p, truth)
    if rule == "stacked":
        coefficients, intercepts = _fit_stacking(p, truth)
        unseen = np.setdiff1d(np.arange(len(intercepts)), truth)
    return Combination(
        rule=rule,
        members=tuple(members),
        weights=tuple(weights.tolist()),
        coefficients=tuple(map(tuple, coefficients.tolist())),
        intercepts=tuple(intercepts.tolist()),
        unseen=tuple(unseen.tolist()),
    )


def _fit_weights(p: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Weights on the simplex that make the truth likeliest: a convex problem, solved by EM."""
    own = np.maximum(p[:, np.arange(len(truth)), truth], _SMALLEST)  # (member, sample)
    weights = np.full(len(p), 1 / len(p))
    for _ in range(_STEPS):
        shares = weights[:, None] * own
        after = (shares / shares.sum(axis=0)).mean(axis=1)
        moved = np.abs(after - weights).max()
        weights = after
        if moved < _ENOUGH:
            break
    return np.asarray(weights / weights.sum())


def _fit_stacking(p: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logistic regression with an L2 penalty that draws towards the members' geometric mean."""
    from scipy.optimize import minimize

    n_members, n_samples, n_classes = p.shape
    features, usual = _features(p), np.tile(np.eye(n_classes) / n_members, n_members)
    known = np.unique(truth)
    wanted = truth[:, None] == known

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        off = flat.reshape(len(known), -1)  # (known class, member * class + 1)
        scores = features @ (usual[known] + off[:, :-1]).T + off[:, -1]
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(shifted).sum(axis=1))
        value = (log_sum - (shifted * wanted).sum(axis=1)).sum() + _SHRINKAGE / 2 * (off**2).sum()
        error = softmax(scores) - wanted  # (sample, known class)
        slope = np.concatenate([error.T @ features, error.sum(axis=0)[:, None]], axis=1)
        return float(value) / n_samples, ((slope + _SHRINKAGE * off) / n_samples).ravel()

    start = np.zeros(len(known) * (n_members * n_classes + 1))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    off = np.asarray(found.x).reshape(len(known), -1)
    intercepts = np.zeros(n_classes)
    usual[known] += off[:, :-1]
    intercepts[known] = off[:, -1]
    return usual, intercepts


def _features(p: np.ndarray) -> np.ndarray:
    """Log-probabilities (member, …, class) as (…, member * class)."""
    moved = np.moveaxis(np.log(np.maximum(p, _SMALLEST)), 0, -2)
    return moved.reshape(*moved.shape[:-2], -1)


__all__ = ["MOST_MEMBERS", "Combination", "Rule", "fit_combination"]
