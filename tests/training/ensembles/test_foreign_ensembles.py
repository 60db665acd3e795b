"""Ensembles from elsewhere: every member is vetted like a run, and together they must fit."""

import io
import json
import zipfile

import numpy as np
import pytest

from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.exchange import export_run, import_run
from cropcore.training.exchange.manifest import is_known
from tests.conftest import train_table
from tests.tables import write_table
from tests.zips import changed_json, contents, npz, refused, rewrite


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("table") / "samples.csv", noise=0.5)


@pytest.fixture(scope="module")
def runs(noisy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return [
        train_table(
            folder / f"forest_{n_trees}",
            noisy,
            "random_forest",
            changes={"n_trees": n_trees, "min_samples_leaf": 12},
        )
        for n_trees in (3, 5)
    ]


@pytest.fixture(scope="module")
def packed(runs, tmp_path_factory):
    """The zip of an ensemble."""
    folder = tmp_path_factory.mktemp("ensemble")
    ensemble = build_ensemble(runs, folder / "both", "stacked")
    return export_run(ensemble, folder / "both.zip").path


def test_zip_holds_every_member(packed, tmp_path):
    names = set(contents(packed))
    own = {"run.json", "state.json", "metrics.json", "split.csv", "mean_series.npz", "tested.npz"}
    inside = own | {"model.skops"}
    members = {f"members/{number}/{name}" for number in (1, 2) for name in inside}
    assert names == own | members | {"MODEL_CARD.md", "manifest.json"}
    arrived = import_run(packed, tmp_path / "w").run
    assert "Rule: stacked" in arrived.read_text("MODEL_CARD.md")
    assert [run.record.name for run in arrived.members] == ["forest_3", "forest_5"]


def test_nothing_of_the_machine_is_told(packed, noisy):
    for name, data in contents(packed).items():
        assert str(noisy.parent).encode() not in data, name


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("run.json", lambda run: run.update(ensemble=None), "without its members"),
        ("run.json", lambda run: run["ensemble"]["members"].append("x"), "one weight for each"),
        ("run.json", lambda run: run["ensemble"].update(rule="mean"), "coefficients"),
        ("run.json", lambda run: run["ensemble"]["weights"].__setitem__(0, 0.9), "adding up to 1"),
        ("run.json", lambda run: run["ensemble"]["intercepts"].__setitem__(0, 9), "together"),
        (
            "run.json",
            lambda run: run["request"]["hyperparameters"].update(rule="mean"),
            "surroundings and rule",
        ),
        (
            "run.json",
            lambda run: run["request"]["hyperparameters"].update(reach=512),
            "surroundings and rule",
        ),
        (
            "run.json",
            lambda run: run["request"]["hyperparameters"].update(reach=10**9),
            "reach",
        ),
        ("run.json", lambda run: run["models"]["final"].update(parameters=1), "as many weights"),
        ("run.json", lambda run: run["models"]["final"].update(temperature=7.0), "together"),
        ("run.json", lambda run: run["request"].update(architecture="cnn1d"), "what is none|rule"),
        ("members/1/run.json", lambda run: run["request"].update(region="else"), "one region"),
        ("members/1/run.json", lambda run: run["models"].clear(), "come to a model"),
        ("members/2/run.json", lambda run: run.update(more=1), "more"),
        (
            "members/2/run.json",
            lambda run: run["data"]["preparation"]["calendar"].update(period=9.0),
            "other bands|one legend|together",
        ),
        ("members/2/state.json", lambda state: state.update(state="running"), "done or cancelled"),
        ("members/2/metrics.json", lambda some: some.update(n=3), "as metrics.json says"),
    ],
)
def test_what_does_not_fit_is_refused(packed, tmp_path, name, change, message):
    path = rewrite(packed, tmp_path / "bad.zip", changed_json(packed, name, change))
    refused(path, tmp_path / "w", message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"members/2/model.skops": None}, "model.skops"),
        ({"members/2/model.skops": b"nothing"}, "no zip"),
        ({"members/2/run.json": None}, "run.json"),
        ({"members/2/split.csv": b"id\n"}, "columns"),
        ({"members/3/run.json": b"{}"}, "2 members"),
    ],
)
def test_files_of_members_are_checked(packed, tmp_path, changes, message):
    path = rewrite(packed, tmp_path / "bad.zip", changes)
    refused(path, tmp_path / "w", message)


def test_ensemble_within_an_ensemble_is_refused(packed, tmp_path):
    files = contents(packed)
    inner = {
        name.replace("members/1/", "members/2/"): data
        for name, data in files.items()
        if name.startswith("members/1/")
    }
    inner["members/2/run.json"] = files["run.json"]
    path = rewrite(packed, tmp_path / "bad.zip", inner)
    refused(path, tmp_path / "w", "an ensemble within an ensemble")
    assert not is_known("members/1/members/1/run.json")


@pytest.mark.parametrize(
    "name",
    [
        "members/0/run.json",
        "members/100/run.json",
        "members/1/maps/x/classes.tif",
        "members/1/log.txt",
        "members/../run.json",
        "members/1",
        "members/1/manifest.json",
        "members/1/folds/1/run.json",
    ],
)
def test_only_files_of_members_are_known(name):
    assert not is_known(name)
    assert is_known("members/1/folds/1/model.keras")


def test_answers_that_are_not_its_members_are_refused(packed, tmp_path):
    with zipfile.ZipFile(packed) as archive, archive.open("tested.npz") as file:
        arrays = dict(np.load(io.BytesIO(file.read())))
    sharper = arrays["probabilities"] ** 3
    arrays["probabilities"] = (sharper / sharper.sum(axis=1, keepdims=True)).astype(np.float32)
    path = rewrite(packed, tmp_path / "bad.zip", {"tested.npz": npz(**arrays)})
    refused(path, tmp_path / "w", "what its members answered together")


def test_single_run_has_no_preparations_side_by_side(packed, runs, tmp_path):
    path = export_run(runs[0], tmp_path / "one.zip").path
    content = json.loads(contents(path)["run.json"])
    first = content["data"]["preparation"]
    other = {**first, "calendar": {**first["calendar"], "n_dates": 3}}
    content["data"]["preparation"] = {**first, "parts": [first, other]}
    model = content["models"]["final"]
    model["mean"], model["sd"] = model["mean"] * 2, model["sd"] * 2
    bad = rewrite(path, tmp_path / "bad.zip", {"run.json": json.dumps(content).encode()})
    refused(bad, tmp_path / "w", "only an ensemble has")
