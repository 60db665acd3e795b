"""Putting one explanation of a run to the test, of a pixel or of a parcel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.explainer import USUAL
from cropcore.explain.explanation import Explanation
from cropcore.explain.parcel import ParcelPixels, explain_mean, look_into
from cropcore.explain.question import Question
from cropcore.explain.together import AnyExplainer
from cropcore.explain.trust.agreement import agreement
from cropcore.explain.trust.asking import Answers, Forgetful, answers_of, forgetful
from cropcore.explain.trust.faithfulness import Ask, curves, mean_curves
from cropcore.explain.trust.randomisation import randomisation
from cropcore.explain.trust.report import TrustReport
from cropcore.mapping.run_map import season_of
from cropcore.prediction import PatchPredictor, Surroundings
from cropcore.sources.region import RegionFolder

COMPARED = ("saliency", "smoothgrad", "gradient_input", "integrated_gradients")
"""Methods that are cheap enough to be asked beside any other; all of them tell values apart."""
COMPARED_OF_PATCHES = ("saliency", "gradient_input")
"""The same for networks of patches, of which each gradient costs more."""
_TOLD_APART = (*COMPARED, "expected_gradients", "occlusion_cell")
_ORDERS, _ORDERS_OF_PATCHES = 20, 5
"""Orders by chance; patches cost more."""
_COPIES, _COPIES_OF_PATCHES = 3, 1
"""Redrawn copies; likewise."""
_PIXELS, _PIXELS_OF_PATCHES = 16, 4
"""Pixels of a parcel; likewise."""


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
    seen: Surroundings,
    start: date,
    question: Question = USUAL,
    found: Explanation | None = None,
) -> TrustReport:
    """Say how far the explanation of one pixel can be trusted.

    The first check of a run redraws a copy of its networks and traces it; later ones reuse that.

    Args:
        explainer: Of the run.
        seen: The pixel, as given to be explained.
        start: First day of its season.
        question: What was asked.
        found: The explanation itself, where it is there already.

    Raises:
        CropcoreError: As for the explanation.
    """
    question = question.by(question.method or explainer.default_method)
    found = found or explainer.explain(seen, start, question)
    return _examine(
        explainer, [seen], lambda who, asked: who.explain(seen, start, asked), question, found
    )


def check_parcel(
    explainer: AnyExplainer,
    region: RegionFolder,
    parcel: ParcelPixels,
    question: Question = USUAL,
) -> TrustReport:
    """Say how far the explanation of a parcel can be trusted, by some of its pixels.

    Their values are deleted and inserted in the order of the mean attribution, and their mean
    probability is watched.

    Args:
        explainer: Of the run.
        region: Where the parcel lies.
        parcel: Its pixels.
        question: What was asked.

    Raises:
        CropcoreError: As for the explanation.
    """
    question = question.by(question.method or explainer.default_method)
    patches = isinstance(explainer.predictor, PatchPredictor)
    seen = look_into(explainer, region, parcel, _PIXELS_OF_PATCHES if patches else _PIXELS)
    start = season_of(explainer.data.preparation, region)

    def explain(who: AnyExplainer, asked: Question) -> Explanation:
        return explain_mean(who, seen, start, asked)[0]

    return _examine(explainer, seen, explain, question, explain(explainer, question))


def _examine(
    explainer: AnyExplainer,
    seen: Sequence[Surroundings],
    explain: Callable[[AnyExplainer, Question], Explanation],
    question: Question,
    found: Explanation,
) -> TrustReport:
    """Every check of one explanation.

    Args:
        explainer: Of the run.
        seen: The pixels that were asked.
        explain: Asks an explainer about them.
        question: What was asked.
        found: What was answered.
    """
    prepared, method = _prepared(explainer), found.method
    values, patches = _values(found), isinstance(explainer.predictor, PatchPredictor)
    deletion, insertion = mean_curves(
        [
            curves(
                *_asked(explainer, prepared.answers, found, one),
                _cells(found),
                values,
                signed=found.attribution.quantity == "contribution",
                n_random=_ORDERS_OF_PATCHES if patches else _ORDERS,
            )
            for one in seen
        ]
    )
    aimed = question.of(found.target, found.contrast)
    beside = {
        name: _values(explain(explainer, aimed.by(name)))
        for name in (COMPARED_OF_PATCHES if patches else COMPARED)
        if name in explainer.methods and name != method
    }
    alike = tuple(
        name
        for name in beside
        if method in _TOLD_APART
        and ATTRIBUTION_METHODS[name].quantity == found.attribution.quantity
    )
    redrawn = [_values(explain(copy.explainer, aimed)) for copy in prepared.forgetful]
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
        len(seen),
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
    seen: Surroundings,
) -> tuple[Ask, np.ndarray, np.ndarray]:
    """What asks for the explained class, the series and its baseline, (time, y, x, band)."""
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


__all__ = ["COMPARED", "COMPARED_OF_PATCHES", "check", "check_parcel"]
