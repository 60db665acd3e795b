"""Why a whole parcel was judged so: the mean of its pixels' reasons, and how far they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from cropcore.confidence import softmax
from cropcore.cube import Window
from cropcore.errors import LocationError
from cropcore.explain.attribution import Attribution
from cropcore.explain.explainer import USUAL
from cropcore.explain.explanation import Explanation, Part, judge
from cropcore.explain.question import Question
from cropcore.explain.together import AnyExplainer
from cropcore.explain.watch import Watch
from cropcore.mapping.run_map import season_of
from cropcore.prediction import AnyPredictor, PatchPredictor, Surroundings
from cropcore.prediction.patches import around
from cropcore.sources.region import RegionFolder

MOST = 64
"""Pixels of a parcel that are asked, evenly spread."""
_FARTHEST = 128
"""Pixels; a parcel is looked for so far from the place on each side."""


@dataclass(frozen=True, eq=False)
class ParcelPixels:
    """The pixels of a parcel."""

    name: str
    """Of its group, as in ``split.csv``."""
    code: int
    """Legend code of the reference label."""
    rows: np.ndarray
    """int64 (pixel,), row by row."""
    cols: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, eq=False)
class ParcelExplanation:
    """One answer for a parcel, and how far its pixels agree."""

    explanation: Explanation
    """The mean over the pixels asked: their series, scores and attribution, whose ``spread`` is the
    standard deviation over pixels."""
    parcel: ParcelPixels
    asked: int
    """Pixels that were asked: every so many, of those that were ever clear."""
    share: float
    """Of them, how many are predicted as the class that most are."""

    def to_json(self) -> dict[str, Any]:
        """As of a pixel, and ``parcel``."""
        own = {
            "name": self.parcel.name,
            "code": self.parcel.code,
            "pixels": len(self.parcel),
            "asked": self.asked,
            "share": round(self.share, 6),
        }
        return {**self.explanation.to_json(), "parcel": own}


def parcel_at(region: RegionFolder, row: int, col: int) -> ParcelPixels:
    """The parcel that a pixel lies in.

    Its pixels hang together, and have the class and group of that pixel. Where labels are a raster
    its groups are blocks, which may cut a field.

    Raises:
        LocationError: The pixel lies outside the region, or no parcel is known there.
        InputError: The labels cannot be used.
    """
    from scipy.ndimage import label

    height, width = region.grid.height, region.grid.width
    window = around(Window(row, col, 1, 1), _FARTHEST, (height, width))
    inside = 0 <= row < height and 0 <= col < width
    groups = region.groups_in(window) if inside else None
    codes = region.labels_in(window) if inside else None
    at = row - window.row, col - window.col
    if groups is None or codes is None or groups[at] < 0:
        raise LocationError(
            f"pixel in row {row}, column {col}",
            expected="a labelled pixel, whose parcel is known",
            got="one without a label" if inside else "one outside the imagery",
            advice="choose a place in a reference parcel, or ask about the pixel alone",
        )
    parts, _ = label((groups == groups[at]) & (codes == codes[at]))
    rows, cols = np.nonzero(parts == parts[at])
    name = str(region.labels.group_names(groups[at][None])[0])
    return ParcelPixels(name, int(codes[at]), rows + window.row, cols + window.col)


def explain_parcel(
    explainer: AnyExplainer,
    region: RegionFolder,
    parcel: ParcelPixels,
    question: Question = USUAL,
    most: int = MOST,
    watch: Watch = lambda: None,
) -> ParcelExplanation:
    """Explain what a run makes of a parcel.

    Args:
        explainer: Of the run.
        region: Where the parcel lies.
        parcel: Its pixels.
        question: What is asked; of the class of most pixels where it names none.
        most: Pixels that are asked at most.
        watch: Called before each pixel; whatever it raises ends the work.

    Raises:
        LocationError: None of them was ever clear.
        InputError: The imagery cannot be read, or the question has no answer.
    """
    seen = look_into(explainer, region, parcel, most)
    start = season_of(explainer.data.preparation, region)
    found, share = explain_mean(explainer, seen, start, question, watch)
    return ParcelExplanation(found, parcel, len(seen), share)


def explain_mean(
    explainer: AnyExplainer,
    seen: Sequence[Surroundings],
    start: date,
    question: Question,
    watch: Watch = lambda: None,
) -> tuple[Explanation, float]:
    """What a run makes of several pixels together, and how many are predicted as most are.

    Args:
        explainer: Of the run.
        seen: The pixels, at least one.
        start: First day of their season.
        question: What is asked; of the class of most pixels where it names none.
        watch: Called before each pixel; whatever it raises ends the work.

    Raises:
        InputError: The question has no answer.
    """
    logits = _logits(explainer.predictor, seen)
    said = logits.argmax(axis=1)
    counts = np.bincount(said, minlength=logits.shape[1])
    calibrated = softmax(logits / explainer.predictor.temperature).mean(axis=0)
    winner = int(np.lexsort((calibrated, counts))[-1])  # of equals, the more probable
    legend = explainer.data.legend
    wanted = question.target or legend.classes[winner]
    verdict = judge(explainer.predictor, legend, seen[0], wanted, question.contrast)
    aimed = question.of(verdict.target, verdict.contrast)
    found = []
    for one in seen:
        watch()
        found.append(explainer.explain(one, start, aimed))
    mean = replace(
        found[0],
        predicted=legend.classes[winner],
        probability=float(softmax(logits)[:, winner].mean()),
        calibrated=float(calibrated[winner]),
        parts=tuple(_mean_part(parts) for parts in zip(*(one.parts for one in found), strict=True)),
        attribution=_mean_attribution([one.attribution for one in found]),
        around=None,
        pixel=(0, 0),
        spread_over="pixels",
    )
    return mean, float(counts[winner] / len(seen))


def _logits(predictor: AnyPredictor, seen: Sequence[Surroundings]) -> np.ndarray:
    """What a run says of each pixel, (pixel, class)."""
    if isinstance(predictor, PatchPredictor):
        return np.stack([one.logits(predictor) for one in seen])
    return np.asarray(predictor.logits(np.stack([one.series for one in seen])))


def look_into(
    explainer: AnyExplainer, region: RegionFolder, parcel: ParcelPixels, most: int
) -> list[Surroundings]:
    """Some pixels of a parcel as the run sees them, evenly spread: those that were ever clear.

    All is read at once; each pixel then gets the surroundings it would get alone.

    Raises:
        LocationError: None of them was.
        InputError: The imagery cannot be read.
    """
    predictor, shape = explainer.predictor, (region.grid.height, region.grid.width)
    reach, stride = 0, 1
    if isinstance(predictor, PatchPredictor):
        reach, stride = predictor.reach, predictor.stride

    def window(row: int, col: int, height: int, width: int) -> Window:
        top, left = row // stride * stride, col // stride * stride
        down, across = -(-(row + height) // stride) * stride, -(-(col + width) // stride) * stride
        return around(Window(top, left, down - top, across - left), reach, shape)

    height, width = (int(np.ptp(places)) + 1 for places in (parcel.rows, parcel.cols))
    whole = window(int(parcel.rows.min()), int(parcel.cols.min()), height, width)
    start = season_of(explainer.data.preparation, region)
    series, clear = explainer.data.preparation(region.read(whole).sources, start)
    values = series.reshape(whole.height, whole.width, *series.shape[1:]).transpose(2, 0, 1, 3)
    clear = clear.reshape(whole.height, whole.width)
    known = np.flatnonzero(clear[parcel.rows - whole.row, parcel.cols - whole.col])
    chosen = np.unique(np.linspace(0, len(known) - 1, min(most, len(known))).round().astype(int))
    found = []
    for at in known[chosen].tolist():
        row, col = int(parcel.rows[at]), int(parcel.cols[at])
        own = window(row, col, 1, 1)
        top, left = own.row - whole.row, own.col - whole.col
        part = values[:, top : top + own.height, left : left + own.width]
        found.append(Surroundings(np.ascontiguousarray(part), row - own.row, col - own.col))
    if not found:
        raise LocationError(
            f"parcel {parcel.name}",
            expected="at least one clear value in the model's season",
            got="none",
            advice="choose another one",
        )
    return found


def _mean_part(parts: Sequence[Part]) -> Part:
    """The same part of all pixels."""
    series = np.stack([part.series for part in parts])  # (pixel, time, band)
    seen = np.isfinite(series)
    counts = np.where(seen.any(axis=0), seen.sum(axis=0), np.nan)
    values = np.stack([part.values for part in parts])
    return replace(
        parts[0],
        series=np.asarray(np.where(seen, series, 0).sum(axis=0) / counts, np.float32),
        values=values.mean(axis=0),
        spread=values.std(axis=0, ddof=1) if len(parts) > 1 else None,
    )


def _mean_attribution(found: Sequence[Attribution]) -> Attribution:
    """Summed over what lies around each pixel; with the worst residual and the most steps."""
    values = [one.values.sum(axis=tuple(range(2, one.values.ndim - 1))) for one in found]
    residuals = [one.residual for one in found if one.residual is not None]
    steps = [one.steps for one in found if one.steps]
    return replace(
        found[0],
        values=np.mean(values, axis=0),
        residual=np.max(residuals, axis=0) if residuals else None,
        steps=max(steps, default=None),
    )


__all__ = [
    "MOST",
    "ParcelExplanation",
    "ParcelPixels",
    "explain_mean",
    "explain_parcel",
    "look_into",
    "parcel_at",
]
