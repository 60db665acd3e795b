"""Where a network looked: its attention weights, to be shown as such and never as an attribution.

A weight says how much of a date's inner state went on, not what that did to the score (Jain and
Wallace 2019, Attention is not explanation, arXiv:1902.10186).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from cropcore.cube import ModelInput
from cropcore.explain.explainer import Explainer
from cropcore.explain.together import AnyExplainer
from cropcore.models.attention import attention_weights
from cropcore.prediction import PatchPredictor, Surroundings, own_part

if TYPE_CHECKING:
    import keras

AttentionKind = Literal["weights", "heads", "maps"]
"""``weights``: one of each date. ``heads``: the same of each head. ``maps``: of each head, what
each date took from each other one."""
_KINDS: dict[int, AttentionKind] = {1: "weights", 2: "heads", 3: "maps"}


@dataclass(frozen=True, eq=False)
class AttentionView:
    """The weights of one attention layer for one pixel."""

    layer: str
    """Name of the layer."""
    kind: AttentionKind
    dates: tuple[date, ...]
    """Regular dates of the series that the layer reads, (time,)."""
    weights: np.ndarray
    """float32 (time,), (head, time) or (head, time that asks, time); over the last axis they sum
    to one."""
    member: str | None = None
    """The network of an ensemble that it belongs to."""


def attention_views(
    explainer: AnyExplainer, seen: Surroundings, start: date
) -> tuple[AttentionView, ...]:
    """The attention of a run's networks when they are asked about a pixel.

    Args:
        explainer: Of the run.
        seen: The pixel, prepared for the run.
        start: First day of its season.

    Returns:
        In the order of the network's layers; nothing where it has no attention.
    """
    if isinstance(explainer, Explainer):
        return _views(explainer, seen, start, None)
    whole = explainer.data.preparation
    found: list[AttentionView] = []
    for name, member in zip(explainer.explained, explainer.explainers, strict=True):
        own = own_part(seen.values, whole, member.data.preparation, 0)
        found += _views(member, Surroundings(own, seen.row, seen.col), start, name)
    return tuple(found)


def _views(
    explainer: Explainer, seen: Surroundings, start: date, member: str | None
) -> tuple[AttentionView, ...]:
    predictor, given = explainer.predictor, seen.series[None]
    if predictor.model is None:
        return ()
    if isinstance(predictor, PatchPredictor):
        *_, height, width, _ = seen.values.shape
        free = [(0, -side % predictor.stride) for side in (height, width)]
        given = np.pad(seen.values, [(0, 0), *free, (0, 0)], constant_values=np.nan)[None]
    found = []
    for layer, weights in _reader(predictor.model)(given).items():
        own = weights if given.ndim < 4 else _at_pixel(weights, given, seen)
        dates = _input_of(layer, explainer.data.preparation.inputs).dates(start)
        found.append(AttentionView(layer, _KINDS[own[0].ndim], dates, own[0], member))
    return tuple(found)


def _at_pixel(weights: np.ndarray, given: np.ndarray, seen: Surroundings) -> np.ndarray:
    """Those of the pixel among those of a patch, (1, …, time).

    Args:
        weights: (y, x, …) with a batch before them, on the patch's own grid or a coarser one; or
            (y * x, …) where the network reads pixels one by one.
        given: The patch, (1, time, y, x, band).
        seen: The pixel.
    """
    height, width = given.shape[2:4]
    if len(weights) == height * width and len(weights) > 1:
        return weights[seen.row * width + seen.col][None]
    row, col = seen.row * weights.shape[1] // height, seen.col * weights.shape[2] // width
    return weights[:, row, col]


def _input_of(layer: str, inputs: tuple[ModelInput, ...]) -> ModelInput:
    """What a layer reads: its name begins with that of the input."""
    fitting = [item for item in inputs if layer.startswith(f"{item.name}_")]
    return max(fitting, key=lambda item: len(item.name))


@lru_cache(maxsize=8)
def _reader(model: keras.Model) -> Callable[[np.ndarray], Mapping[str, np.ndarray]]:
    """A function from series or patches to the weights of each attention layer, by its name."""
    import keras
    import tensorflow as tf

    wanted = attention_weights(model)
    if not wanted:
        return lambda given: {}
    whole = keras.Model(model.input, wanted)
    _, *shape = model.input_shape
    signature = tf.TensorSpec((None, *shape), model.inputs[0].dtype)

    read = tf.function(lambda given: whole(given, training=False), input_signature=[signature])
    return lambda given: {name: found.numpy() for name, found in read(given).items()}


__all__ = ["AttentionKind", "AttentionView", "attention_views"]
