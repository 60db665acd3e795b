"""Many samples or pixels explained one after the other, and stopped at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cropcore.cube import SideBySide, Window
from cropcore.explain.attribution import Attribution, Target
from cropcore.explain.attribution.base import Score
from cropcore.explain.attribution.integrated_gradients import IntegratedGradients
from cropcore.explain.together import AnyExplainer, EnsembleExplainer
from cropcore.explain.watch import Watch
from cropcore.prediction import AnyPredictor, PatchPredictor, Surroundings, own_part
from cropcore.prediction.patches import around
from cropcore.samples import Samples, Scene, places

_STEP = 64
"""Series that are run between two looks at whether to stop."""
_QUICK = {"integrated_gradients": IntegratedGradients(steps=16, most_steps=16)}
"""How methods are asked about patches, each of which costs as much as hundreds of series: a rougher
path to more pixels tells more of a class. The residual says how rough."""


@dataclass(frozen=True)
class WatchedScore:
    """A score that looks up from its work now and then."""

    score: Score
    watch: Watch

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """The score, (sample,)."""
        return self._in_steps(self.score, series)

    def gradient(self, series: np.ndarray) -> np.ndarray:
        """Its gradient, shaped like the series."""
        return self._in_steps(self.score.gradient, series)

    def _in_steps(self, ask: Callable[[np.ndarray], np.ndarray], series: np.ndarray) -> np.ndarray:
        found = []
        for begin in range(0, len(series), _STEP):
            self.watch()
            found.append(ask(series[begin : begin + _STEP]))
        return np.concatenate(found)


def attribute_many(
    explainer: AnyExplainer,
    seen: Sequence[Surroundings],
    aim: Target,
    method: str,
    samples: np.ndarray | None = None,
    watch: Watch = lambda: None,
) -> Attribution:
    """How much each band at each date has to do with one target, for several pixels.

    What lies around a pixel is summed into its date and band. Of an ensemble it is the weighted
    mean of what its networks have to say.

    Args:
        explainer: Of a run.
        seen: The pixels; those of a run that sees none around stand alone.
        aim: The score.
        method: Name in the table of attribution methods.
        samples: Training series for methods that need them.
        watch: Called now and then.

    Returns:
        Values (pixel, time, band), 0 in padding; the residuals of an ensemble are the largest among
        its networks.

    Raises:
        UnknownNameError: There is no such method.
        RunError: The run has no gradients, and the method needs them.
        SettingError: The method needs samples, and there are none.
    """
    if isinstance(explainer, EnsembleExplainer):
        return _together(explainer, seen, aim, method, samples, watch)
    if isinstance(explainer.predictor, PatchPredictor):
        found = []
        for one in seen:
            score = WatchedScore(explainer.score(aim, (one.row, one.col)), watch)
            given = one.values[None]
            told = explainer.attribute_all(method, given, aim, score, samples, _QUICK.get(method))
            found.append(replace(told, values=told.values.sum(axis=(2, 3))))
        return _joined(found)
    score = WatchedScore(explainer.score(aim), watch)
    series = np.stack([one.series for one in seen])  # (sample, time, band)
    missing = np.isnan(series).reshape(len(series), -1)
    patterns, owner = np.unique(missing, axis=0, return_inverse=True)
    alike = [np.flatnonzero(owner.ravel() == number) for number in range(len(patterns))]
    told = _joined(
        [explainer.attribute_all(method, series[at], aim, score, samples) for at in alike]
    )
    order = np.argsort(np.concatenate(alike))
    residual = None if told.residual is None else told.residual[order]
    return replace(told, values=told.values[order], residual=residual)


def seen_by(predictor: AnyPredictor, samples: Samples, positions: np.ndarray) -> list[Surroundings]:
    """Some samples as a model sees them: alone, or within their surroundings.

    Args:
        predictor: The model.
        samples: With the scene they lie in, where it sees surroundings.
        positions: Which of them.
    """
    if not isinstance(predictor, PatchPredictor):
        return [Surroundings.alone(one) for one in samples.series[positions]]
    if samples.scene is None:
        raise TypeError("samples of a model that sees surroundings have a scene")
    return seen_in(predictor, samples.scene, *places(samples.ids[positions]))


def seen_in(
    predictor: PatchPredictor, scene: Scene, rows: np.ndarray, cols: np.ndarray
) -> list[Surroundings]:
    """Some pixels of a scene within what a model sees around them."""
    stride, found = predictor.stride, []
    for row, col in zip(rows.tolist(), cols.tolist(), strict=True):
        core = Window(row // stride * stride, col // stride * stride, stride, stride)
        window = around(core, predictor.reach, scene.shape)
        found.append(Surroundings(scene.read(window), row - window.row, col - window.col))
    return found


def _joined(found: Sequence[Attribution]) -> Attribution:
    """Several pixels' attributions as one."""
    residuals = [item.residual for item in found if item.residual is not None]
    return replace(
        found[0],
        values=np.concatenate([item.values for item in found]),
        residual=np.concatenate(residuals) if residuals else None,
        steps=None,
    )


def _together(
    explainer: EnsembleExplainer,
    seen: Sequence[Surroundings],
    aim: Target,
    method: str,
    samples: np.ndarray | None,
    watch: Watch,
) -> Attribution:
    whole = explainer.data.preparation
    total, found = np.zeros((len(seen), *whole.shape), np.float32), []
    for weight, one in zip(explainer.weights, explainer.explainers, strict=True):
        own = one.data.preparation
        views = [
            Surroundings(own_part(item.values, whole, own, 0), item.row, item.col) for item in seen
        ]
        known = None if samples is None else own_part(samples, whole, own, 1)
        found.append(attribute_many(one, views, aim, method, known, watch))
        n_dates, columns = whole.shape[0], slice(None)
        if isinstance(whole, SideBySide):
            n_dates, columns = whole.place_of(own)
        total[:, :n_dates, columns] += weight * found[-1].values
    residuals = [item.residual for item in found if item.residual is not None]
    residual = np.max(residuals, axis=0) if residuals else None
    return replace(found[0], values=total, residual=residual)


__all__ = ["WatchedScore", "attribute_many", "seen_by", "seen_in"]
