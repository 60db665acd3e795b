"""Every real table loads as it is, and says the same in the other shapes that people exchange."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from cropcore.samples import collect, fit_preparation
from cropcore.sources import SourceOptions, check_source, open_source
from cropcore.training.gathering import read_samples
from cropcore.training.record import make_request


@pytest.fixture(scope="module")
def mato_grosso(real_data):
    return real_data / "matogrosso_modis_9classes" / "timeseries.parquet"


@pytest.fixture(scope="module")
def france(real_data):
    return real_data / "worldcereal_fra2022_monthly" / "timeseries.parquet"


def pivoted(table, bands, fixed, name):
    """One row a sample, a column a band and date named by ``name(band, step, day)``."""
    days = {day: step for step, day in enumerate(sorted(table["date"].unique()))}
    wide = table.groupby("id", sort=True)[fixed].first()
    for band in bands:
        values = table.pivot(index="id", columns="date", values=band)
        for day, step in days.items():
            wide[name(band, step, pd.Timestamp(day))] = values[day]
    return wide.reset_index()


def values(source, band):
    """Series of a band by sample name."""
    preparation = fit_preparation(source)
    samples = collect(source, preparation)
    at = preparation.bands.index(band)
    return {str(name): row[:, at] for name, row in zip(samples.ids, samples.series, strict=True)}


def assert_same(here, there, band, *, atol=1e-6):
    one, other = values(here, band), values(there, band)
    assert one.keys() == other.keys()
    for name, row in one.items():
        np.testing.assert_allclose(row, other[name], atol=atol)


def test_every_table_like_file_is_read_or_refused_in_a_sentence(real_data):
    found = sorted(path for path in real_data.rglob("*") if path.suffix in (".csv", ".parquet"))
    reports = {
        str(path.relative_to(real_data)): check_source(path, SourceOptions()) for path in found
    }
    for name, report in reports.items():
        print(f"\n{name}: {'ok' if report.ok else report.errors[0]}")
        assert report.ok == name.endswith("timeseries.parquet")
        assert all("\n" not in text for text in report.errors)


def test_mato_grosso_is_known_to_be_confounded(mato_grosso):
    _, data = read_samples(make_request(str(mato_grosso), "cnn1d"))
    report = check_source(mato_grosso, SourceOptions())
    for notes in (data.notes, report.warnings):
        (season,) = [note for note in notes if "one season only" in note]
        assert "Soy_Fallow (2006)" in season
        assert "Fallow_Cotton (2014)" in season
        assert "Cerrado" not in season
        (place,) = [note for note in notes if "one cell" in note]
        assert "Forest (near" in place
        assert "Soy_Fallow (near" in place


def test_mato_grosso_as_sits_exports_it(mato_grosso, tmp_path):
    table = pd.read_parquet(mato_grosso)
    table["step"] = table.groupby("id").cumcount() + 1
    of_sample = table.groupby("id").agg(
        longitude=("lon", "first"), latitude=("lat", "first"), start_date=("date", "min"),
        end_date=("date", "max"), label=("label", "first"),
    )  # fmt: skip
    wide = of_sample.copy()
    for band in ("ndvi", "nir"):
        series = table.pivot(index="id", columns="step", values=band)
        wide[[f"{band.upper()}{step}" for step in series]] = series
    wide.reset_index().to_csv(tmp_path / "wide.csv", index=False)
    here = open_source(mato_grosso, SourceOptions(bands=("ndvi", "nir")))
    there = open_source(tmp_path / "wide.csv", SourceOptions())
    assert there.notes[0] == "Read as a wide table of sits."
    assert_same(here, there, "ndvi")
    long = table.merge(of_sample.reset_index()[["id", "end_date"]], on="id")
    long = long.rename(columns={"lon": "longitude", "lat": "latitude", "date": "Index"})
    long = long[["longitude", "latitude", "start_date", "end_date", "label", "Index", "ndvi"]]
    long.to_parquet(tmp_path / "long.parquet")
    other = open_source(tmp_path / "long.parquet", SourceOptions())
    assert other.notes[0] == "Read as a long table of sits."
    assert len(other.ids) == len(here.ids)
    mine, theirs = (
        np.sort(np.stack([*values(item, "ndvi").values()]), axis=0) for item in (here, other)
    )
    np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_france_in_wide_shapes(france, tmp_path):
    table = pd.read_parquet(france)
    bands, fixed = ["B04", "B08"], ["lat", "lon", "label_group"]
    here = open_source(france, SourceOptions(label="label_group", bands=("B04", "B08")))
    plain = pivoted(table, bands, fixed, lambda band, step, day: f"{band}_{day:%Y%m%d}")
    plain.to_csv(tmp_path / "wide.csv", index=False)
    options = SourceOptions(label="label_group")
    assert_same(here, open_source(tmp_path / "wide.csv", options), "B08")
    ours = pivoted(
        table.fillna({"B04": 65535, "B08": 65535}), bands, fixed,
        lambda band, step, day: f"OPTICAL-{band}-ts{step}-10m",
    )  # fmt: skip
    ours = ours.assign(start_date="2021-09-01", end_date="2023-01-01", available_timesteps=17)
    ours.to_parquet(tmp_path / "worldcereal.parquet")
    there = open_source(tmp_path / "worldcereal.parquet", options)
    assert there.notes[0] == "Read as a WorldCereal wide table."
    assert_same(here, there, "B04")


def test_imported_tables_are_the_same(mato_grosso, france, tmp_path):
    for path, more in ((mato_grosso, ["--block", "0.02"]), (france, ["--label", "label_group"])):
        out = tmp_path / f"{path.parent.name}.parquet"
        done = subprocess.run(
            [sys.executable, "-m", "cropcore", "region", "import", "table", path,
             "--out", out, "--json", *more],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        options = SourceOptions(
            label="label_group" if "--label" in more else None,
            block=0.02 if "--block" in more else None,
        )
        here, there = open_source(path, options), open_source(out, SourceOptions())
        assert json.loads(done.stdout)["samples"] == len(here.ids)
        preparation = fit_preparation(here)
        assert fit_preparation(there) == preparation
        one, other = collect(here, preparation), collect(there, preparation)
        np.testing.assert_array_equal(one.series, other.series)
        for field in ("codes", "ids", "groups"):
            np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
