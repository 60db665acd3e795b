"""Each source on its own dates, from imagery to map to explanation."""

import csv
import io
import json

import numpy as np
import pytest
import rasterio

from cropcore.errors import RegionError, SettingError
from cropcore.explain import ATTRIBUTION_METHODS, Explainer, Question
from cropcore.explain.subject import pixel_subject
from cropcore.mapping.run_map import coverage_notes, map_run
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.exchange.model_card import model_card
from cropcore.training.figures import read_figures
from cropcore.training.gathering import read_samples
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import create_run, open_run
from tests.building import write_region
from tests.conftest import SMALL

CHANGES = {
    "cnn1d": {**SMALL, "epochs": 4},
    "lstm": {"units": 8, "n_layers": 1, "epochs": 4},
    "random_forest": {"n_trees": 20},
}


def trained(folder, region, architecture, **others):
    asked = make_request(
        str(region), architecture, changes=CHANGES[architecture], baseline=False, fusion="late",
        **others,
    )  # fmt: skip
    run = create_run(folder, asked)
    train(run, lambda stage, row: None, lambda: False)
    return run


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Sentinel-2 every 20 days, Sentinel-1 every 12."""
    return write_region(tmp_path_factory.mktemp("late") / "region", clouds=0.1)


@pytest.fixture(scope="module", params=list(CHANGES))
def run(request, region, tmp_path_factory):
    steps = {"steps": {"indices": "NDVI,VHVVR"}} if request.param == "cnn1d" else {}
    return trained(tmp_path_factory.mktemp("runs") / request.param, region, request.param, **steps)


def test_each_source_has_its_own_dates(run):
    preparation = open_run(run.folder).described.preparation
    s2, s1 = preparation.inputs
    assert run.record.request.fusion == preparation.fusion == "late"
    assert (s2.name, s2.calendar.period) == ("s2", 20)
    assert (s1.name, s1.calendar.period) == ("s1", 12)
    assert preparation.shape == (s1.calendar.n_dates, len(preparation.bands))
    assert s2.calendar.n_dates < s1.calendar.n_dates
    if preparation.steps.indices:
        assert (s2.bands[-1], s1.bands[-1]) == ("NDVI", "VHVVR")


def test_learns_and_predicts_the_same_after_loading(run):
    samples, data = read_samples(run.record.request, run.described.preparation)
    assert run.read_json("metrics.json")["macro_f1"] > 0.8
    x = samples.series[:20]
    padded = np.isnan(samples.series).all(axis=0)
    assert padded.any()
    other = x.copy()
    other[:, padded] = 1e6
    np.testing.assert_array_equal(run.predictor()(other), run.predictor()(x))
    overall, by_class = run.mean_series()
    assert overall.shape == by_class.shape[1:] == data.preparation.shape


def test_maps_what_it_predicts_and_says_the_dates(run, region, tmp_path):
    source = open_region(region, SourceOptions())
    result = map_run(run, source, tmp_path / "map", block=16)
    samples, data = read_samples(run.record.request, run.described.preparation)
    predicted = np.array(data.legend.codes)[run.predictor()(samples.series).argmax(axis=1)]
    rows, cols = np.array([name.split("_") for name in samples.ids], dtype=int).T
    with rasterio.open(result.class_map) as raster:
        np.testing.assert_array_equal(raster.read(1)[rows, cols], predicted)
    told = json.loads((tmp_path / "map" / "map.json").read_text())
    own = {item["name"]: item for item in told["inputs"]}
    assert set(own["s1"]["bands"]) >= {"VV", "VH"}
    assert own["s1"]["dates"][:2] == ["2021-03-01", "2021-03-13"]
    assert own["s2"]["dates"][:2] == ["2021-03-01", "2021-03-21"]
    assert told["dates"] == sorted({*own["s1"]["dates"], *own["s2"]["dates"]})
    assert set(told["bands"]) == {band for item in own.values() for band in item["bands"]}


def test_sparse_source_is_said_of_its_own_dates(run, tmp_path):
    few = open_region(write_region(tmp_path / "few", size=(20, 20), n_dates=4), SourceOptions())
    (note,) = coverage_notes(run, few)
    n_dates = run.described.preparation.inputs[1].calendar.n_dates
    assert note.startswith(f"s1 saw 4 of the model's {n_dates} dates")


def test_region_without_one_source_is_refused(run, tmp_path):
    other = open_region(write_region(tmp_path / "optical", sources=("s2",)), SourceOptions())
    with pytest.raises((RegionError, ValueError), match="the bands VV, VH"):
        map_run(run, other, tmp_path / "map")


@pytest.mark.parametrize("run", ["cnn1d", "lstm"], indirect=True)
@pytest.mark.parametrize("method", list(ATTRIBUTION_METHODS))
def test_each_band_is_explained_on_its_own_dates(run, region, method):
    explainer = Explainer(run)
    subject = pixel_subject(run, open_region(region, SourceOptions()), 9, 11)
    known = explainer.class_means + 0.01
    found = explainer.explain(subject.seen, subject.start, Question(method, samples=known))
    padded = np.isnan(subject.seen.series)
    assert padded.any()
    assert (found.attribution.values[0][padded] == 0).all()
    assert found.values.sum() == pytest.approx(found.attribution.values.sum(), rel=1e-4)
    assert {part.name: part.dates[1].isoformat() for part in found.parts} == {
        "s2": "2021-03-21", "s1": "2021-03-13",
    }  # fmt: skip
    told = found.to_json()
    assert told["dates"] == sorted({day for part in told["inputs"] for day in part["dates"]})
    for part in told["inputs"]:
        columns = [told["bands"].index(band) for band in part["bands"]]
        for at, day in enumerate(told["dates"]):
            row = [told["attribution"][at][column] for column in columns]
            here = day in part["dates"]
            own = part["attribution"][part["dates"].index(day)] if here else [0] * len(row)
            assert row == own
            assert here or [told["series"][at][column] for column in columns] == [None] * len(row)
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert len(rows) == len(found.cells) == (~padded).sum()
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert {row["date"] for row in rows if row["band"] == "VV"} == set(told["inputs"][1]["dates"])
    (cell,) = found.strongest(1)
    assert abs(cell.attribution) == np.abs(found.values).max()
    assert any(cell.day in part.dates and cell.band in part.bands for part in found.parts)


def test_card_says_the_dates_of_each_source(run):
    figures = read_figures(run.read_json("metrics.json"), "metrics.json")
    n_dates = [item.calendar.n_dates for item in run.described.preparation.inputs]
    wanted = f"(late fusion): s2 {n_dates[0]}, every 20 days; s1 {n_dates[1]}, every 12 days, in a"
    assert wanted in model_card(run.record, figures)


def test_one_source_is_refused(tmp_path):
    region = write_region(tmp_path / "region", sources=("s2",))
    with pytest.raises(SettingError, match=r"late fusion: expected two sources .* got only s2"):
        trained(tmp_path / "run", region, "cnn1d")


def test_sources_may_have_any_name(tmp_path):
    """Names of sources are names of folders, and no layer could be called by these."""
    region = write_region(tmp_path / "region", toml=False, size=(20, 20))
    (region / "s2").rename(region / "哨兵 2-L2A")
    (region / "s1").rename(region / "哨兵 1_rtc")
    run = trained(tmp_path / "run", region, "cnn1d")
    names = {item.name for item in run.described.preparation.inputs}
    assert names == {"哨兵 2-L2A", "哨兵 1_rtc"}
    assert all(layer.name.isascii() for layer in run.predictor().model.layers)
