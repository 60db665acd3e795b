"""Does attribution name the dates that count? ``python -m tests.explain.dates_dropped [RUN…]``.

On the bundled region, for each bundled run: the dates ranked by their mean |attribution| against
the loss in macro-F1 when all acquisitions of one date are hidden, as a cloud over the whole region
would, and the run's own preparation fills the gap. Both on test samples, none of which the model
learnt from. The correlation is Spearman's, its interval a bootstrap over parcels. Simulated data.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from scipy.stats import ConstantInputWarning, spearmanr

from cropcore.accuracy import confusion_matrix
from cropcore.accuracy.statistics import mean_f1
from cropcore.cube import Acquisitions
from cropcore.explain import AnyExplainer, explainer_of
from cropcore.explain.attribution import Target
from cropcore.explain.by_class.asking import attribute_many, seen_by
from cropcore.explain.by_class.choosing import held_out
from cropcore.explain.known import Known, known_samples
from cropcore.mapping.run_map import season_of
from cropcore.prediction import AnyPredictor, PatchPredictor
from cropcore.samples import Scene, places
from cropcore.sources import SourceOptions
from cropcore.sources.region import RegionFolder, open_region
from cropcore.training.run import Run, open_run

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
REGION = SAMPLE_DATA / "regions" / "champagne_simulated"
REPEATS = 1000
"""Resamplings of the parcels."""
MOST = {"pixel": 100, "slow": 20}
"""Samples of a class that are explained; ``slow``: forests, and runs that see surroundings."""


def answers_without(
    predictor: AnyPredictor, run: Run, region: RegionFolder, rows: np.ndarray, cols: np.ndarray
) -> np.ndarray:
    """Classes given to pixels when nothing is hidden, and then each date in turn.

    Returns:
        Positions in the legend, int (1 + date, pixel).
    """
    preparation = run.described.preparation
    start = season_of(preparation, region)
    cube = region.read(region.grid.whole)
    patches = isinstance(predictor, PatchPredictor)
    shape = (region.grid.height, region.grid.width)
    sources = cube.sources
    if not patches:
        sources = tuple(replace(one, values=one.values[:, rows, cols]) for one in sources)
    found = []
    for hidden in (-1, *range(len(preparation.dates(start)))):
        series, _ = preparation([_without(one, run, start, hidden) for one in sources], start)
        if isinstance(predictor, PatchPredictor):
            scene = Scene(series.reshape(*shape, *series.shape[1:]))
            logits = predictor.at(scene, rows, cols)
        else:
            logits = predictor.logits(series)
        found.append(logits.argmax(axis=1))
    return np.stack(found)


def _without(item: Acquisitions, run: Run, start: date, hidden: int) -> Acquisitions:
    """A source without what it saw on one regular date."""
    at = run.described.preparation.calendar.positions(item.dates, start)
    values = item.values.copy()
    values[(at == hidden) & (at >= 0)] = np.nan
    return replace(item, values=values)


def profiles(
    explainer: AnyExplainer, known: Known, predictor: AnyPredictor, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Σ over bands of |attribution| of test samples, (sample, date), and their positions."""
    held = held_out(predictor, known)
    if held.split != "test":
        sys.exit("the run kept no test samples")
    found, positions = [], []
    for place, code in enumerate(known.legend.codes):
        chosen = held.right[code][:most]
        if len(chosen):
            seen = seen_by(explainer.predictor, known.samples, chosen)
            told = attribute_many(explainer, seen, Target(place), explainer.default_method)
            found.append(np.abs(told.values).sum(axis=2))
            positions.append(chosen)
    return np.concatenate(found), np.concatenate(positions)


def correlate(importance: np.ndarray, loss: np.ndarray) -> float:
    """Spearman's; NaN where one of both is constant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantInputWarning)
        return float(spearmanr(importance, loss).statistic)


def measure(run: Run, region: RegionFolder) -> str:
    """A run in one line."""
    known, explainer, predictor = known_samples(run), explainer_of(run), run.predictor()
    name, test = run.record.request.architecture, known.split.test
    slow = isinstance(predictor, PatchPredictor) or name == "random_forest"
    told, explained = profiles(explainer, known, predictor, MOST["slow" if slow else "pixel"])
    given = answers_without(predictor, run, region, *places(known.samples.ids[test]))
    codes = np.asarray(known.legend.codes)
    truth = np.searchsorted(codes, known.samples.codes)
    parcels, owner = np.unique(known.samples.groups[test], return_inverse=True)
    owner_told = np.searchsorted(parcels, known.samples.groups[explained])
    n_classes = len(codes)
    matrices = np.stack(
        [
            [
                confusion_matrix(truth[test][owner == at], row[owner == at], range(n_classes))
                for at in range(len(parcels))
            ]
            for row in given
        ]
    )  # fmt: skip  (date, parcel, class, class)

    def both(times: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Importance and loss of each date with every parcel so many times, and the macro-F1."""
        scores = mean_f1(np.tensordot(matrices, times, axes=(1, 0)))  # (1 + date,)
        weight = times[owner_told].astype(float)
        importance = np.zeros(told.shape[1])
        for place in range(n_classes):
            own = truth[explained] == place
            if weight[own].any():
                importance += np.average(told[own], axis=0, weights=weight[own])
        return importance, scores[0] - scores[1:], float(scores[0])

    importance, loss, score = both(np.ones(len(parcels), np.int64))
    random = np.random.default_rng(0)
    drawn = random.multinomial(len(parcels), np.full(len(parcels), 1 / len(parcels)), REPEATS)
    spread = [correlate(*both(times)[:2]) for times in drawn]
    low, high = np.nanpercentile(spread, (2.5, 97.5))
    dates = run.described.preparation.dates(season_of(run.described.preparation, region))
    return (
        f"{name:17} {explainer.default_method:20} rho {correlate(importance, loss):+.2f} "
        f"(95 %: {low:+.2f} to {high:+.2f}), {len(dates)} dates; macro-F1 {score:.3f}, "
        f"largest loss {loss.max():+.3f} on {dates[int(loss.argmax())]}, "
        f"largest attribution on {dates[int(importance.argmax())]}; "
        f"test split, {len(test)} samples of {len(parcels)} parcels, {len(explained)} explained; "
        "simulated"
    )


def main(names: Sequence[str] | None = None) -> int:
    """Print a line for each run."""
    runs = SAMPLE_DATA / "runs"
    there = sorted(path.name for path in runs.iterdir() if path.is_dir())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="RUN", help=", ".join(there))
    given = parser.parse_args(names)
    unknown = set(given.names) - set(there)
    if unknown:
        parser.error(f"no run {', '.join(sorted(unknown))}")
    region = open_region(REGION, SourceOptions())
    for name in given.names or there:
        print(measure(open_run(runs / name), region), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
