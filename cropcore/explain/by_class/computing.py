"""Explaining a run's classes: every sample for the logit of its own class."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import date

import numpy as np

from cropcore.cube import Preparation
from cropcore.errors import LabelError
from cropcore.explain.attribution import ATTRIBUTION_METHODS, Attribution, Target
from cropcore.explain.by_class.asking import attribute_many, seen_by
from cropcore.explain.by_class.choosing import HeldOut, held_out
from cropcore.explain.by_class.class_attribution import ByClass, SourceByClass, summarise
from cropcore.explain.by_class.duplicates import duplicate_bands
from cropcore.explain.known import Known
from cropcore.explain.together import AnyExplainer
from cropcore.explain.watch import stop_if
from cropcore.prediction import PatchPredictor
from cropcore.samples import Samples

ENOUGH = 100
"""Samples of a class."""
SECONDS = 30.0
"""For runs that see surroundings: after this time they are asked about no further samples."""
_AT_ONCE = 20
"""Samples of a class that are asked about in turn with those of the others."""
_DUPLICATES = 4000
"""Training samples whose bands are compared."""
_YEAR = 2001
"""Stands for the season where nobody knows the year: any without 29 February."""


def explain_classes(
    explainer: AnyExplainer,
    known: Known,
    *,
    method: str | None = None,
    most: int = ENOUGH,
    seconds: float = SECONDS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ByClass:
    """What a run goes by for each class: attributions of held-out samples it names rightly.

    Args:
        explainer: Of the run.
        known: Its samples.
        method: Name in the table of attribution methods; what suits the run where not given.
        most: Samples of a class at most; where there are fewer, all.
        seconds: For runs that see surroundings, which take long: no further samples after this
            time, all classes having as many, but one of each at least.
        seed: Decides which samples, where there are more.
        progress: Told the number of samples done and of all, often.
        cancelled: Asked often.

    Raises:
        CancelledError: ``cancelled`` said so.
        LabelError: No class has a held-out sample that the run names rightly.
        UnknownNameError: There is no such method.
        RunError: The run has no gradients, and the method needs them.
    """
    method = method or explainer.default_method
    stop = stop_if(cancelled, "the explanation of classes")
    stop()
    held = held_out(explainer.run.predictor(), known, seed)
    chosen = {code: positions[:most] for code, positions in held.right.items() if len(positions)}
    if not chosen:
        raise _none_right(held)
    patches = isinstance(explainer.predictor, PatchPredictor)
    at_once, n_samples = 1 if patches else _AT_ONCE, sum(map(len, chosen.values()))
    found: dict[int, list[Attribution]] = {code: [] for code in chosen}
    training = known.training_series() if ATTRIBUTION_METHODS[method].needs_samples else None
    begun, done = time.monotonic(), 0

    def watch() -> None:
        stop()
        if progress is not None:
            progress(done, n_samples)

    longest = max(map(len, chosen.values()))
    short = False
    for begin in range(0, longest, at_once):
        if begin and patches and time.monotonic() - begun > seconds:
            short = True
            break
        for code, positions in chosen.items():
            part = positions[begin : begin + at_once]
            if not len(part):
                continue
            seen = seen_by(explainer.predictor, known.samples, part)
            aim = Target(known.legend.codes.index(code))
            found[code].append(attribute_many(explainer, seen, aim, method, training, watch))
            done += len(part)
    values = {
        code: np.concatenate([part.values for part in parts]) for code, parts in found.items()
    }
    samples = {code: chosen[code][: len(own)] for code, own in values.items()}
    preparation = explainer.data.preparation
    start = season(preparation, known.samples, np.concatenate(list(samples.values())))
    seasons = known.samples.seasons
    told = [part for parts in found.values() for part in parts]
    residuals = [part.residual for part in told if part.residual is not None]
    return ByClass(
        method,
        told[0].quantity,
        told[0].unit,
        held.split,
        _sources(preparation, known, values, start),
        held.total,
        samples,
        start,
        seasons is not None and len(np.unique(seasons[np.concatenate(list(samples.values()))])) > 1,
        short,
        float(np.median(np.concatenate(residuals))) if residuals else None,
    )


def _sources(
    preparation: Preparation, known: Known, values: dict[int, np.ndarray], start: date
) -> tuple[SourceByClass, ...]:
    series = known.training_series(_DUPLICATES)
    return tuple(
        SourceByClass(
            item.name,
            item.dates(start),
            item.bands,
            tuple(
                summarise(one, values[one.code], item) for one in known.legend if one.code in values
            ),
            duplicate_bands(item.take(series)),
        )
        for item in preparation.inputs
    )


def season(preparation: Preparation, samples: Samples, positions: np.ndarray) -> date:
    """The first day of the season that most of some samples are of."""
    year = _YEAR
    if samples.seasons is not None:
        year = int(Counter(samples.seasons[positions].tolist()).most_common(1)[0][0])
    calendar = preparation.calendar
    return date(year, calendar.month, calendar.day)


def _none_right(held: HeldOut) -> LabelError:
    return LabelError(
        f"{held.split} samples",
        expected="samples that the run gives their own class",
        got=f"none among {sum(held.total.values())}",
        advice="train a better run, or with larger shares to validate and test on",
    )


__all__ = ["ENOUGH", "SECONDS", "explain_classes", "season"]
