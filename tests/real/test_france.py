"""French parcels: Sentinel-1 and -2 series with declared crops, gaps, and codes that would leak."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def table(real_data):
    return real_data / "worldcereal_fra2022_monthly" / "timeseries.parquet"


def cropcore(*arguments):
    command = [sys.executable, "-m", "cropcore", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def train(table, out, *more):
    return cropcore(
        "train", table, "cnn1d", "--label", "label_group", "--block", "0.1", "--preset", "quick",
        "--set", "min_samples=10", "--out", out, "--json", *more,
    )  # fmt: skip


def test_trains_on_its_bands_and_nothing_else(table, tmp_path):
    done = train(table, tmp_path / "run")
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    assert len(metrics["per_class"]) == 11
    assert metrics["macro_f1"] < 0.7, "a code beside the label has leaked into the bands"
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    taken = [band for part in record["data"]["preparation"]["sources"] for band in part["bands"]]
    assert sorted(taken) == [
        "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B11", "B12", "VH", "VV",
    ]  # fmt: skip
    assert "ewoc_code" in done.stderr, "ignored columns are listed"


def test_nearly_half_the_optical_values_missing(table, tmp_path):
    """Every ten days, 46 % of the optical values missing, the numeric class code beside."""
    monthly = pd.read_parquet(table)
    parts = [monthly.assign(date=monthly["date"] + pd.Timedelta(days=days)) for days in (0, 10, 20)]
    dense = pd.concat(parts, ignore_index=True)
    optical = [column for column in dense.columns if column.startswith("B")]
    hidden = np.random.default_rng(0).random(len(dense)) < 0.46
    dense.loc[hidden, optical] = np.nan
    path = tmp_path / "dense.csv"
    dense.to_csv(path, index=False)
    done = train(path, tmp_path / "run")
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["data"]["preparation"]["calendar"]["period"] == 10


def test_class_code_as_band_is_refused_by_name(table, tmp_path):
    done = train(table, tmp_path / "run", "--bands", "B04,B08,ewoc_code")
    assert done.returncode == 2
    assert "ewoc_code" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()
