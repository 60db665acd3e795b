"""Putting one explanation of a run to the test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.explanation import Explanation
from cropcore.explain.together import AnyExplainer
from cropcore.explain.trust.agreement import agreement
from cropcore.explain.trust.asking import Answers, Forgetful, answers_of, forgetful
from cropcore.explain.trust.faithfulness import Ask, curves
from cropcore.explain.trust.randomisation import randomisation
from cropcore.explain.trust.report import TrustReport
from cropcore.prediction import PatchPredictor, Surroundings

COMPARED = ("saliency", "smoothgrad", "gradient_input", "integrated_gradients")
"""Methods that are cheap enough to be asked beside any other; all of them tell values apart."""
COMPARED_OF_PATCHES = ("saliency", "gradient_input")
"""The same for networks of patches, of which each gradient costs more."""
_TOLD_APART = (*COMPARED, "expected_gradients", "occlusion_cell")
_ORDERS, _ORDERS_OF_PATCHES = 20, 5
"""Orders by chance; patches cost more."""
_COPIES, _COPIES_OF_PATCHES = 3, 1
"""Redrawn copies; likewise."""


@dataclass(frozen=True)
class _Prepared:
    """What checks of a run share."""

    answers: Answers
    forgetful: tuple[Forgetful, ...]
    """Copies that have forgotten what was learnt; none where there are no weights."""


_PREPARED: WeakKeyDictionary[AnyExplainer, _Prepared] = WeakKeyDictionary()
_LOCK = Lock()


def check(
    explainer: AnyExplainer,
    series: np.ndarray,
    start: date,
    *,
    around: Surroundings | None = None,
    method: str | None = None,
    target: str | None = None,
    contrast: str | None = None,
    samples: np.ndarray | None = None,
    found: Explanation | None = None,
) -> TrustReport:
    """Say how far the explanation of one series can be trusted.

    The first check of a run redraws a copy of its networks and traces it; later ones reuse that.

    Args:
        explainer: Of the run.
        series: float32 (time, band), as given to be explained.
        start: First day of its season.
        around: The pixel in its surroundings, which a network of patches must be given.
        method: Name in the table of attribution methods; what suits the run where not given.
        target: Class name or code to explain; the predicted one where not given.
        contrast: Class to explain it against.
        samples: Training series, for methods that need them.
        found: The explanation itself, where it is there already.

    Raises:
        CropcoreError: As for the explanation.
    """
    method = method or explainer.default_method

    def explain(who: AnyExplainer, how: str, verdict: Explanation | None) -> Explanation:
        return who.explain(
            series,
            start,
            around=around,
            method=how,
            target=verdict.target.name if verdict else target,
            contrast=(verdict.contrast.name if verdict.contrast else None) if verdict else contrast,
            samples=samples,
        )

    found = found or explain(explainer, method, None)
    prepared = _prepared(explainer)
    values, patches = _values(found), isinstance(explainer.predictor, PatchPredictor)
    deletion, insertion = curves(
        *_asked(explainer, prepared.answers, found, series, around),
        _cells(found),
        values,
        signed=found.attribution.quantity == "contribution",
        n_random=_ORDERS_OF_PATCHES if patches else _ORDERS,
    )
    beside = {
        name: _values(explain(explainer, name, found))
        for name in (COMPARED_OF_PATCHES if patches else COMPARED)
        if name in explainer.methods and name != method
    }
    alike = tuple(
        name
        for name in beside
        if method in _TOLD_APART
        and ATTRIBUTION_METHODS[name].quantity == found.attribution.quantity
    )
    redrawn = [_values(explain(copy.explainer, method, found)) for copy in prepared.forgetful]
    residual = found.attribution.residual
    return TrustReport(
        method,
        found.attribution.quantity,
        None if residual is None else float(residual[0]),
        deletion,
        insertion,
        agreement({method: values, **beside}, method, alike),
        randomisation(values, redrawn, min(copy.changed for copy in prepared.forgetful))
        if redrawn
        else None,
    )


def _prepared(explainer: AnyExplainer) -> _Prepared:
    with _LOCK:
        known = _PREPARED.get(explainer)
        if known is None:
            patches = isinstance(explainer.predictor, PatchPredictor)
            seeds = range(_COPIES_OF_PATCHES if patches else _COPIES)
            copies = [forgetful(explainer, seed) for seed in seeds]
            known = _Prepared(answers_of(explainer), tuple(copy for copy in copies if copy))
            _PREPARED[explainer] = known
    return known


def _asked(
    explainer: AnyExplainer,
    answers: Answers,
    found: Explanation,
    series: np.ndarray,
    around: Surroundings | None,
) -> tuple[Ask, np.ndarray, np.ndarray]:
    """What asks for the explained class, the series and its baseline, (time, y, x, band)."""
    seen = around or Surroundings(series[:, None, None], 0, 0)
    place = explainer.data.legend.classes.index
    index, pixel = place(found.target), (seen.row, seen.col)
    mean = explainer.class_means[place(found.contrast)] if found.contrast else explainer.mean
    values = seen.values
    if not isinstance(explainer.predictor, PatchPredictor):  # the pixel alone
        values, pixel = seen.series[:, None, None], (0, 0)
    baseline = np.where(np.isnan(values), np.nan, mean[:, None, None]).astype(values.dtype)
    return (lambda copies: answers(copies, pixel)[:, index]), values, baseline


def _cells(found: Explanation) -> np.ndarray:
    """Date and column of every value that is explained, (cell, 2)."""
    return np.array(
        [
            (row, column)
            for part in found.parts
            for row, _ in enumerate(part.dates)
            for column in part.columns
        ]
    )


def _values(found: Explanation) -> np.ndarray:
    """Attribution of the same values, (cell,)."""
    return np.concatenate([part.values.ravel() for part in found.parts])


__all__ = ["COMPARED", "COMPARED_OF_PATCHES", "check"]
