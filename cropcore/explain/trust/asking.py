"""What a run says of changed copies of a pixel, many at a time; and its copy that forgot all."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cropcore.confidence import softmax
from cropcore.cube import Preparation
from cropcore.explain.explainer import Explainer
from cropcore.explain.together import AnyExplainer, EnsembleExplainer
from cropcore.explain.trust.randomisation import redraw
from cropcore.prediction import PatchPredictor, network_predictor, own_part, patch_predictor

if TYPE_CHECKING:
    import keras

Logits = Callable[[np.ndarray, tuple[int, int]], np.ndarray]
"""Copies, (copy, time, y, x, band), and the pixel's row and column to its logits, (copy, class)."""
_MOST_AT_ONCE = 512
_MOST_VALUES = 2**22


@dataclass(frozen=True)
class Answers:
    """Probabilities of a run for changed copies of a pixel in its surroundings.

    Of an ensemble it is the softmax of the mean score that is explained, of others what they say,
    calibrated.
    """

    whole: Preparation
    members: tuple[tuple[float, Preparation, Logits], ...]
    """Weight, what it reads, and what it says."""
    temperature: float

    def __call__(self, values: np.ndarray, pixel: tuple[int, int]) -> np.ndarray:
        """Probabilities, (copy, class), of (copy, time, y, x, band)."""
        logits = sum(
            weight * logits(own_part(values, self.whole, own, 1), pixel)
            for weight, own, logits in self.members
        )
        return softmax(np.asarray(logits) / self.temperature)


def answers_of(explainer: AnyExplainer) -> Answers:
    """What asks a run about many copies; a network is traced when it is first asked."""
    whole = explainer.data.preparation
    if isinstance(explainer, EnsembleExplainer):
        members = zip(explainer.weights, explainer.explainers, strict=True)
        parts = tuple((float(w), one.data.preparation, _logits(one)) for w, one in members)
        return Answers(whole, parts, 1.0)
    return Answers(whole, ((1.0, whole, _logits(explainer)),), explainer.predictor.temperature)


def _logits(explainer: Explainer) -> Logits:
    predictor = explainer.predictor
    if predictor.model is not None and explainer.traced is not None:
        return _of_network(predictor.model)
    if isinstance(predictor, PatchPredictor):
        return lambda values, pixel: np.stack([predictor.logits(one)[pixel] for one in values])
    return lambda values, pixel: predictor.logits(values[:, :, pixel[0], pixel[1]])


def _of_network(model: keras.Model) -> Logits:
    import tensorflow as tf

    _, *shape = model.input_shape
    signature = tf.TensorSpec((None, *shape), model.inputs[0].dtype)

    def said(series: tf.Tensor, pixel: tf.Tensor) -> tf.Tensor:
        logits = model(series, training=False)
        return logits[:, pixel[0], pixel[1]] if len(shape) > 2 else logits  # (copy, class)

    given = [signature, tf.TensorSpec((2,), tf.int32)]
    step = tf.function(said, input_signature=given, jit_compile=False)

    def logits(values: np.ndarray, pixel: tuple[int, int]) -> np.ndarray:
        given = values if len(shape) > 2 else values[:, :, pixel[0], pixel[1]]
        at_once = min(_MOST_AT_ONCE, max(_MOST_VALUES // given[0].size, 1))
        parts = [given[begin : begin + at_once] for begin in range(0, len(given), at_once)]
        place = np.array(pixel, np.int32)
        return np.concatenate([step(part, place).numpy() for part in parts])

    return logits


@dataclass(frozen=True)
class Forgetful:
    """What explains a copy of a run whose networks are all redrawn."""

    explainer: AnyExplainer
    changed: float
    """Share of trained weights that differ, of the network where it is smallest."""


def forgetful(explainer: AnyExplainer, seed: int = 0) -> Forgetful | None:
    """A copy of an explainer whose networks have forgotten what they learnt.

    Returns:
        ``None`` for a model without weights to redraw, such as a forest.
    """
    other = copy(explainer)
    if isinstance(explainer, EnsembleExplainer) and isinstance(other, EnsembleExplainer):
        found = [forgetful(one, seed + at) for at, one in enumerate(explainer.explainers)]
        parts = [(one.explainer, one.changed) for one in found if one is not None]
        other.explainers = [one for one, _ in parts if isinstance(one, Explainer)]
        return Forgetful(other, min(changed for _, changed in parts))
    if not isinstance(other, Explainer) or other.traced is None or other.predictor.model is None:
        return None
    from cropcore.explain.attribution.gradient import trace

    redrawn = redraw(other.predictor.model, seed)
    other.traced, known = trace(redrawn.model), other.predictor
    if isinstance(known, PatchPredictor):
        other.predictor = patch_predictor(redrawn.model, known.reach, known.stride)
    else:
        logits = network_predictor(redrawn.model, chunk=1).logits
        other.predictor = replace(known, model=redrawn.model, logits=logits)
    return Forgetful(other, redrawn.changed)


__all__ = ["Answers", "Forgetful", "answers_of", "forgetful"]
