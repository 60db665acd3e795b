"""How the learning rate goes on from epoch to epoch."""

from __future__ import annotations

import math
from typing import Literal

Schedule = Literal["plateau", "cosine", "constant"]
"""``plateau``: halved whenever a third of the patience has passed without a better epoch.
``cosine``: rises over the first epochs, then falls along a half cosine to the last."""

_LOWEST = 1e-6
_WARM_UP = 0.05
"""Share of all epochs that a cosine schedule rises."""


def learning_rate(
    schedule: Schedule,
    *,
    first: float,
    now: float,
    epoch: int,
    n_epochs: int,
    waited: int,
    patience: int,
) -> float:
    """The rate of the epoch after one that is finished.

    Args:
        schedule: Which way it goes.
        first: What was asked for.
        now: Of the epoch that is finished.
        epoch: Number of finished epochs; 0 before the first.
        n_epochs: Epochs at most.
        waited: Finished epochs since the best one.
        patience: After how many of them training ends.
    """
    if schedule == "cosine":
        rising = max(round(n_epochs * _WARM_UP), 1)
        if epoch < rising:
            return first * (epoch + 1) / rising
        share = (epoch - rising) / max(n_epochs - rising, 1)
        return max(first * 0.5 * (1 + math.cos(math.pi * share)), _LOWEST)
    if schedule == "plateau" and waited and waited % max(patience // 3, 1) == 0:
        return max(now * 0.5, _LOWEST)
    return now


__all__ = ["Schedule", "learning_rate"]
