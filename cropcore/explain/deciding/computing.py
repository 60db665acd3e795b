"""Which date decided each parcel: attributions of its pixels, put together by date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from cropcore.confidence import softmax
from cropcore.cube import Acquisitions, Window
from cropcore.errors import RegionError, SettingError
from cropcore.explain.attribution import ATTRIBUTION_METHODS, Target
from cropcore.explain.by_class.asking import attribute_many, seen_in
from cropcore.explain.deciding.dividing import Division, Units, divide, spread_pixels
from cropcore.explain.deciding.record import Decision, UnitKind
from cropcore.explain.known import known_samples
from cropcore.explain.together import AnyExplainer
from cropcore.explain.watch import Watch, stop_if
from cropcore.legend import LAST_CODE, LegendClass
from cropcore.mapping.run_map import season_of
from cropcore.prediction import AnyPredictor, PatchPredictor, Surroundings
from cropcore.samples import Scene, prepare_scene
from cropcore.sources.region import RegionFolder

_UNITS = 64
"""Parcels that are looked at together."""
_PATCH_PIXELS = 4
"""Pixels of a parcel that a run which sees surroundings is asked about, at most: each takes long,
and the surroundings of neighbours are the same."""
_AT_ONCE = 32
"""Pixels that are asked about together."""
_READ = 128
"""Pixels; the side of what is read at once."""
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Decisions:
    """What was found out about a region."""

    dates: tuple[date, ...]
    """Those of all sources together, ascending."""
    kind: UnitKind
    method: str
    unit: str
    """What a value of 1 of the attribution means."""
    pixels: int
    """Of a unit that were asked about, at most."""
    units: Units
    division: Division
    found: dict[int, Decision]
    """By position of the unit; those never seen clearly are missing."""


def decide_dates(
    explainer: AnyExplainer,
    region: RegionFolder,
    *,
    method: str | None = None,
    pixels: int = 16,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Decisions:
    """Find the date that decided each parcel of a region, or each square of one without labels.

    Some pixels of a parcel, evenly spread, are explained for its most probable class. With late
    fusion the dates of all sources count together.

    Args:
        explainer: Of a run.
        region: Imagery with the bands the run needs.
        method: Name in the table of attribution methods; what suits the run where not given.
        pixels: Of a parcel at most; 4 where the run sees surroundings.
        progress: Told the number of parcels done and of all, about every second.
        cancelled: Asked often.

    Raises:
        CancelledError: ``cancelled`` said so.
        RegionError: No parcel was ever seen clearly, or a raster cannot be read.
        SettingError: There are more dates than a map can tell apart, or the method needs samples.
        UnknownNameError: There is no such method.
        RunError: The run has no gradients, and the method needs them; or the region lacks a band.
    """
    method = method or explainer.default_method
    work = _Work(explainer, region, method, stop_if(cancelled, "the map of deciding dates"))
    if work.scene is not None:
        pixels = min(pixels, _PATCH_PIXELS)
    division = divide(region)
    units = spread_pixels(region, division, pixels)
    names = division.names(units.numbers)
    found: dict[int, Decision] = {}
    told = float("-inf")
    for begin in range(0, len(units), _UNITS):
        part = range(begin, min(begin + _UNITS, len(units)))
        for done, (at, decision) in enumerate(work.decide(units, names, part), start=begin + 1):
            found[at] = decision
            if progress is not None and time.monotonic() - told > 1:
                progress(done, len(units))
                told = time.monotonic()
    if not found:
        raise RegionError(
            region.path,
            expected="parcels that every source saw clearly at least once",
            got=f"none among {len(units)}",
            advice="check the masks, the labels and the dates of the imagery",
        )
    asked = pixels if division.kind == "parcel" else 1
    return Decisions(
        work.dates, division.kind, method, work.told[-1], asked, units, division, found
    )


@dataclass(eq=False)
class _Work:
    """A run that is asked about a region, part by part."""

    explainer: AnyExplainer
    region: RegionFolder
    method: str
    stop: Watch
    told: list[str] = field(default_factory=list)
    """Units of the attributions so far."""

    def __post_init__(self) -> None:
        self.stop()
        data = self.explainer.data
        self.preparation, self.legend = data.preparation, data.legend
        self.start = season_of(self.preparation, self.region)
        self.dates = self.preparation.dates(self.start)
        if len(self.dates) > LAST_CODE:
            raise SettingError(
                "dates of all sources",
                expected=f"at most {LAST_CODE}, for each is a value of the map",
                got=str(len(self.dates)),
                advice="train with early fusion or a longer --period",
            )
        self.predictor: AnyPredictor = self.explainer.run.predictor()
        self.samples = _training(self.explainer, self.method)
        self.scene: Scene | None = None
        if isinstance(self.predictor, PatchPredictor):
            self.scene = prepare_scene(self.region, self.preparation, self.stop)

    def decide(
        self, units: Units, names: np.ndarray, part: range
    ) -> Iterator[tuple[int, Decision]]:
        """Some units, each with its position; those never seen clearly are left out."""
        first, last = np.searchsorted(units.owner, (part.start, part.stop))
        rows, cols, owner = (of[first:last] for of in (units.rows, units.cols, units.owner))
        seen, logits, clear = self._look(rows, cols)
        owner = owner[clear]
        shares = softmax(logits / self.predictor.temperature)  # (pixel, class)
        for at in np.unique(owner):
            own = np.flatnonzero(owner == at)
            winner = int(shares[own].mean(axis=0).argmax())
            profile = self._profile([seen[place] for place in own], winner)
            label = next((one for one in self.legend if one.code == units.codes[at]), None)
            decision = judge(profile, str(names[at]), label, self.legend.classes[winner], len(own))
            if decision is not None:
                yield int(at), decision

    def _look(
        self, rows: np.ndarray, cols: np.ndarray
    ) -> tuple[list[Surroundings], np.ndarray, np.ndarray]:
        """Pixels as the run sees them, its logits, and which pixels were ever clear."""
        if isinstance(self.predictor, PatchPredictor) and self.scene is not None:
            own = self.scene.values[rows, cols]  # (pixel, time, band)
            clear = np.flatnonzero(self._seen_by_every_source(own))
            rows, cols = rows[clear], cols[clear]
            seen = seen_in(self.predictor, self.scene, rows, cols)
            return seen, self.predictor.at(self.scene, rows, cols), clear
        series, ever = self._read(rows, cols)
        clear = np.flatnonzero(ever)
        seen = [Surroundings.alone(one) for one in series[clear]]
        if isinstance(self.predictor, PatchPredictor):
            raise TypeError("a run that sees surroundings has a scene")
        return seen, self.predictor.logits(series[clear]), clear

    def _seen_by_every_source(self, series: np.ndarray) -> np.ndarray:
        """Whether any band of every source has a value, bool (pixel,)."""
        there = [
            np.isfinite(item.take(series)).any(axis=(1, 2)) for item in self.preparation.inputs
        ]
        return np.logical_and.reduce(there)

    def _read(self, rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Prepared series of pixels, (pixel, time, band), and whether each was ever clear."""
        series = np.full((len(rows), *self.preparation.shape), np.nan, np.float32)
        clear = np.zeros(len(rows), bool)
        corners = np.stack([rows // _READ, cols // _READ], axis=1)
        blocks, owner = np.unique(corners, axis=0, return_inverse=True)
        for number in range(len(blocks)):
            self.stop()
            here = np.flatnonzero(owner.ravel() == number)
            top, left = int(rows[here].min()), int(cols[here].min())
            size = int(np.ptp(rows[here])) + 1, int(np.ptp(cols[here])) + 1
            cube = self.region.read(Window(top, left, *size))
            at = rows[here] - top, cols[here] - left
            taken = [
                Acquisitions(
                    one.source, one.dates, one.bands, one.units, one.values[:, at[0], at[1]]
                )
                for one in cube.sources
            ]  # values (time, pixel, band)
            series[here], clear[here] = self.preparation(taken, self.start)
        return series, clear

    def _profile(self, seen: list[Surroundings], winner: int) -> np.ndarray:
        """Σ over bands of |attribution| for a class, mean over pixels, by date of any source."""
        total = np.zeros(len(self.dates))
        place = {day: at for at, day in enumerate(self.dates)}
        for begin in range(0, len(seen), _AT_ONCE):
            told = attribute_many(
                self.explainer,
                seen[begin : begin + _AT_ONCE],
                Target(winner),
                self.method,
                self.samples,
                self.stop,
            )
            self.told[:] = [told.unit]
            for item in self.preparation.inputs:
                own = np.abs(item.take(told.values)).sum(axis=(0, 2))  # (time,)
                at = [place[day] for day in item.dates(self.start)]
                np.add.at(total, at, own)
        return total / len(seen)


def _training(explainer: AnyExplainer, method: str) -> np.ndarray | None:
    """Training series, read again for methods that need them."""
    if not ATTRIBUTION_METHODS[method].needs_samples:
        return None
    return known_samples(explainer.run).training_series()


def judge(
    profile: np.ndarray,
    name: str,
    label: LegendClass | None,
    predicted: LegendClass,
    pixels: int,
) -> Decision | None:
    """What a profile over dates says; ``None`` where every date counts nothing.

    Args:
        profile: Σ over bands of |attribution|, (date,).
        name: Of the parcel.
        label: What the reference says.
        predicted: The class that was explained.
        pixels: Behind the profile.
    """
    total = profile.sum()
    if not total > 0:
        return None
    order = np.argsort(-profile, kind="stable")
    shares = profile[order] / total
    half = int(np.searchsorted(np.cumsum(shares), _HALF - 1e-9)) + 1
    second = int(order[1]) if len(order) > 1 and shares[1] > 0 else None
    return Decision(
        name=name,
        label=label,
        predicted=predicted,
        date=int(order[0]),
        share=float(shares[0]),
        runner_up=second,
        runner_up_share=float(shares[1]) if second is not None else 0.0,
        half=half,
        pixels=pixels,
    )


__all__ = ["Decisions", "decide_dates", "judge"]
