"""Putting one explanation of a run to the test, of a pixel or of a parcel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.explainer import USUAL
from cropcore.explain.explanation import Explanation
from cropcore.explain.parcel import MOST, ParcelPixels, explain_mean, look_into
from cropcore.explain.question import Question
from cropcore.explain.together import AnyExplainer
from cropcore.explain.trust.agreement import agreement
from cropcore.explain.trust.asking import Answers, Forgetful, answers_of, forgetful
from cropcore.explain.trust.faithfulness import Ask, curves, mean_curves
from cropcore.explain.trust.randomisation import randomisation
from cropcore.explain.trust.report import TrustReport
from cropcore.explain.watch import Watch
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
    watch: Watch = lambda: None,
) -> TrustReport:
    """Say how far the explanation of one pixel can be trusted.

    The first check of a run redraws a copy of its networks and traces it; later ones reuse that.

    Args:
        explainer: Of the run.
        seen: The pixel, as given to be explained.
        start: First day of its season.
        question: What was asked.
        found: The explanation itself, where it is there already.
        watch: Called between steps; whatever it raises ends the work.

    Raises:
        CropcoreError: As for the explanation.
    """
    found = found or explainer.explain(seen, start, question)
    return _examine(explainer, [seen], start, question, found, watch)


def check_parcel(
    explainer: AnyExplainer,
    region: RegionFolder,
    parcel: ParcelPixels,
    question: Question = USUAL,
    found: Explanation | None = None,
    watch: Watch = lambda: None,
) -> TrustReport:
    """Say how far the explanation of a parcel can be trusted, by some of its pixels.

    Their values are deleted and inserted in the order of the parcel's attribution, and their mean
    probability is watched; their mean attributions by other methods and by redrawn networks are
    compared.

    Args:
        explainer: Of the run.
        region: Where the parcel lies.
        parcel: Its pixels.
        question: What was asked.
        found: The explanation itself, where it is there already.
        watch: Called between steps; whatever it raises ends the work.

    Raises:
        CropcoreError: As for the explanation.
    """
    start = season_of(explainer.data.preparation, region)
    seen = look_into(explainer, region, parcel, MOST)
    found = found or explain_mean(explainer, seen, start, question)[0]
    most = _PIXELS_OF_PATCHES if isinstance(explainer.predictor, PatchPredictor) else _PIXELS
    some = seen[:: -(-len(seen) // most)]
    return _examine(explainer, some, start, question, found, watch)


def _examine(
    explainer: AnyExplainer,
    seen: Sequence[Surroundings],
    start: date,
    question: Question,
    found: Explanation,
    watch: Watch,
) -> TrustReport:
    """Every check of one explanation, by some of the pixels that it is about."""
    prepared, method = _prepared(explainer), found.method
    aimed = question.of(found.target, found.contrast)
    patches = isinstance(explainer.predictor, PatchPredictor)

    def attributed(who: AnyExplainer, name: str) -> np.ndarray:
        told = []
        for one in seen:
            watch()
            told.append(_values(who.explain(one, start, aimed.by(name))))
        return np.asarray(np.mean(told, axis=0))

    pairs = []
    for one in seen:
        watch()
        pairs.append(
            curves(
                *_asked(explainer, prepared.answers, found, one),
                _cells(found),
                _values(found),
                signed=found.attribution.quantity == "contribution",
                n_random=_ORDERS_OF_PATCHES if patches else _ORDERS,
            )
        )
    values = _values(found) if len(seen) == 1 else attributed(explainer, method)
    beside = {
        name: attributed(explainer, name)
        for name in (COMPARED_OF_PATCHES if patches else COMPARED)
        if name in explainer.methods and name != method
    }
    alike = tuple(
        name
        for name in beside
        if method in _TOLD_APART
        and ATTRIBUTION_METHODS[name].quantity == found.attribution.quantity
    )
    redrawn = [attributed(copy.explainer, method) for copy in prepared.forgetful]
    residual = found.attribution.residual
    return TrustReport(
        method,
        found.attribution.quantity,
        None if residual is None else float(residual[0]),
        *mean_curves(pairs),
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
