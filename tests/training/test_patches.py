"""A network that sees surroundings, from imagery to map to explanation."""

import numpy as np
import pytest
import rasterio

from cropcore.confidence import softmax
from cropcore.errors import SettingError
from cropcore.explain import ATTRIBUTION_METHODS, Explainer, Question
from cropcore.explain.subject import pixel_subject
from cropcore.mapping.run_map import map_run
from cropcore.prediction import PatchPredictor, answers
from cropcore.samples import places
from cropcore.sources import SourceOptions
from cropcore.sources.region import open_region
from cropcore.training.exchange.packing import export_run
from cropcore.training.exchange.unpacking import import_run
from cropcore.training.gathering import read_again
from cropcore.training.measuring import evaluate_run
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.building import write_region
from tests.tables import write_table

BRIEF = {"epochs": 12, "patience": 12, "patch_size": 16, "batch_size": 64, "learning_rate": 0.01}
CHANGES = {
    "cnn3d": {"filters": 4, "dense_units": 8, "dropout": 0.1},
    "attention_unet3d": {"filters": 4, "levels": 2, "dense_units": 8},
}


def asked(region, architecture, **others):
    changes = {**BRIEF, **CHANGES[architecture], **others.pop("changes", {})}
    return make_request(str(region), architecture, changes=changes, baseline=False, **others)


def trained(folder, request):
    run = create_run(folder, request)
    train(run, lambda stage, row: None, lambda: False)
    return run


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return write_region(tmp_path_factory.mktemp("patches") / "region", clouds=0.1)


@pytest.fixture(scope="module", params=list(CHANGES))
def run(request, region, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / request.param
    return trained(folder, asked(region, request.param))


@pytest.fixture(scope="module")
def place(region):
    return open_region(region, SourceOptions())


def test_learns_from_a_split_by_parcel(run):
    metrics = run.read_json("metrics.json")
    assert metrics["macro_f1"] > 0.8
    split = np.genfromtxt(run.folder / "split.csv", delimiter=",", names=True, dtype=None)
    assert len(split) == sum(run.record.models["final"].samples.values())
    rows = run.read_text("history.csv").splitlines()
    assert len(rows) == 1 + run.record.models["final"].epochs


def test_same_seed_same_run(run, region, tmp_path):
    again = trained(tmp_path / "again", asked(region, run.record.request.architecture))
    np.testing.assert_array_equal(again.tested().probabilities, run.tested().probabilities)


def test_stored_run_measures_the_same(run):
    again = evaluate_run(run)
    stored = run.read_json("metrics.json")
    assert again["overall_accuracy"] == pytest.approx(stored["overall_accuracy"])
    assert again["confusion"] == stored["confusion"]


@pytest.mark.parametrize("block", [8, 64])
def test_map_shows_what_was_measured_however_it_is_cut(run, place, tmp_path, block):
    result = map_run(run, place, tmp_path / "map", block=block)
    with rasterio.open(result.probabilities) as raster:
        shown = raster.read().transpose(1, 2, 0) / 250.0
    tested = run.tested()
    rows, cols = places(tested.ids)
    np.testing.assert_allclose(shown[rows, cols], tested.probabilities, atol=0.003)


def test_pixel_in_its_surroundings_is_the_pixel_of_the_map(run, place):
    samples, _, splits = read_again(run)
    predictor = run.predictor()
    assert isinstance(predictor, PatchPredictor)
    test = splits["final"].test[::40]
    expected = softmax(answers(predictor, samples, test) / predictor.temperature)
    for row, col, probabilities in zip(*places(samples.ids[test]), expected, strict=True):
        subject = pixel_subject(run, place, row, col)
        np.testing.assert_allclose(subject.seen.probabilities(predictor), probabilities, atol=1e-5)


@pytest.mark.parametrize("method", list(ATTRIBUTION_METHODS))
def test_explanation_sums_over_the_surroundings(run, place, method):
    explainer = Explainer(run)
    subject = pixel_subject(run, place, 9, 11)
    n_dates, n_bands = subject.seen.series.shape
    known = subject.seen.values.reshape(n_dates, -1, n_bands)[:, ::9].swapaxes(0, 1)
    found = explainer.explain(subject.seen, subject.start, Question(method, samples=known))
    values = found.attribution.values[0]
    assert values.shape == subject.seen.values.shape
    assert np.abs(values).max() > 0
    np.testing.assert_allclose(found.values, values.sum(axis=(1, 2)), rtol=1e-5, atol=1e-6)
    assert found.predicted.name in [item.name for item in run.described.legend]
    if method == "integrated_gradients":
        assert found.attribution.residual[0] < 0.05


def test_handed_on_and_taken_in(run, tmp_path):
    export_run(run, tmp_path / "run.zip")
    arrived = import_run(tmp_path / "run.zip", tmp_path / "runs")
    assert Run(arrived.run.folder).read_json("metrics.json") == run.read_json("metrics.json")


def test_folds_late_fusion_and_balance_work_too(region, tmp_path):
    request = asked(region, "cnn3d", folds=2, fusion="late", changes={"balance": True, "epochs": 2})
    run = trained(tmp_path / "run", request)
    assert len(np.unique(run.tested().fold)) == 2
    assert run.described.preparation.fusion == "late"


def test_stopped_and_gone_on(region, tmp_path):
    run, rows = create_run(tmp_path / "run", asked(region, "cnn3d")), []
    assert train(run, lambda stage, row: rows.extend([row] if row else []), lambda: len(rows) >= 2)
    assert not train(Run(run.folder), lambda stage, row: None, lambda: False)
    assert run.record.models["final"].epochs == BRIEF["epochs"]


def test_a_table_is_refused_in_a_sentence(tmp_path):
    table = write_table(tmp_path / "samples.csv")
    with pytest.raises(SettingError, match="the data are a table"):
        trained(tmp_path / "run", asked(table, "cnn3d"))
