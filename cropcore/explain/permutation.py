"""What a run would lose: held-out accuracy when dates or bands are mixed up between samples."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from cropcore.accuracy import macro_f1
from cropcore.bands import group_bands
from cropcore.cube import ModelInput, Window
from cropcore.errors import RunError, SettingError
from cropcore.explain.known import Known, stratified
from cropcore.explain.together import AnyExplainer
from cropcore.prediction import PatchPredictor, Predictor
from cropcore.samples.scene import places

MOST, MOST_OF_PATCHES = 2_000, 200
"""Test samples that are asked about at most, every class with its share."""
Kind = Literal["date", "band", "group"]
KINDS: tuple[Kind, ...] = ("date", "band", "group")


@dataclass(frozen=True)
class Lost:
    """What mixing up some values cost."""

    kind: Kind
    """``date``: all bands of one date. ``band``: one band at all dates. ``group``: all bands of one
    kind at all dates."""
    part: str
    """Which encoder reads them: ``series`` with early fusion, the source's name with late."""
    name: str
    """ISO day and month of the date, as seasons differ, or name of the band or group."""
    bands: tuple[str, ...]
    """What was mixed up."""
    loss: float
    """Of macro-F1, mean over repeats; below 0 where mixing helped."""
    sd: float
    """Standard deviation of the loss over repeats."""


@dataclass(frozen=True)
class PermutationImportance:
    """Loss of macro-F1 on samples that the run never learnt from."""

    macro_f1: float
    """Of these samples as they are."""
    samples: int
    """Held-out samples asked about."""
    groups: int
    """Groups (parcels, blocks) that they are from."""
    repeats: int
    seed: int
    lost: tuple[Lost, ...]

    def of(self, kind: Kind) -> tuple[Lost, ...]:
        """All of one kind, in the order of the season or of the bands."""
        return tuple(item for item in self.lost if item.kind == kind)

    def to_json(self) -> dict[str, Any]:
        """What is written for programs."""
        return {
            "macro_f1": round(self.macro_f1, 6),
            "split": "test",
            "samples": self.samples,
            "groups": self.groups,
            "repeats": self.repeats,
            "seed": self.seed,
            "lost": [
                {
                    "kind": item.kind,
                    "part": item.part,
                    "name": item.name,
                    "bands": list(item.bands),
                    "loss": round(item.loss, 6),
                    "sd": round(item.sd, 6),
                }
                for item in self.lost
            ],
        }

    def to_csv(self) -> str:
        """One row per date, band and group of bands."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("kind", "part", "name", "bands", "loss_of_macro_f1", "sd"))
        for item in self.lost:
            numbers = f"{item.loss:.6g}", f"{item.sd:.6g}"
            writer.writerow((item.kind, item.part, item.name, " ".join(item.bands), *numbers))
        return text.getvalue()


def permutation_importance(
    explainer: AnyExplainer,
    known: Known,
    *,
    n_repeats: int = 5,
    most: int | None = None,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> PermutationImportance:
    """Mix up values of held-out samples, and see how much worse they are told apart.

    The values of one date, band or group of bands go as they are from each sample to another one,
    so that every set of values is a real one and only their company is wrong. Models that see
    surroundings are given the surroundings of the other pixel for these values; asked are pixels
    whose surroundings lie wholly within the region. Bands that tell the same stand in for each
    other: look at the groups too.

    Args:
        explainer: Of the run.
        known: Its samples.
        n_repeats: How often each set is mixed up anew; two at least.
        most: Test samples at most; :data:`MOST` where not given, of patches
            :data:`MOST_OF_PATCHES`.
        seed: Same seed, same samples and mixtures.
        progress: Is told the share that is done; may raise to stop.

    Raises:
        RunError: The run kept no samples for testing.
        SettingError: There are too few repeats to tell how sure the loss is.

    References:
        Breiman (2001), Random forests, doi:10.1023/A:1010933404324; Fisher, Rudin and Dominici
        (2019), All models are wrong, but many are useful, arXiv:1801.01489.
    """
    if n_repeats < 2:
        raise SettingError(
            "repeats", expected="2 or more", got=str(n_repeats), advice="one shows no spread"
        )
    predictor, samples = explainer.run.predictor(), known.samples
    if not len(known.split.test):
        raise RunError(
            explainer.run.folder,
            expected="a run that kept samples for testing with its final model",
            got="none (with folds each sample is tested by a model of its own)",
            advice="ask a run without folds",
        )
    if isinstance(predictor, PatchPredictor):
        asked = _patches(predictor, known, most or MOST_OF_PATCHES, seed)
    else:
        asked = _series(predictor, known, most or MOST, seed)
    at, given, ask = asked
    truth = np.searchsorted(np.asarray(known.legend.codes), samples.codes[at])
    whole = macro_f1(truth, ask(given))
    sets = [found for item in explainer.data.preparation.inputs for found in _sets(item)]
    lost = []
    for number, (kind, part, name, bands, span, columns) in enumerate(sets):
        losses = []
        for repeat in range(n_repeats):
            order = np.random.default_rng([seed, number, repeat]).permutation(len(given))
            mixed = given.copy()  # (sample, time, …, band)
            mixed[:, span, ..., columns] = given[order][:, span, ..., columns]
            losses.append(whole - macro_f1(truth, ask(mixed)))
        lost.append(Lost(kind, part, name, bands, float(np.mean(losses)),
                         float(np.std(losses, ddof=1))))  # fmt: skip
        if progress is not None:
            progress((number + 1) / len(sets))
    n_groups = len(np.unique(samples.groups[at]))
    return PermutationImportance(whole, len(at), n_groups, n_repeats, seed, tuple(lost))


_Asked = tuple[np.ndarray, np.ndarray, Callable[[np.ndarray], np.ndarray]]
"""Positions of the samples, what the model is given of them, and what it makes of that."""
_Set = tuple[Kind, str, str, tuple[str, ...], slice, list[int]]


def _sets(item: ModelInput) -> Iterator[_Set]:
    """What is mixed up together: kind, part, name and bands, and where that stands."""
    calendar, columns = item.calendar, list(item.columns)
    some_year = calendar.dates(date(2001, calendar.month, calendar.day))
    for at, day in enumerate(some_year):
        yield "date", item.name, f"{day:%m-%d}", item.bands, slice(at, at + 1), columns
    everything = slice(0, calendar.n_dates)
    for at, band in enumerate(item.bands):
        yield "band", item.name, band, (band,), everything, [columns[at]]
    for name, members in group_bands(item.bands).items():
        bands = tuple(item.bands[at] for at in members)
        yield "group", item.name, name, bands, everything, [columns[at] for at in members]


def _series(predictor: Predictor, known: Known, most: int, seed: int) -> _Asked:
    """Held-out samples of a model of series."""
    samples = known.samples
    at = stratified(samples.codes, known.split.test, most, seed)
    return at, np.asarray(samples.series[at]), lambda given: predictor.logits(given).argmax(axis=1)


def _patches(predictor: PatchPredictor, known: Known, most: int, seed: int) -> _Asked:
    """Held-out pixels that have whole surroundings, and these, (sample, time, y, x, band)."""
    samples, scene = known.samples, known.samples.scene
    if scene is None:
        raise TypeError("samples of a model that sees surroundings have a scene")
    reach, stride = predictor.reach, predictor.stride
    tested = known.split.test
    rows, cols = places(samples.ids[tested])
    height, width = scene.shape
    tops, lefts = rows // stride * stride - reach, cols // stride * stride - reach
    side = 2 * reach + stride
    inside = (tops >= 0) & (lefts >= 0) & (tops + side <= height) & (lefts + side <= width)
    at = stratified(samples.codes, tested[inside], most, seed)
    chosen = np.searchsorted(tested, at)
    corners = list(zip(tops[chosen].tolist(), lefts[chosen].tolist(), strict=True))
    given = np.stack([scene.read(Window(top, left, side, side)) for top, left in corners])
    down, right = rows[chosen] - tops[chosen], cols[chosen] - lefts[chosen]

    def ask(patches: np.ndarray) -> np.ndarray:
        found = [predictor.logits(patch)[row, col].argmax()
                 for patch, row, col in zip(patches, down, right, strict=True)]  # fmt: skip
        return np.array(found)

    return at, given, ask


__all__ = ["KINDS", "Kind", "Lost", "PermutationImportance", "permutation_importance"]
