"""A forest on a network's features: fitted, stored, and truly asking the network."""

from datetime import date

import numpy as np
import pytest

from cropcore.errors import RunError, SettingError
from cropcore.explain import ATTRIBUTION_METHODS, Question, explainer_of
from cropcore.models.feature_forest import FeatureForest
from cropcore.prediction import Surroundings
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.exchange import export_run, import_run
from cropcore.training.files import load_forest, load_network, save_model
from cropcore.training.gathering import read_again
from cropcore.training.history import read_history
from cropcore.training.measuring import evaluate_run
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.conftest import train_table
from tests.zips import contents, refused, rewrite

SMALL = {
    "encoder.filters": 8,
    "encoder.dense_units": "16",
    "n_trees": 20,
    "epochs": 4,
    "batch_size": 16,
}


@pytest.fixture(scope="module")
def run(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "features"
    return train_table(folder, table, "feature_forest", changes=SMALL, baseline=False)


@pytest.fixture(scope="module")
def packed(run, tmp_path_factory):
    return export_run(run, tmp_path_factory.mktemp("zips") / "run.zip").path


def test_settings_reach_the_network_and_the_forest():
    described = FeatureForest(encoder="gru", size="quick", encoder_settings={"units": "12"})
    assert described.encoder_settings == {"units": 12}
    assert described.network.units == 12
    usual = FeatureForest().estimator(0)
    assert (usual.n_estimators, usual.min_samples_split) == (500, 4)
    with pytest.raises(SettingError, match="filterz"):
        FeatureForest.parse({"encoder_settings": {"filterz": 3}}, "feature_forest")


def test_both_parts_are_stored_and_measured_again(run):
    assert read_history(run.folder) is not None, "the network learnt as any does"
    metrics = run.read_json("metrics.json")
    assert metrics["macro_f1"] > 0.7
    assert evaluate_run(run)["confusion"] == metrics["confusion"]
    network = load_network(run.folder / "model.keras")
    forest = load_forest(run.folder / "model.skops")
    assert forest.n_features_in_ == network.get_layer("logits").input.shape[-1] == 16
    nodes = sum(tree.tree_.node_count for tree in forest.estimators_)
    assert run.record.models["final"].parameters == network.count_params() + nodes


def test_forest_asks_the_network(run, tmp_path):
    """The hybrid of the reference fits a forest and ignores the network it compiled."""
    samples, _, _ = read_again(run)
    before = run.predictor()(samples.series)
    arrived = import_run(export_run(run, tmp_path / "run.zip").path, tmp_path / "w").run
    network = load_network(arrived.folder / "model.keras")
    for layer in network.layers:
        if layer.name != "logits":
            layer.set_weights([-value for value in layer.get_weights()])
    save_model(arrived.folder, network)
    assert np.abs(arrived.predictor()(samples.series) - before).max() > 0.1
    network = load_network(run.folder / "model.keras")
    network.get_layer("logits").set_weights(
        [value * 0 for value in network.get_layer("logits").get_weights()]
    )
    save_model(arrived.folder, network)
    np.testing.assert_allclose(
        arrived.predictor()(samples.series), before, atol=1e-6
    )  # its classifier is not


def test_hiding_explains_it_for_want_of_gradients(run):
    explainer, (samples, *_) = explainer_of(run), read_again(run)
    assert explainer.methods == tuple(
        name for name in ATTRIBUTION_METHODS if name.startswith("occlusion")
    )
    seen, start = Surroundings.alone(samples.series[0]), date(2021, 3, 1)
    found = explainer.explain(seen, start, Question())
    assert np.abs(found.values).max() > 0
    with pytest.raises(RunError, match="feature_forest: expected a network"):
        explainer.explain(seen, start, Question(method="saliency"))


def test_handed_on_and_taken_in(run, packed, tmp_path):
    assert {"model.keras", "model.skops", "history.csv"} <= set(contents(packed))
    arrived = import_run(packed, tmp_path / "w").run
    samples, _, _ = read_again(run)
    np.testing.assert_array_equal(
        arrived.predictor()(samples.series), run.predictor()(samples.series)
    )


def test_parts_that_do_not_fit_are_refused(packed, table_run, forest_run, tmp_path):
    net = contents(export_run(table_run, tmp_path / "net.zip").path)["model.keras"]
    trees = contents(export_run(forest_run, tmp_path / "trees.zip").path)["model.skops"]
    for changes in ({"model.skops": trees}, {"model.skops": None}, {"model.keras": None}):
        path = rewrite(packed, tmp_path / "bad.zip", changes)
        refused(path, tmp_path / "w", r"trees of 54 features|model in model|lists")
    path = rewrite(packed, tmp_path / "other.zip", {"model.keras": net, "model.skops": trees})
    refused(path, tmp_path / "w", "trees of 54 features")


def test_stands_in_an_ensemble(run, table_run, tmp_path):
    found = build_ensemble([run, table_run], tmp_path / "both", "weighted")
    assert evaluate_run(found)["confusion"] == found.read_json("metrics.json")["confusion"]


def test_stopped_network_keeps_its_best_weights(table, tmp_path):
    request = make_request(str(table), "feature_forest", changes=SMALL, baseline=False)
    run, rows = create_run(tmp_path / "run", request), []
    assert train(run, lambda stage, row: rows.extend([row] if row else []), lambda: len(rows) >= 2)
    assert not run.record.models["final"].complete
    assert run.predictor() is not None
    assert not train(Run(run.folder), lambda stage, row: None, lambda: False)
    assert run.record.models["final"].epochs == 4


def test_folds_and_late_fusion_work_too(tmp_path):
    from tests.building import write_region

    region = write_region(tmp_path / "region")
    changes = {**SMALL, "epochs": 1, "batch_size": 128, "balance": True}
    request = make_request(
        str(region), "feature_forest", changes=changes, folds=2, fusion="late", baseline=False
    )
    run = create_run(tmp_path / "run", request)
    train(run, lambda stage, row: None, lambda: False)
    assert len(np.unique(run.tested().fold)) == 2
    forest = load_forest(run.folder / "model.skops")
    assert forest.n_features_in_ == 32, "features of both sources"
