"""Asking a run why: every attribution method that its kind allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from cropcore.bands import group_bands
from cropcore.confidence import softmax
from cropcore.cube import ModelInput
from cropcore.errors import RunError, SettingError
from cropcore.explain.attribution import (
    ATTRIBUTION_METHODS,
    Attribution,
    AttributionMethod,
    Background,
    Strip,
    Target,
)
from cropcore.explain.attribution.base import Score
from cropcore.explain.explanation import Explanation, Part, judge
from cropcore.explain.question import Question
from cropcore.prediction import AnyPredictor, PatchPredictor, Surroundings
from cropcore.training import Run

DEFAULT_METHOD = "integrated_gradients"
WITHOUT_GRADIENTS = "occlusion_cell"
"""What is asked first of a run that has none."""
USUAL = Question()
"""Why the predicted class, by what suits the run."""


@dataclass(frozen=True)
class ShareScore:
    """The score of a model without gradients: the share of a class, or the margin between two."""

    predictor: AnyPredictor
    target: Target
    n_classes: int
    pixel: tuple[int, int] = (0, 0)
    """Row and column within its patch, for models of patches only."""

    def __call__(self, series: np.ndarray) -> np.ndarray:
        """The score, (sample,)."""
        if isinstance(self.predictor, PatchPredictor):
            logits = np.stack([self.predictor.logits(one)[self.pixel] for one in series])
        else:
            logits = self.predictor.logits(series)
        return np.asarray(softmax(logits) @ self.target.weights(self.n_classes))

    def gradient(self, series: np.ndarray) -> np.ndarray:
        """There is none.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a model without gradients was asked for one")


class Explainer:
    """Answers why, for one run; keeps what it has traced between questions.

    Args:
        run: A finished run.

    Raises:
        RunError: The run is unfinished or damaged.
    """

    def __init__(self, run: Run) -> None:
        self.run, self.data = run, run.described
        self.model = run.finished.models["final"]
        self.name = run.record.request.architecture
        network = run.record.request.described().kind == "network"
        self.predictor = run.predictor(chunk=1) if network else run.predictor()
        self.mean, self.class_means = run.mean_series()
        self.traced = None
        if network:
            from cropcore.explain.attribution.gradient import trace

            self.traced = trace(self.predictor.model, getattr(self.predictor, "stride", 1))

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods it can be asked by."""
        if self.traced is not None:
            return tuple(ATTRIBUTION_METHODS)
        names = ATTRIBUTION_METHODS.items()
        return tuple(name for name, kind in names if not kind.needs_gradient)

    @property
    def default_method(self) -> str:
        """What it is asked by where nobody chose."""
        return DEFAULT_METHOD if self.traced is not None else WITHOUT_GRADIENTS

    def explain(self, seen: Surroundings, start: date, question: Question = USUAL) -> Explanation:
        """Explain the prediction of one pixel.

        Args:
            seen: The pixel, prepared as for prediction. What a network of patches says of a date
                and a band is summed over all pixels around.
            start: First day of its season.
            question: What is asked.

        Raises:
            UnknownNameError: There is no such method.
            RunError: The run has no gradients, and the method needs them.
            LegendError: There is no such class.
            SettingError: Target and contrast are the same class, or the method needs samples.
        """
        method, series = question.method or self.default_method, seen.series
        verdict = judge(self.predictor, self.data.legend, seen, question.target, question.contrast)
        place, other = self.data.legend.classes.index, verdict.contrast
        aim = Target(place(verdict.target), place(other) if other else None)
        attribution = self.attribute(method, seen, aim, question.samples)
        values, spatial = attribution.values[0], None
        if values.ndim > 2:
            spatial = values.sum(axis=(0, 3))  # (y, x)
            values = values.sum(axis=(1, 2))  # (time, band)
        preparation = self.data.preparation
        return Explanation(
            *verdict,
            method=method,
            parts=tuple(
                Part(
                    item.name,
                    item.dates(start),
                    item.bands,
                    item.columns,
                    item.take(series),
                    item.take(values),
                )
                for item in preparation.inputs
            ),
            bands=preparation.bands,
            attribution=attribution,
            sd=np.asarray(self.model.sd, np.float32),
            around=spatial,
            pixel=(seen.row, seen.col),
        )

    def attribute(
        self, method: str, seen: Surroundings, aim: Target, samples: np.ndarray | None = None
    ) -> Attribution:
        """The attribution of one pixel, of patches with respect to all that is seen around it.

        Args:
            method: Name in the table.
            seen: The pixel.
            aim: The score.
            samples: Training series, (sample, time, band), for methods that need them.

        Raises:
            UnknownNameError: There is no such method.
            RunError: The run has no gradients, and the method needs them.
            SettingError: The method needs samples, and there are none.
        """
        given = seen.series
        if isinstance(self.predictor, PatchPredictor):
            given = seen.values
        score = self.score(aim, (seen.row, seen.col))
        return self.attribute_all(method, given[None], aim, score, samples)

    def attribute_all(
        self,
        method: str,
        given: np.ndarray,
        aim: Target,
        score: Score,
        samples: np.ndarray | None = None,
        asked: AttributionMethod | None = None,
    ) -> Attribution:
        """The attribution of several series that miss the same values; errors as for one.

        Args:
            method: Name in the table.
            given: (sample, time, band), or (sample, time, y, x, band) where the run sees patches.
            aim: The score.
            score: The same, of the pixel that is explained.
            samples: Training series, (sample, time, band), for methods that need them.
            asked: The method, where its settings are not the usual ones.
        """
        kind = self._method(method, samples)
        baseline = self.mean if aim.against is None else self.class_means[aim.against]
        if isinstance(self.predictor, PatchPredictor):
            baseline = baseline[:, None, None]
        _, baseline = self.filled(given[0], baseline)
        given, _ = self.filled(given, given)
        known = None if samples is None else self.filled(samples, samples)[0]
        background = Background(
            baseline,
            np.asarray(self.model.sd, np.float32),
            strips(self.data.preparation.inputs),
            known,
        )
        found = (asked or kind())(score, given, background)
        if self.traced is None:
            return replace(found, unit="share (0 to 1) lost when hidden")
        return found

    def score(self, aim: Target, pixel: tuple[int, int] = (0, 0)) -> Score:
        """The score of a target, of a pixel within its patch where the run sees patches."""
        if self.traced is None:
            return ShareScore(self.predictor, aim, len(self.data.legend), pixel)
        from cropcore.explain.attribution.gradient import NetworkScore

        return NetworkScore(self.traced, aim, len(self.data.legend), pixel)

    def filled(self, given: np.ndarray, baseline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Both with what the network itself puts where a band was never seen, (…, time, …, band).

        The baseline has it too, so that what was never seen did nothing. Trees are given what is
        missing as it is.
        """
        if self.traced is None:
            missing = np.isnan(given)
            return given, np.where(missing, given, baseline)
        missing, mean = np.isnan(given), np.asarray(self.model.mean, np.float32)
        return np.where(missing, mean, given), np.where(missing, mean, baseline)

    def _method(self, name: str, samples: np.ndarray | None) -> type[AttributionMethod]:
        kind = ATTRIBUTION_METHODS[name]
        if kind.needs_gradient and self.traced is None:
            raise RunError(
                self.name,
                expected="a network, whose gradients this method follows",
                got="a model that has none",
                advice=f"choose one of {', '.join(self.methods)}",
            )
        if kind.needs_samples and (samples is None or not len(samples)):
            raise SettingError(
                f"method {name}",
                expected="the run's training samples, which it holds a series against",
                got="none, for the data of the run are not here",
                advice="choose another method, such as integrated_gradients",
            )
        return kind


def strips(inputs: tuple[ModelInput, ...]) -> tuple[Strip, ...]:
    """How the dates and bands of a prepared series hang together."""
    return tuple(
        Strip(
            item.columns,
            item.calendar.n_dates,
            tuple(
                tuple(item.columns[at] for at in group)
                for group in group_bands(item.bands).values()
            ),
        )
        for item in inputs
    )


__all__ = ["DEFAULT_METHOD", "WITHOUT_GRADIENTS", "Explainer", "ShareScore", "strips"]
