"""How hard the bundled region is for a random forest, and how much a leaky split flatters it.

``python -m tests.sources.simulation.difficulty`` prints the table for 1,000 samples a class, and
which classes are taken for which.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from cropcore.accuracy import confusion_matrix
from cropcore.accuracy.assessment import macro_f1
from cropcore.bands import BANDS
from cropcore.samples import collect, fit_preparation
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.simulation import LEGEND, MAIN
from cropcore.workspace import sample_data

FOLDS = 5
OPTICAL, RADAR = ("reflectance",), ("dB",)
LATER = 366
SHOWN = 10
"""Confusions that are printed."""


@dataclass(frozen=True)
class Case:
    """What a forest is shown, and how its samples are split."""

    name: str
    units: tuple[str, ...]
    until: int = LATER  # day of the year
    by_parcel: bool = True


BOTH = Case("Sentinel-2 and -1", OPTICAL + RADAR)
CASES = (
    BOTH,
    Case("Sentinel-2 only", OPTICAL),
    Case("Sentinel-1 only", RADAR),
    Case("both, to day 150", OPTICAL + RADAR, until=150),
    Case("both, leaky: pixels at random", OPTICAL + RADAR, by_parcel=False),
)


@dataclass(frozen=True)
class Series:
    """What there is to learn from."""

    values: np.ndarray  # (sample, date, band)
    codes: np.ndarray
    parcels: np.ndarray
    units: np.ndarray  # (band,)
    days: np.ndarray  # of the year, (date,)


@dataclass(frozen=True)
class Answers:
    """What forests say of samples they did not learn from."""

    codes: np.ndarray
    predicted: np.ndarray
    fold: np.ndarray

    @property
    def folds(self) -> list[float]:
        """Macro-F1 of each fold."""
        parts = [self.fold == number for number in range(FOLDS)]
        return [macro_f1(self.codes[part], self.predicted[part]) for part in parts]

    @property
    def mean(self) -> float:
        return float(np.mean(self.folds))

    @property
    def spread(self) -> float:
        """Standard deviation between folds."""
        return float(np.std(self.folds, ddof=1))

    def confusions(self) -> list[tuple[str, str, float]]:
        """True class, the class it is taken for, and of which share; the largest first."""
        matrix = confusion_matrix(self.codes, self.predicted, LEGEND.codes)
        shares = matrix / matrix.sum(axis=1, keepdims=True)
        np.fill_diagonal(shares, 0)
        order = np.dstack(np.unravel_index(np.argsort(-shares, axis=None), shares.shape))[0]
        return [(LEGEND.names[i], LEGEND.names[j], float(shares[i, j])) for i, j in order]


def collect_series(per_class: int) -> Series:
    region = open_region(sample_data() / "regions" / MAIN.name, SourceOptions())
    preparation = fit_preparation(region)
    samples = collect(region, preparation, limit=per_class, seed=0)
    calendar = preparation.calendar
    days = MAIN.start.timetuple().tm_yday + np.arange(calendar.n_dates) * calendar.period
    units = np.array([BANDS[name].unit for name in preparation.bands])
    return Series(samples.series, samples.codes, samples.groups, units, days)


def ask(series: Series, case: Case, trees: int) -> Answers:
    """Let a forest answer each fold that did not learn from it."""
    seen = series.values[:, series.days <= case.until][:, :, np.isin(series.units, case.units)]
    values = seen.reshape(len(series.codes), -1)
    splitter = (StratifiedGroupKFold if case.by_parcel else StratifiedKFold)(
        FOLDS, shuffle=True, random_state=0
    )
    groups = series.parcels if case.by_parcel else None
    predicted, fold = np.zeros_like(series.codes), np.zeros_like(series.codes)
    for number, (train, test) in enumerate(splitter.split(values, series.codes, groups)):
        forest = RandomForestClassifier(trees, n_jobs=-1, random_state=0)
        predicted[test] = forest.fit(values[train], series.codes[train]).predict(values[test])
        fold[test] = number
    return Answers(series.codes, predicted, fold)


def measure(per_class: int, trees: int) -> Iterator[tuple[Case, Answers]]:
    series = collect_series(per_class)
    for case in CASES:
        yield case, ask(series, case, trees)


def line(case: Case, answers: Answers) -> str:
    folds = " ".join(f"{value:.3f}" for value in answers.folds)
    n = len(answers.codes)
    return f"{case.name:32s}{answers.mean:.3f} ± {answers.spread:.3f}   {folds}   n {n:,}"


if __name__ == "__main__":
    print(f"macro-F1 of a random forest, mean ± sd of {FOLDS} folds, each fold, samples")
    for case, answers in measure(per_class=1_000, trees=100):
        print(line(case, answers), flush=True)
        if case is BOTH:
            told = answers.confusions()[:SHOWN]
    for true, taken, share in told:
        print(f"{true} taken for {taken}: {share:.1%}")
