"""The labelled samples that a run knows: what it learnt from, and what it was held against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import numpy as np

from cropcore.cube import SideBySide
from cropcore.legend import Legend
from cropcore.samples import Samples, Split, prepare_scene
from cropcore.sources import open_source
from cropcore.training import Run
from cropcore.training.ensembles.testing import read_split
from cropcore.training.gathering import read_again
from cropcore.training.locating import locate
from cropcore.training.run import FINAL
from cropcore.workspace import workspace

_ENOUGH = 20_000
"""Samples of a class whose quartiles are taken, at most."""


@dataclass(frozen=True, eq=False)
class Known:
    """Labelled samples, and what each of them was for."""

    samples: Samples
    split: Split
    """Positions of those that the final model learnt from, was validated and tested on."""
    legend: Legend

    def training(self, most: int, seed: int = 0) -> np.ndarray:
        """Positions of training samples, every class with its share, ascending, int64.

        Args:
            most: Samples at most, but for one of each class.
            seed: Same seed, same samples.
        """
        return stratified(self.samples.codes, self.split.train, most, seed)

    def training_series(self, most: int = 512, seed: int = 0) -> np.ndarray:
        """Series of training samples, every class with its share, float32 (sample, time, band).

        Args:
            most: Samples at most, but for one of each class.
            seed: Same seed, same samples.
        """
        return np.asarray(self.samples.series[self.training(most, seed)])

    def quartiles(self, code: int) -> np.ndarray:
        """Lower quartile, median and upper quartile of a class's training series.

        Args:
            code: Of the class, in the legend.

        Returns:
            float32 (3, time, band); NaN where no training sample of the class has a value.
        """
        own = self.split.train[self.samples.codes[self.split.train] == code]
        if len(own) > _ENOUGH:
            own = stratified(self.samples.codes, own, _ENOUGH, 0)
        series = np.asarray(self.samples.series[own])  # (sample, time, band)
        seen = np.isfinite(series).any(axis=0)  # (time, band)
        found = np.full((3, *seen.shape), np.nan, np.float32)
        if seen.any():
            found[:, seen] = np.nanpercentile(series[:, seen], (25, 50, 75), axis=0)
        return found


def stratified(codes: np.ndarray, positions: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Some of the positions, every class with its share and one sample at least, ascending.

    Args:
        codes: Class of every sample.
        positions: Of the samples to choose from.
        most: Samples at most, but for one of each class.
        seed: Same seed, same samples.
    """
    if len(positions) <= most:
        return np.sort(positions)
    drawn = np.random.default_rng(seed).permutation(positions)
    classes, place, counts = np.unique(codes[drawn], return_inverse=True, return_counts=True)
    shares = np.maximum(np.floor(counts * (most / len(positions))).astype(np.int64), 1)
    chosen = [drawn[place == at][: shares[at]] for at in range(len(classes))]
    return np.sort(np.concatenate(chosen))


def known_samples(run: Run, folder: Path | None = None) -> Known:
    """Read the samples of a run again; a few thousand take about a second.

    Those of an ensemble are the ones its members share, each used as the ensemble's own
    ``split.csv`` says.

    Args:
        run: A finished run; its data are where they were, or in the workspace by name.
        folder: The workspace, if not the usual one.

    Raises:
        RunError: Its data are not those it learnt from any more.
        InputError: They cannot be read any more.
    """
    if not run.members:
        samples, data, splits = read_again(run, folder)
        return Known(samples, splits[FINAL], data.legend)
    samples = _shared(run, folder)
    sets = {row["id"]: row["set"] for row in read_split(run)}
    used = np.array([sets.get(name, "") for name in samples.ids.tolist()])
    at = (np.flatnonzero(used == name) for name in ("train", "validation", "test"))
    return Known(samples, Split(*at), run.described.legend)


def _shared(run: Run, folder: Path | None) -> Samples:
    """The samples that members of every preparation read, prepared for the whole ensemble."""
    whole = run.described.preparation
    members = {member.described.preparation: member for member in run.members}  # the last of each
    read = {own: read_again(member, folder)[0] for own, member in members.items()}
    ids = reduce(np.intersect1d, (samples.ids for samples in read.values()))
    found = {own: _named(samples, ids) for own, samples in read.items()}
    first = next(iter(found.values()))
    series = first.series
    if isinstance(whole, SideBySide):
        series = np.full((len(ids), *whole.shape), np.nan, np.float32)
        for own, samples in found.items():
            n_dates, columns = whole.place_of(own)
            series[:, :n_dates, columns] = samples.series
    scene = None
    if any(member.record.request.described().sample == "patch" for member in run.members):
        request = locate(run.record.request, workspace(folder))
        scene = prepare_scene(open_source(Path(request.region), request.options), whole)
    return replace(first, series=series, scene=scene)


def _named(samples: Samples, ids: np.ndarray) -> Samples:
    """Those of some samples that have these names, in their order."""
    order = np.argsort(samples.ids)
    return samples.take(order[np.searchsorted(samples.ids, ids, sorter=order)])


__all__ = ["Known", "known_samples", "stratified"]
