"""The model-randomisation check: an explanation must not outlive what the network has learnt.

The weights of a copy are redrawn and the same question is asked again. An attribution that comes
out alike shows the series, not the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.explain.trust.agreement import spearman
from cropcore.explain.trust.grades import (
    HALF_INDEPENDENT,
    INDEPENDENT,
    Grade,
    lower_is_better,
)

if TYPE_CHECKING:
    import keras

LEAST_REDRAWN = 0.5
"""Share of a network's trained weights that must differ after redrawing."""


@dataclass(frozen=True)
class Redrawn:
    """A copy of a network that has forgotten what it learnt."""

    model: keras.Model
    changed: float
    """Share of its trained weights that differ from the original's."""


def redraw(model: keras.Model, seed: int = 0) -> Redrawn:
    """Copy a network with the values of each of its trained weights put in another order.

    Matrices and kernels are given signs by chance as well: trained ones lean to one side, and in
    another order would leave no unit of a deep network active. Each tensor keeps its scale. What is
    not trained, such as the statistics of batch normalisation, stays as it is. The network itself
    is not touched.

    Args:
        model: From series to logits.
        seed: Of the order.

    Raises:
        RuntimeError: Too few weights changed for the copy to have forgotten anything.
    """
    import keras

    random = np.random.default_rng(seed)
    copied = keras.models.clone_model(model)
    copied.set_weights(model.get_weights())
    differ = total = 0
    for weight in copied.trainable_weights:
        before = weight.numpy()
        after = random.permutation(before.ravel()).reshape(before.shape)
        if after.ndim > 1:
            after = after * random.choice(np.array([-1, 1], after.dtype), after.shape)
        weight.assign(after)
        differ, total = differ + int((after != before).sum()), total + before.size
    if differ < LEAST_REDRAWN * total:
        raise RuntimeError(f"only {differ} of {total} weights differ after redrawing")
    return Redrawn(copied, differ / total)


@dataclass(frozen=True)
class Randomisation:
    """How far an attribution still looks the same when the network has forgotten everything."""

    signed: float | None
    """Mean rank correlation with the redrawn networks' attributions; ``None`` where all of these
    are constant."""
    absolute: float | None
    """The same without signs. Of contributions it stays above 0: they keep the distance from the
    baseline."""
    changed: float
    """Share of trained weights that differ."""

    @property
    def grade(self) -> Grade:
        """Of the signed correlation, in either direction."""
        value = None if self.signed is None else abs(self.signed)
        return lower_is_better(value, INDEPENDENT, HALF_INDEPENDENT)

    def to_json(self) -> dict[str, Any]:
        """Both correlations and the grade."""
        return {
            "signed": self.signed,
            "absolute": self.absolute,
            "changed_weights": self.changed,
            "grade": self.grade.value,
        }


def randomisation(
    attribution: np.ndarray, redrawn: Sequence[np.ndarray], changed: float
) -> Randomisation:
    """Compare an attribution with those of redrawn networks.

    Args:
        attribution: Of the network, any shape.
        redrawn: Of its redrawn copies, the same shape.
        changed: Share of weights that differ.
    """
    signed = [spearman(attribution, other) for other in redrawn]
    absolute = [spearman(np.abs(attribution), np.abs(other)) for other in redrawn]
    return Randomisation(_mean(signed), _mean(absolute), changed)


def _mean(values: Sequence[float]) -> float | None:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else None


__all__ = ["LEAST_REDRAWN", "Randomisation", "Redrawn", "randomisation", "redraw"]
