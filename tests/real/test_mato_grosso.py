"""Mato Grosso: field samples of nine classes over sixteen years, cross-validated by place.

On narrow blocks with the preset quick and half its epochs, on wide ones the forest alone, for time;
``python -m tests.real.architectures matogrosso OUT`` measures all with the standard one.
"""

import numpy as np
import pandas as pd
import pytest

from cropcore.sources import SourceOptions
from cropcore.training.gathering import read_samples
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run
from tests.conftest import unwatched


@pytest.fixture(scope="module")
def table(real_data):
    return real_data / "matogrosso_modis_9classes" / "timeseries.parquet"


def cross_validate(table, block, folder, architecture="cnn1d", **changes):
    request = make_request(
        str(table), architecture, preset="quick", changes=changes,
        options=SourceOptions(block=block), folds=5,
    )  # fmt: skip
    run = create_run(folder, request)
    train(run, lambda stage, row: None, lambda: False)
    metrics = run.read_json("metrics.json")
    print(
        f"\nMato Grosso, {architecture}, 5 folds on {block}° blocks, {metrics['n']} samples in "
        f"{metrics['test_groups']} groups: macro F1 {metrics['macro_f1']:.3f} "
        f"(fold sd {metrics['spread']['macro_f1']:.3f}), OA {metrics['overall_accuracy']:.3f} "
        f"(fold sd {metrics['spread']['overall_accuracy']:.3f}), ECE {metrics['ece']:.3f}"
    )
    return run, metrics


@pytest.fixture(scope="module")
def near(table, tmp_path_factory):
    with unwatched():
        return cross_validate(table, 0.02, tmp_path_factory.mktemp("runs") / "near", epochs=16)


def test_near_blocks(near):
    _, metrics = near
    assert metrics["n"] == 2115
    assert metrics["test_groups"] == 1091
    assert metrics["macro_f1"] >= 0.88
    assert metrics["overall_accuracy"] >= 0.91
    assert metrics["baseline"]["macro_f1"] == pytest.approx(0.872, abs=0.02)


def test_wide_blocks_are_harder(near, table, tmp_path):
    _, wide = cross_validate(table, 0.5, tmp_path / "run", "random_forest", n_trees=100)
    assert wide["test_groups"] == 98
    assert wide["macro_f1"] == pytest.approx(0.582, abs=0.03)
    assert wide["macro_f1"] < near[1]["baseline"]["macro_f1"] - 0.2


@pytest.mark.parametrize("years", [1, 4])
def test_shifting_all_years_changes_no_prediction(near, table, tmp_path, years):
    run, _ = near
    shifted = pd.read_parquet(table)
    shifted["date"] = shifted["date"] + pd.DateOffset(years=years)
    path = tmp_path / "shifted.parquet"
    shifted.to_parquet(path)
    request = run.record.request
    samples, _ = read_samples(request)
    moved, _ = read_samples(request.model_copy(update={"region": str(path)}))
    predict = run.predictor()
    order, other = np.argsort(samples.ids), np.argsort(moved.ids)
    np.testing.assert_array_equal(samples.ids[order], moved.ids[other])
    np.testing.assert_array_equal(predict(samples.series[order]), predict(moved.series[other]))
