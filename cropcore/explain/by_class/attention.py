"""Where a network looked at the samples of a class: attention, and no attribution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from cropcore.explain.attention import AttentionView, attention_views
from cropcore.explain.by_class.asking import seen_by
from cropcore.explain.known import Known
from cropcore.explain.together import AnyExplainer
from cropcore.explain.watch import stop_if

_SHARES = (5, 25, 50, 75, 95)
"""Percent of samples below each of the five values of a box."""


@dataclass(frozen=True, eq=False)
class ClassAttention:
    """The weights of one attention layer over samples of a class."""

    layer: str
    member: str | None
    """The network of an ensemble that it belongs to."""
    dates: tuple[date, ...]
    boxes: np.ndarray
    """5 %, lower quartile, median, upper quartile and 95 % of the weight that each date has,
    (5, time); heads, and the dates that ask, are averaged in each sample first."""
    n: int
    """Samples."""


def attention_of_class(
    explainer: AnyExplainer,
    known: Known,
    positions: np.ndarray,
    start: date,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[ClassAttention, ...]:
    """Where a run's networks look, layer by layer; nothing where they have no attention.

    Args:
        explainer: Of the run.
        known: Its samples.
        positions: The samples, such as those a class was explained by.
        start: First day of their season.
        cancelled: Asked between samples.

    Raises:
        CancelledError: ``cancelled`` said so.
    """
    stop = stop_if(cancelled, "the attention of a class")
    views: list[tuple[AttentionView, ...]] = []
    for seen in seen_by(explainer.predictor, known.samples, positions):
        stop()
        views.append(attention_views(explainer, seen, start))
        if not views[0]:
            return ()
    found = []
    for layers in zip(*views, strict=True):
        first = layers[0]
        weights = np.stack(
            [one.weights.reshape(-1, one.weights.shape[-1]).mean(axis=0) for one in layers]
        )  # fmt: skip  (sample, time)
        boxes = np.percentile(weights, _SHARES, axis=0)
        found.append(ClassAttention(first.layer, first.member, first.dates, boxes, len(layers)))
    return tuple(found)


__all__ = ["ClassAttention", "attention_of_class"]
