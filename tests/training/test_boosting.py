"""Boosting beside the forest: fitted in parts, stored without pickle, vetted before it is asked."""

import io
import json
import zipfile

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from threadpoolctl import threadpool_limits

from cropcore.errors import CancelledError, RunError
from cropcore.explain import explainer_of
from cropcore.models.boosting import Boosting
from cropcore.prediction import trees_predictor
from cropcore.training.exchange import export_run, import_run
from cropcore.training.exchange.trees import check_trees
from cropcore.training.files import load_forest
from cropcore.training.growing import grow
from cropcore.training.measuring import evaluate_run
from cropcore.training.run import create_run
from tests.conftest import train_table
from tests.zips import contents, refused, rewrite

FEW = {"rounds": 8, "min_samples_leaf": 3}


@pytest.fixture(scope="module")
def run(table, tmp_path_factory):
    return train_table(tmp_path_factory.mktemp("runs") / "boosted", table, "boosting", changes=FEW)


@pytest.fixture(scope="module")
def packed(run, tmp_path_factory):
    return export_run(run, tmp_path_factory.mktemp("zips") / "run.zip").path


def made(n_classes=3, rounds=45):
    random = np.random.default_rng(0)
    truth = random.integers(0, n_classes, 120)
    features = random.normal(size=(120, 4)).astype(np.float32) + truth[:, None]
    features[random.random(features.shape) < 0.1] = np.nan
    fresh = Boosting(rounds=rounds, min_samples_leaf=3).estimator(1)
    return fresh, features, truth


def test_learns_is_measured_and_stands_beside_a_forest(run):
    metrics = run.read_json("metrics.json")
    assert metrics["macro_f1"] > 0.8
    assert metrics["baseline"]["architecture"] == "random_forest"
    assert evaluate_run(run)["confusion"] == metrics["confusion"]
    assert run.record.models["final"].parameters > 0
    assert explainer_of(run).default_method == "occlusion_cell"


def test_grown_in_parts_as_in_one_go():
    fresh, features, truth = made()
    with threadpool_limits(1, user_api="openmp"):
        whole = made()[0].fit(features, truth)
    parts = grow(fresh, features, truth, balance=False, check=lambda: None)
    np.testing.assert_array_equal(whole.predict_proba(features), parts.predict_proba(features))


def test_can_be_stopped_between():
    fresh, features, truth = made()
    calls = []

    def check():
        calls.append(0)
        if len(calls) > 1:
            raise CancelledError("x", expected="y", got="z", advice="w")

    with pytest.raises(CancelledError):
        grow(fresh, features, truth, balance=True, check=check)
    assert len(calls) == 2


@pytest.mark.parametrize("missing", [None, 1])
def test_class_it_was_never_shown_gets_next_to_nothing(missing):
    fresh, features, truth = made(rounds=5)
    kept = truth != missing
    grown = grow(fresh, features[kept], truth[kept], balance=False, check=lambda: None)
    probabilities = trees_predictor(grown, 3)(features)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    if missing is not None:
        assert probabilities[:, missing].max() < 1e-5
    assert trees_predictor(grown, 3)(features[:0]).shape == (0, 3)


def test_two_classes_and_missing_values():
    fresh, features, truth = made(2, rounds=5)
    grown = grow(fresh, features, truth, balance=True, check=lambda: None)
    check_trees(grown, "here")
    said = trees_predictor(grown, 2)(np.full((3, 4), np.nan, np.float32))
    assert np.isfinite(said).all()


def test_handed_on_and_taken_in(run, packed, tmp_path):
    arrived = import_run(packed, tmp_path / "w").run
    assert arrived.tested().probabilities.tolist() == run.tested().probabilities.tolist()
    assert "model.skops" in contents(packed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("left", 10**6),
        ("right", 0),
        ("feature_idx", 10**6),
        ("feature_idx", -1),
        ("is_categorical", 1),
    ],
)
def test_trees_that_lead_out_of_their_tables_are_refused(run, field, value):
    boosted = load_forest(run.folder / "model.skops")
    check_trees(boosted, "here")
    nodes = boosted._predictors[0][0].nodes
    assert nodes[0]["is_leaf"] == 0
    nodes[field][0] = value
    with pytest.raises(RunError, match="branches lead to leaves"):
        check_trees(boosted, "here")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda boosted: boosted.__dict__.update(_preprocessor=object()),
        lambda boosted: boosted._predictors[0].pop(),
        lambda boosted: boosted.__dict__.update(_baseline_prediction=np.zeros((1, 9))),
        lambda boosted: boosted._predictors[0].__setitem__(0, object()),
        lambda boosted: boosted._predictors[0][0].__dict__.update(
            nodes=np.zeros(0, PREDICTOR_RECORD_DTYPE)
        ),
        lambda boosted: boosted._predictors[0][0].__dict__.update(nodes=np.zeros(3)),
    ],
)
def test_more_than_trees_is_refused(run, spoil):
    boosted = load_forest(run.folder / "model.skops")
    spoil(boosted)
    with pytest.raises(RunError):
        check_trees(boosted, "here")


def test_forest_in_the_place_of_boosting_is_refused(packed, forest_run, tmp_path):
    other = contents(export_run(forest_run, tmp_path / "forest.zip").path)["model.skops"]
    path = rewrite(packed, tmp_path / "bad.zip", {"model.skops": other})
    refused(path, tmp_path / "w", "RandomForestClassifier, not a Gradient boosting")


def test_foreign_types_are_refused(packed, tmp_path):
    with zipfile.ZipFile(io.BytesIO(contents(packed)["model.skops"])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(files["schema.json"])
    schema["content"]["content"]["_preprocessor"] = {
        "__class__": "system", "__module__": "os", "__loader__": "FunctionNode", "content": "",
        "__id__": 1,
    }  # fmt: skip
    files["schema.json"] = json.dumps(schema).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    path = rewrite(packed, tmp_path / "bad.zip", {"model.skops": target.getvalue()})
    refused(path, tmp_path / "w", r"model\.skops")


def test_it_is_scikit_learns():
    assert isinstance(Boosting().estimator(0), HistGradientBoostingClassifier)
    assert not Boosting().estimator(0).early_stopping


def test_nothing_is_left_of_a_stopped_run(table, tmp_path):
    from cropcore.training.procedure import train
    from cropcore.training.record import make_request

    run = create_run(tmp_path / "run", make_request(str(table), "boosting", changes=FEW))
    with pytest.raises(CancelledError):
        train(run, lambda stage, row: None, lambda: True)
    assert not run.has_progress
