"""The labelled samples that a run knows: what it learnt from, and what it was held against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cropcore.legend import Legend
from cropcore.samples import Samples, Split
from cropcore.training import Run
from cropcore.training.gathering import read_again
from cropcore.training.run import FINAL

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
    """Read the samples of a run again; one small enough for memory takes about a second.

    Args:
        run: A finished run; its data are where they were, or in the workspace by name.
        folder: The workspace, if not the usual one.

    Raises:
        RunError: Its data are not those it learnt from any more.
        InputError: They cannot be read any more.
    """
    samples, data, splits = read_again(run, folder)
    return Known(samples, splits[FINAL], data.legend)


__all__ = ["Known", "known_samples", "stratified"]
