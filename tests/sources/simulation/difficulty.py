"""How hard the bundled region is for a random forest, and how much a leaky split flatters it.

``python -m tests.sources.simulation.difficulty`` prints the table for 1,000 samples a class.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from cropcore.accuracy.assessment import macro_f1
from cropcore.bands import BANDS
from cropcore.samples import collect, fit_preparation
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.sources.simulation import MAIN
from cropcore.workspace import sample_data

FOLDS = 5
OPTICAL, RADAR = ("reflectance",), ("dB",)
LATER = 366


@dataclass(frozen=True)
class Case:
    """What a forest is shown, and how its samples are split."""

    name: str
    units: tuple[str, ...]
    until: int = LATER  # day of the year
    by_parcel: bool = True


CASES = (
    Case("Sentinel-2 and -1", OPTICAL + RADAR),
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


def collect_series(per_class: int) -> Series:
    region = open_region(sample_data() / "regions" / MAIN.name, SourceOptions())
    preparation = fit_preparation(region)
    samples = collect(region, preparation, limit=per_class, seed=0)
    calendar = preparation.calendar
    days = MAIN.start.timetuple().tm_yday + np.arange(calendar.n_dates) * calendar.period
    units = np.array([BANDS[name].unit for name in preparation.bands])
    return Series(samples.series, samples.codes, samples.groups, units, days)


def score(series: Series, case: Case, trees: int) -> float:
    """Macro-F1 over all samples, each answered by a forest that did not learn from it."""
    seen = series.values[:, series.days <= case.until][:, :, np.isin(series.units, case.units)]
    values = seen.reshape(len(series.codes), -1)
    splitter = (StratifiedGroupKFold if case.by_parcel else StratifiedKFold)(
        FOLDS, shuffle=True, random_state=0
    )
    groups = series.parcels if case.by_parcel else None
    predicted = np.zeros_like(series.codes)
    for train, test in splitter.split(values, series.codes, groups):
        forest = RandomForestClassifier(trees, n_jobs=-1, random_state=0)
        predicted[test] = forest.fit(values[train], series.codes[train]).predict(values[test])
    return macro_f1(series.codes, predicted)


def measure(per_class: int, trees: int) -> Iterator[tuple[str, float]]:
    series = collect_series(per_class)
    for case in CASES:
        yield case.name, score(series, case, trees)


if __name__ == "__main__":
    for name, found in measure(per_class=1_000, trees=100):
        print(f"{name:32s}{found:.3f}", flush=True)
