"""Explaining an ensemble: the mean over its networks of what each has to say for itself.

Explained is the mean of the networks' class scores, weighted as their answers are where the rule
has weights. Neither votes nor stacking nor the averaging of probabilities is part of it, and
members without gradients take no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from cropcore.cube import ModelInput, Preparation, SideBySide
from cropcore.errors import RunError
from cropcore.explain.attribution import Attribution
from cropcore.explain.explainer import USUAL, Explainer
from cropcore.explain.explanation import Explanation, Part, judge
from cropcore.explain.question import Question
from cropcore.prediction import Surroundings, own_part
from cropcore.training import Run


class EnsembleExplainer:
    """Answers why, for an ensemble.

    Args:
        run: A finished run that is an ensemble.

    Raises:
        RunError: It is damaged, or none of its members is a network.
    """

    def __init__(self, run: Run) -> None:
        self.run, self.data, self.predictor = run, run.described, run.predictor(chunk=1)
        self.model = run.finished.models["final"]
        self.mean, self.class_means = run.mean_series()
        ensemble, members = run.record.ensemble, run.members
        if ensemble is None:
            raise TypeError("an ensemble has members")
        kinds = [member.record.request.described().kind for member in members]
        networks = [at for at, kind in enumerate(kinds) if kind == "network"]
        if not networks:
            raise RunError(
                run.folder,
                expected="an ensemble with a network, whose gradients explain it",
                got="one without",
                advice="put a network into it, such as cnn1d",
            )
        self.explainers = [Explainer(members[at]) for at in networks]
        weights = np.array([ensemble.weights[at] for at in networks])
        if not weights.any():  # a rule without any weight on them: all count alike
            weights = np.ones(len(networks))
        self.weights = weights / weights.sum()
        self.explained = tuple(ensemble.members[at] for at in networks)
        silent = (at for at, _ in enumerate(members) if at not in networks)
        self.silent = tuple(ensemble.members[at] for at in silent)

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods it can be asked by."""
        return self.explainers[0].methods

    @property
    def default_method(self) -> str:
        """What it is asked by where nobody chose."""
        return self.explainers[0].default_method

    def explain(self, seen: Surroundings, start: date, question: Question = USUAL) -> Explanation:
        """Explain the prediction of one pixel; arguments and errors as for a single network."""
        question = question.by(question.method or self.default_method)
        whole, found = self.data.preparation, []
        verdict = judge(self.predictor, self.data.legend, seen, question.target, question.contrast)
        aimed = question.of(verdict.target, verdict.contrast)
        for explainer in self.explainers:
            own = own_part(seen.values, whole, explainer.data.preparation, 0)
            view = Surroundings(own, seen.row, seen.col)
            known = question.samples
            if known is not None:
                known = own_part(known, whole, explainer.data.preparation, 1)
            found.append(explainer.explain(view, start, replace(aimed, samples=known)))
        parts = self._parts(found, seen.series, start)
        values = np.zeros((1, *whole.shape))
        for part in parts:
            values[0, : len(part.dates), list(part.columns)] = part.values.T
        residuals = [item.attribution.residual for item in found]
        told = [residual for residual in residuals if residual is not None]
        first = found[0].attribution
        steps = [item.attribution.steps for item in found if item.attribution.steps]
        return Explanation(
            *verdict,
            method=found[0].method,
            parts=parts,
            bands=whole.bands,
            attribution=Attribution(
                values,
                first.quantity,
                first.unit,
                np.max(told, axis=0) if told else None,
                max(steps, default=None),
            ),
            sd=np.asarray(self.model.sd, np.float32),
            explained=self.explained,
            silent=self.silent,
            around=self._around([item.around for item in found]),
            pixel=(seen.row, seen.col),
        )

    def _around(self, found: Sequence[np.ndarray | None]) -> np.ndarray | None:
        """What members that see surroundings say of them, (y, x), weighted as all are."""
        seen = [(weight, item) for weight, item in zip(self.weights, found, strict=True)
                if item is not None]  # fmt: skip
        return sum(weight * item for weight, item in seen) if seen else None

    def _parts(
        self, found: Sequence[Explanation], series: np.ndarray, start: date
    ) -> tuple[Part, ...]:
        """Reasons among the bands of each preparation, from the networks that read them."""
        parts = []
        for own, inputs in _inputs(self.data.preparation):
            readers = [
                at
                for at, explainer in enumerate(self.explainers)
                if explainer.data.preparation == own
            ]
            if not readers:
                continue
            for number, item in enumerate(inputs):
                told = np.stack([found[at].parts[number].values for at in readers])
                weights = self.weights[readers]
                parts.append(
                    Part(
                        item.name,
                        item.dates(start),
                        item.bands,
                        item.columns,
                        item.take(series),
                        np.tensordot(weights, told, axes=1),
                        told.std(axis=0, ddof=1) if len(told) > 1 else None,
                    )
                )
        return tuple(parts)


def _inputs(whole: Preparation) -> list[tuple[Preparation, tuple[ModelInput, ...]]]:
    """Each preparation with the inputs it gives."""
    if not isinstance(whole, SideBySide):
        return [(whole, whole.inputs)]
    inputs, found = list(whole.inputs), []
    for part in whole.parts:
        count = len(part.inputs)
        found.append((part, tuple(inputs[:count])))
        inputs = inputs[count:]
    return found


AnyExplainer = Explainer | EnsembleExplainer


def explainer_of(run: Run) -> AnyExplainer:
    """What explains a run.

    An ensemble without any network is asked as a whole, like a forest.

    Raises:
        RunError: The run is unfinished or damaged.
    """
    _ = run.finished
    kinds = [member.record.request.described().kind for member in run.members]
    return EnsembleExplainer(run) if "network" in kinds else Explainer(run)


__all__ = ["AnyExplainer", "EnsembleExplainer", "explainer_of"]
