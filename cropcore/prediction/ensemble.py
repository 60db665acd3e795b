"""Several models asked as one, each on its own part of what was prepared for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import lcm

import numpy as np

from cropcore.cube import Preparation, SideBySide
from cropcore.prediction.combining import Combination
from cropcore.prediction.patches import PatchPredictor
from cropcore.prediction.predictor import Predictor

AnyPredictor = Predictor | PatchPredictor


def own_part(series: np.ndarray, whole: Preparation, own: Preparation, time: int) -> np.ndarray:
    """What one model takes from a series that was prepared for several.

    Args:
        series: Band axis last.
        whole: How it was prepared.
        own: How the model wants it.
        time: Position of the time axis.
    """
    if not isinstance(whole, SideBySide):
        return series
    n_dates, columns = whole.place_of(own)
    return np.ascontiguousarray(series.take(range(n_dates), axis=time)[..., columns])


def view(members: Sequence[AnyPredictor]) -> tuple[int, int]:
    """Reach and stride, pixels, that suit every member; 0 and 1 where none sees surroundings."""
    patches = [item for item in members if isinstance(item, PatchPredictor)]
    stride = lcm(*(item.stride for item in patches))
    reach = max((item.reach for item in patches), default=0)
    return -(-reach // stride) * stride, stride


def ensemble_predictor(
    members: Sequence[AnyPredictor],
    preparations: Sequence[Preparation],
    whole: Preparation,
    combination: Combination,
    temperature: float = 1.0,
) -> AnyPredictor:
    """A predictor whose logits combine what calibrated members say.

    Args:
        members: Any models of one legend.
        preparations: How each wants its series.
        whole: How the series are prepared that it will be asked about.
        combination: The rule, and what was fitted for it.
        temperature: Fitted on validation groups, after the rule.
    """

    def of_series(series: np.ndarray) -> np.ndarray:
        said = [
            member(own_part(series, whole, own, 1))
            for member, own in zip(members, preparations, strict=True)
            if isinstance(member, Predictor)
        ]
        return np.stack(said)

    def of_patch(patch: np.ndarray) -> np.ndarray:
        said = []
        for member, own in zip(members, preparations, strict=True):
            part = own_part(patch, whole, own, 0)  # (time, y, x, band)
            if isinstance(member, PatchPredictor):
                said.append(member(part))
                continue
            n_dates, height, width, n_bands = part.shape
            flat = part.transpose(1, 2, 0, 3).reshape(-1, n_dates, n_bands)
            said.append(member(flat).reshape(height, width, -1))
        return np.stack(said)

    def together(say: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
        return lambda given: combination(say(given)).astype(np.float32)

    if all(isinstance(member, Predictor) for member in members):
        return Predictor(together(of_series), temperature, members=of_series)
    reach, stride = view(members)
    return PatchPredictor(together(of_patch), reach, stride, None, temperature, of_patch)


__all__ = ["AnyPredictor", "ensemble_predictor", "own_part", "view"]
