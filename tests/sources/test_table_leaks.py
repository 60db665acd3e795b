"""A column that gives the label away is refused by name; true bands never are."""

import numpy as np
import pandas as pd
import pytest

from cropcore.errors import TableError
from cropcore.sources import SourceOptions
from cropcore.sources.table import open_table
from cropcore.sources.table.leaks import gives_label_away

N_SAMPLES, N_DATES, N_CLASSES = 240, 6, 5
RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, N_CLASSES, N_SAMPLES)
BOUNDS = np.arange(N_SAMPLES + 1) * N_DATES
ALONE = np.arange(N_SAMPLES)
BLOCKS = RNG.integers(0, 30, N_SAMPLES)


def leaks(per_row, groups=ALONE):
    return gives_label_away(np.asarray(per_row, np.float64), BOUNDS, LABELS, groups)


def constant(per_sample):
    return np.repeat(per_sample, N_DATES)


LEAKS = {
    "the code": constant(LABELS * 100.0 + 7),
    "a finer code": constant(LABELS * 10.0 + RNG.integers(0, 4, N_SAMPLES)),
    "a coarser code": constant(LABELS // 2),
    "a code with a few errors": constant(
        np.where(np.arange(N_SAMPLES) % 120 == 0, 9, LABELS).astype(float)
    ),
    "a code with gaps": np.where(RNG.random(N_SAMPLES * N_DATES) < 0.3, np.nan, constant(LABELS)),
    "a code in season only": constant(LABELS + 1.0) * np.tile([0, 0, 1, 1, 0, 0], N_SAMPLES),
    "a code that changes by date": constant(LABELS * 10.0) + np.tile(np.arange(N_DATES), N_SAMPLES),
}
TRUE = {
    "reflectance": RNG.random(N_SAMPLES * N_DATES),
    "a separable band": constant(LABELS * 1.0) + RNG.normal(0, 0.01, N_SAMPLES * N_DATES),
    "a coarse band": np.round(RNG.random(N_SAMPLES * N_DATES), 1),
    "altitude": constant(RNG.integers(0, 100, N_SAMPLES)),
    "a parcel's own altitude": constant(ALONE * 3.7),
    "a constant": np.ones(N_SAMPLES * N_DATES),
    "nothing": np.full(N_SAMPLES * N_DATES, np.nan),
    "a cloud flag": RNG.integers(0, 2, N_SAMPLES * N_DATES),
    "a rare flag": (RNG.random(N_SAMPLES * N_DATES) < 0.004) * 1.0,
    "the day": np.tile(np.arange(N_DATES) * 10.0, N_SAMPLES),
}


@pytest.mark.parametrize("groups", [ALONE, BLOCKS], ids=["alone", "blocks"])
@pytest.mark.parametrize("name", LEAKS)
def test_codes_are_found(name, groups):
    assert leaks(LEAKS[name], groups)


@pytest.mark.parametrize("groups", [ALONE, BLOCKS], ids=["alone", "blocks"])
@pytest.mark.parametrize("name", TRUE)
def test_measurements_are_not(name, groups):
    assert not leaks(TRUE[name], groups)


def test_what_is_the_same_within_a_parcel_only_names_the_parcel():
    parcel = np.repeat(np.arange(N_SAMPLES // 8), 8)
    labels = parcel % N_CLASSES
    altitude = np.repeat(parcel * 1.3, N_DATES)
    assert not gives_label_away(altitude, BOUNDS, labels, parcel)
    code = np.repeat(labels * 1.0, N_DATES)
    assert gives_label_away(code, BOUNDS, labels, parcel)


@pytest.mark.parametrize("share", [0.9, 0.97])
def test_a_common_class_hides_no_code(share):
    labels = (np.arange(N_SAMPLES) > share * N_SAMPLES).astype(int)
    assert gives_label_away(np.repeat(labels * 1.0, N_DATES), BOUNDS, labels, ALONE)
    other = np.repeat(RNG.permutation(labels) * 1.0, N_DATES)
    assert not gives_label_away(other, BOUNDS, labels, ALONE)


@pytest.mark.parametrize(
    ("column", "options"),
    [
        ("crop_code", SourceOptions(bands=("B04", "crop_code"))),
        ("ndvi", SourceOptions()),
        ("B08", SourceOptions(bands=("B08",))),
    ],
)
def test_the_column_is_named(tmp_path, column, options):
    table = pd.DataFrame(
        {
            "id": constant(ALONE),
            "label": np.array(["oats", "rye", "soy", "flax", "pea"])[constant(LABELS)],
            "date": np.tile(pd.date_range("2021-01-01", periods=N_DATES), N_SAMPLES),
            "B04": TRUE["reflectance"],
            column: LEAKS["a finer code"],
        }
    )
    table.to_parquet(tmp_path / "samples.parquet")
    message = f"column {column}: expected a measured band, but got a code that gives the label"
    with pytest.raises(TableError, match=message):
        open_table(tmp_path / "samples.parquet", options)
