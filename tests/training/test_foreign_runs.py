"""Well-packed runs that are not what they say: records, figures, networks, forests."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from cropcore.training.exchange import export_run, import_run
from tests.zips import changed_json, contents, npz, refused, rewrite, zipped


@pytest.fixture(scope="module")
def packed(table_run, tmp_path_factory):
    """The zip of a network's run."""
    return export_run(table_run, tmp_path_factory.mktemp("zips") / "run.zip").path


@pytest.fixture(scope="module")
def packed_forest(forest_run, tmp_path_factory):
    return export_run(forest_run, tmp_path_factory.mktemp("zips") / "forest.zip").path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda run: run.update(format=2), "format"),
        (lambda run: run.update(more=1), "more"),
        (lambda run: run.update(data=None), "description of their data"),
        (lambda run: run["models"].pop("final"), "come to a model"),
        (lambda run: run["models"].update({"../x": run["models"]["final"]}), "models named"),
        (lambda run: run["request"].update(region="/etc/passwd"), "name of a region"),
        (lambda run: run["request"].update(region="../x"), "name of a region"),
        (lambda run: run["request"]["options"].update(data="/etc"), "name of a region"),
        (lambda run: run["request"].update(architecture="os"), "expected one of cnn1d"),
        (lambda run: run["request"]["hyperparameters"].update(filters=10**9), "filters"),
        (lambda run: run["data"]["preparation"]["calendar"].update(month=13), "calendar|season"),
        (lambda run: run["data"]["preparation"]["calendar"].update(n_dates=10**9), "dates"),
        (lambda run: run["data"]["preparation"]["calendar"].update(period=1e300), "period"),
        (lambda run: run["data"]["preparation"].update(sources=[]), "each band"),
        (lambda run: run["data"]["legend"]["classes"][0].update(name="x"), "row for each class"),
        (lambda run: run["data"]["legend"]["classes"][0].update(name="x\x1by"), "printable"),
        (lambda run: run["data"].update(samples=91), "91 samples"),
        (lambda run: run["data"].update(label_origin="map product"), "agreement with a map"),
        (lambda run: run["models"]["final"].update(temperature=0), "temperature"),
        (lambda run: run["models"]["final"].update(mean=[0.0]), "mean and deviation"),
        (lambda run: run["models"]["final"].update(parameters=7), "7 weights"),
    ],
)
def test_records_that_cannot_be(packed, tmp_path, change, message):
    path = rewrite(packed, tmp_path / "bad.zip", changed_json(packed, "run.json", change))
    refused(path, tmp_path / "w", message)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("metrics.json", lambda some: some.update(macro_f1=1.5), "macro_f1"),
        ("metrics.json", lambda some: some.update(kappa="high"), "kappa"),
        ("metrics.json", lambda some: some.update(other=float("nan")), "finite"),
        ("metrics.json", lambda some: some.pop("ece"), "ece"),
        ("metrics.json", lambda some: some["per_class"][0].update(name="maize"), "class of the"),
        ("metrics.json", lambda some: some.update(measures="perfection"), "perfection"),
        ("state.json", lambda some: some.update(state="running"), "done or cancelled"),
        ("state.json", lambda some: some.update(state=[]), "done or cancelled"),
    ],
)
def test_figures_and_states_that_cannot_be(packed, tmp_path, name, change, message):
    path = rewrite(packed, tmp_path / "bad.zip", changed_json(packed, name, change))
    refused(path, tmp_path / "w", message)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("run.json", b"{", r"run\.json"),
        ("run.json", b"[" * 100_000, r"run\.json"),
        ("state.json", b"[]", r"state\.json"),
        ("metrics.json", b"\xff\xfe", r"metrics\.json"),
        ("split.csv", b"\xff", r"split\.csv"),
        ("split.csv", b"id,group,code,set,fold\na,b,9,test,0\n", "line 2"),
        ("split.csv", b"id,group,code,set,fold\na,b,1,exam,0\n", "line 2"),
        ("split.csv", b"id,group,code,set,fold\na,b,1,test,0\n", "90 samples"),
        ("mean_series.npz", b"nothing", "no zip"),
        ("model.keras", b"nothing", "no zip"),
        ("maps/x/classes.tif", b"<VRTDataset/>", "GeoTIFF"),
    ],
)
def test_files_that_are_something_else(packed, tmp_path, name, content, message):
    path = rewrite(packed, tmp_path / "bad.zip", {name: content})
    refused(path, tmp_path / "w", message)


def test_mean_series_of_another_shape_or_with_objects(packed, tmp_path):
    path = tmp_path / "bad.zip"
    zeros = np.zeros((18, 3), np.float32)
    for content in (
        npz(all=zeros, by_class=np.zeros((2, 18, 3))),
        npz(all=zeros),
        npz(all=np.array([{}]), by_class=np.array([{}])),
        zipped({"all.npy": b"x", "by_class.npy": b"y"}),
    ):
        rewrite(packed, path, {"mean_series.npz": content})
        refused(path, tmp_path / "w", r"mean_series\.npz")


def test_figures_that_do_not_follow_from_the_answers(packed, tmp_path):
    with zipfile.ZipFile(packed) as archive, archive.open("tested.npz") as file:
        arrays = dict(np.load(io.BytesIO(file.read())))
    arrays["reference"] = (arrays["reference"] + 1) % arrays["probabilities"].shape[1]
    path = rewrite(packed, tmp_path / "bad.zip", {"tested.npz": npz(**arrays)})
    refused(path, tmp_path / "w", r"tested\.npz.*as metrics\.json says")


def network(packed, change):
    """The packed network with another ``config.json``."""
    with zipfile.ZipFile(io.BytesIO(contents(packed)["model.keras"])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(files["config.json"])
    change(config)
    return zipped({**files, "config.json": json.dumps(config)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda config: config.update(module="os", class_name="system"), "'system' of 'os'"),
        (lambda config: config.update(module="keras.utils"), "keras.utils"),
        (lambda config: config["config"]["layers"][2].update(class_name="Lambda"), "'Lambda'"),
        (lambda config: config["config"]["layers"][2].update(class_name="TFSMLayer"), "TFSMLayer"),
        (
            lambda config: config["config"]["layers"][2]["config"].update(
                activation={"class_name": "__lambda__", "config": {"value": "x"}}
            ),
            "__lambda__",
        ),
        (lambda config: config["config"]["layers"][2]["config"].update(filters=10**9), "units"),
        (lambda config: config["config"]["layers"][2].update(class_name="Conv9D"), "model.keras"),
        (lambda config: config["config"]["layers"].pop(), "model.keras"),
        (lambda config: config["config"]["layers"][2].update(class_name=[]), "model.keras"),
        (
            lambda config: config["config"]["layers"][2].update(class_name="a\x1b[2Jb"),
            "model.keras",
        ),
        (lambda config: config.update(module={}, class_name={}), "model.keras"),
        (lambda config: config.clear(), "model.keras"),
    ],
)
def test_networks_that_are_something_else(packed, tmp_path, change, message):
    path = rewrite(packed, tmp_path / "bad.zip", {"model.keras": network(packed, change)})
    refused(path, tmp_path / "w", message)


def saved(model, tmp_path):
    model.save(tmp_path / "other.keras")
    return (tmp_path / "other.keras").read_bytes()


def test_real_lambda_layer_other_shape_and_broken_weights(packed, tmp_path):
    import keras

    taken = keras.Input((18, 3))
    flat = keras.layers.Flatten()(taken)
    logits = keras.layers.Dense(3)(flat)
    run_code = keras.layers.Lambda(lambda x: keras.ops.zeros_like(x))(logits)
    path, workspace = tmp_path / "bad.zip", tmp_path / "w"
    rewrite(packed, path, {"model.keras": saved(keras.Model(taken, run_code), tmp_path)})
    refused(path, workspace, "Lambda")
    more = keras.Model(taken, keras.layers.Dense(4)(flat))
    rewrite(packed, path, {"model.keras": saved(more, tmp_path)})
    refused(path, workspace, r"model\.keras.*4")
    other = keras.Model(taken, logits)
    rewrite(packed, path, {"model.keras": saved(other, tmp_path)})
    refused(path, workspace, "3,315 weights")
    with zipfile.ZipFile(io.BytesIO(contents(packed)["model.keras"])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for weights in (b"nothing", files["model.weights.h5"][:5000]):
        broken = zipped({**files, "model.weights.h5": weights})
        rewrite(packed, path, {"model.keras": broken})
        refused(path, workspace, r"model\.keras")


def test_forests_that_are_something_else(packed_forest, forest_run, tmp_path):
    import skops.io
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.preprocessing import StandardScaler

    path, workspace = tmp_path / "bad.zip", tmp_path / "w"

    def forest(n_features=54, classes=3):
        labels = np.arange(30) % classes
        series = np.random.default_rng(0).normal(0, 1, (30, n_features))
        return RandomForestClassifier(3, random_state=0).fit(series, labels)

    rewrite(packed_forest, path, {"model.skops": pickle.dumps(forest())})
    refused(path, workspace, "no zip")
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(StandardScaler())})
    refused(path, workspace, "'StandardScaler'")
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(forest(n_features=7))})
    refused(path, workspace, "trees of 7 features")
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(forest(classes=5))})
    refused(path, workspace, r"model\.skops")
    wild = forest()
    wild.estimators_[0].tree_.feature[0] = 1_000_000
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(wild)})
    refused(path, workspace, "broken tree")
    looping = forest()
    looping.estimators_[0].tree_.children_left[0] = 0
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(looping)})
    refused(path, workspace, "broken tree")
    rewrite(packed_forest, path, {"model.skops": skops.io.dumps(forest())})
    assert import_run(path, workspace).run.folder.is_dir()
