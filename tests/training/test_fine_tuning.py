"""Learnt in one season, tuned in the next: weights handed on, and nothing tested that they saw."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from cropcore.errors import MissingFileError, RunError, SettingError
from cropcore.models import ARCHITECTURES, Network, SeriesSpec
from cropcore.sources import SourceOptions
from cropcore.training.compiling import weight_shapes
from cropcore.training.exchange.packing import card_of, export_run
from cropcore.training.exchange.unpacking import import_run
from cropcore.training.files import load_network
from cropcore.training.gathering import read_samples
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from cropcore.training.starting import begin_with, request_from
from tests.building import TIMINGS, Timing, write_region
from tests.cli.conftest import command, one_sentence  # noqa: F401  (a fixture)
from tests.conftest import SMALL, train_table, unwatched
from tests.tables import make_table

FARM = SourceOptions(group="farm")
NETWORKS = [
    name
    for name in ARCHITECTURES
    if issubclass(ARCHITECTURES[name], Network) and ARCHITECTURES[name].kind == "network"
]


def elsewhere(path, seed=7, **renamed):
    """Other samples, farms and years; some classes called otherwise."""
    table = make_table(seed=seed)
    table["id"] = "x" + table["id"]
    table["farm"] = "other " + table["farm"]
    table["label"] = table["label"].replace(renamed)
    table["date"] = [day.replace(year=day.year + 3) for day in table["date"]]
    table.to_csv(path, index=False)
    return path


def tuned(folder, earlier, table, **others):
    """Trained from the weights of an earlier run."""
    changes = {"epochs": 3, "batch_size": 16, **others.pop("changes", {})}
    request = request_from(
        earlier, str(table), "cnn1d", changes=changes, options=FARM, baseline=False, **others
    )
    run = create_run(folder, request)
    with unwatched():
        train(run, lambda stage, row: None, lambda: False)
    return run


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return elsewhere(tmp_path_factory.mktemp("other") / "other.csv", late="weeds", early="Early")


def test_what_was_learnt_is_there_from_the_first_epoch(table_run, other, tmp_path):
    run = tuned(tmp_path / "run", table_run, other, changes={"epochs": 1})
    same = {**SMALL, "epochs": 1}
    scratch = train_table(tmp_path / "scratch", other, baseline=False, changes=same)

    def loss(of):
        return pd.read_csv(of.folder / "history.csv")["val_loss"][0]

    assert loss(run) < loss(scratch)


def test_record_says_where_it_comes_from(table_run, other, tmp_path):
    run = tuned(tmp_path / "run", table_run, other)
    record, before = run.record, table_run.record
    assert record.request.start_from == str(table_run.folder)
    assert record.request.hyperparameters == before.request.hyperparameters
    assert record.origin.name == before.name
    assert record.origin.region == "samples.csv"
    assert record.models["final"].mean == before.models["final"].mean
    assert record.models["final"].sd == before.models["final"].sd
    assert record.data.preparation == before.data.preparation
    begun, new = record.data.notes[-2:]
    assert f"Begins with the weights of {before.name}" in begun
    assert "other data (samples.csv)" in begun
    assert new == "2 of its classes are known from there; new are weeds."
    assert run.read_json("metrics.json")["n"] > 0
    samples = before.models["final"].samples["train"]
    assert (record.origin.samples, record.origin.same_data) == (samples, False)
    run.write_json("state.json", {"state": "done"})
    origin = card_of(run).split("## Origin\n")[1].split("\n## ")[0]
    assert f"those of the run {before.name}" in origin
    assert f"It learnt from: {samples} samples of samples.csv" in origin
    assert "Are the test samples new to it? Other data" in origin


def test_classifier_keeps_the_rows_of_known_classes(table_run, other, tmp_path):
    request = request_from(table_run, str(other), "cnn1d", options=FARM)
    run = create_run(tmp_path / "run", request)
    start = begin_with(run)
    _, data = read_samples(request, start.preparation)
    assert data.legend.names == ("Early", "middle", "weeds")
    described, bands = request.described(), data.preparation.bands
    days = tuple(map(float, data.preparation.calendar.days))
    spec = SeriesSpec("series", days, bands, start.origin.mean, start.origin.sd, (0, 1, 2))
    model = described.build([spec], 3)
    start.hand_on(model, data.legend)
    samples, _ = read_samples(table_run.record.request)
    before = table_run.predictor().logits(samples.series[:9])  # early, late, middle
    after = np.asarray(model(samples.series[:9], training=False))
    np.testing.assert_allclose(after[:, [0, 1]], before[:, [0, 2]], rtol=1e-4, atol=1e-5)
    assert not np.allclose(after[:, 2], before[:, 1])


@pytest.mark.parametrize("name", NETWORKS)
def test_stored_networks_come_back_layer_by_layer(name, tmp_path):
    """What handing weights on, and going on from a checkpoint, rely on."""
    import keras

    kind = ARCHITECTURES[name]
    described = kind.parse(kind.presets.get("quick", {}), name)
    days = tuple(float(day) for day in range(0, 160, 10))
    spec = SeriesSpec("series", days, ("B04", "B08"), (0.1, 0.3), (0.1, 0.1), (0, 1))
    model, again = described.build([spec], 3), described.build([spec], 3)
    model.save(tmp_path / "model.keras")
    stored = load_network(tmp_path / "model.keras")
    assert weight_shapes(stored) == weight_shapes(again)
    assert weight_shapes(again)[-1][1][1] == (3,), "the classifier is the last"
    again.set_weights(stored.get_weights())
    space = (8, 8) if described.space else ()
    asked = np.random.default_rng(0).random((2, 16, *space, 2), dtype=np.float32)
    expected = keras.ops.convert_to_numpy(model(asked, training=False))
    found = keras.ops.convert_to_numpy(again(asked, training=False))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


class TestSameData:
    def test_takes_over_the_split(self, table_run, table, tmp_path):
        run = tuned(tmp_path / "run", table_run, table, seed=5)
        assert run.read_text("split.csv") == table_run.read_text("split.csv")
        assert run.record.origin.same_data is True
        assert "no group that it learnt from is tested" in card_of(run)
        assert "## Origin" not in card_of(table_run)
        assert "no group that it learnt from is tested" in run.record.data.notes[-1]

    def test_another_split_is_refused(self, table_run, table, tmp_path):
        for others in ({"split_seed": 9}, {"folds": 3}):
            with pytest.raises(SettingError, match="groups to test or validate with that it"):
                tuned(tmp_path / f"run{len(others)}{others}", table_run, table, **others)

    def test_is_known_under_another_name(self, table_run, table, tmp_path):
        copy = tmp_path / "renamed.csv"
        shutil.copy(table, copy)
        with pytest.raises(SettingError, match="that it learnt from"):
            tuned(tmp_path / "run", table_run, copy, split_seed=9)

    def test_is_remembered_through_other_runs(self, table_run, table, other, tmp_path):
        between = tuned(tmp_path / "between", table_run, other)
        with pytest.raises(SettingError, match="that it learnt from"):
            tuned(tmp_path / "run", between, table, split_seed=9)
        back = tuned(tmp_path / "back", between, table, split_seed=0)
        assert "the same data" in back.record.data.notes[-2]

    def test_a_lost_witness_is_told(self, table_run, table, other, tmp_path):
        first = tmp_path / "first"
        shutil.copytree(table_run.folder, first)
        between = tuned(tmp_path / "between", Run(first), other)
        shutil.rmtree(first)
        with pytest.raises(RunError, match="the run whose split tells"):
            tuned(tmp_path / "run", between, table, split_seed=0)


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"changes": {"filters": 16}}, "filters: expected 8, as the weights of"),
        ({"changes": {"filling": "whittaker"}}, "filling: expected linear"),
        ({"changes": {"indices": "NDVI"}}, "indices"),
        ({"fusion": "late"}, "fusion: expected early"),
        ({"period": 5}, "period: expected 10"),
        ({"season": "04-01"}, "season: expected 03-01"),
    ],
)
def test_what_does_not_go_with_the_weights_is_refused(table_run, other, others, message):
    changes = others.pop("changes", {})
    with pytest.raises(SettingError, match=message):
        request_from(table_run, str(other), "cnn1d", changes=changes, options=FARM, **others)


def test_only_networks_that_are_done_can_be_begun_with(table_run, forest_run, other, tmp_path):
    with pytest.raises(SettingError, match="architecture: expected cnn1d"):
        request_from(table_run, str(other), "lstm")
    with pytest.raises(RunError, match="a run of a network"):
        request_from(forest_run, str(other), "random_forest")
    begun = create_run(tmp_path / "begun", make_request(str(other), "cnn1d"))
    with pytest.raises(RunError, match="come to a model"):
        request_from(begun, str(other), "cnn1d")


def test_bands_that_are_missing_are_told(table_run, tmp_path):
    table = pd.read_csv(elsewhere(tmp_path / "all.csv")).drop(columns="VV_dB")
    table.to_csv(tmp_path / "fewer.csv", index=False)
    with pytest.raises(RunError, match="VV"):
        tuned(tmp_path / "run", table_run, tmp_path / "fewer.csv")


def test_an_exchanged_model_is_noticed(table_run, other, tmp_path):
    first = tmp_path / "first"
    shutil.copytree(table_run.folder, first)
    request = request_from(Run(first), str(other), "cnn1d", options=FARM)
    run, stages = create_run(tmp_path / "run", request), []

    def tell(stage, row):
        if stage == "fitting" and not stages:
            stages.append(stage)
            with (first / "model.keras").open("ab") as file:
                file.write(b"more")

    with pytest.raises(RunError, match="another model than this training began with"):
        train(run, tell, lambda: False)
    shutil.rmtree(first)
    with pytest.raises((RunError, MissingFileError)):
        train(run, tell, lambda: False)


def test_goes_on_though_the_earlier_run_is_gone(table_run, other, tmp_path):
    first = tmp_path / "first"
    shutil.copytree(table_run.folder, first)
    request = request_from(
        Run(first), str(other), "cnn1d", changes={"epochs": 4}, options=FARM, baseline=False
    )
    run, rows = create_run(tmp_path / "run", request), []
    assert train(run, lambda stage, row: rows.extend([row] if row else []), lambda: len(rows) > 1)
    shutil.rmtree(first)
    assert not train(Run(run.folder), lambda stage, row: None, lambda: False)
    assert run.record.models["final"].epochs == 4
    assert run.record.models["final"].mean == table_run.record.models["final"].mean


def test_says_nothing_of_this_machine_elsewhere(table_run, other, tmp_path):
    run = tuned(tmp_path / "run", table_run, other, changes={"epochs": 1})
    export_run(run, tmp_path / "run.zip")
    arrived = import_run(tmp_path / "run.zip", tmp_path / "place").run
    assert arrived.record.request.start_from == table_run.folder.name
    assert str(tmp_path) not in arrived.read_text("run.json")
    assert arrived.record.origin == run.record.origin


def test_patches_from_season_to_season(tmp_path):
    later = {
        name: Timing(item.start.replace(year=2022), item.period, item.n_dates)
        for name, item in TIMINGS.items()
    }
    one = write_region(tmp_path / "one")
    next_one = write_region(tmp_path / "next", timings=later, seed=4, classes=("wheat", "oats"))
    changes = {"filters": 4, "dense_units": 8, "patch_size": 16, "epochs": 2, "batch_size": 64}
    first = create_run(
        tmp_path / "first", make_request(str(one), "cnn3d", changes=changes, baseline=False)
    )
    train(first, lambda stage, row: None, lambda: False)
    short = {"patch_size": 16, "epochs": 2, "batch_size": 64}
    request = request_from(first, str(next_one), "cnn3d", changes=short, baseline=False)
    run = create_run(tmp_path / "run", request)
    train(run, lambda stage, row: None, lambda: False)
    assert run.record.data.notes[-1] == "1 of its classes are known from there; new are oats."
    assert run.tested().probabilities.shape[1] == 2


def test_command_hands_weights_on(command, table_run, other, tmp_path):  # noqa: F811
    asked = [
        "train", other, "cnn1d", "--from", table_run.folder, "--group", "farm", "--no-baseline",
        "--set", "epochs=2", "--out", tmp_path / "run",
    ]  # fmt: skip
    code, out, err = command(*asked, "--json")
    assert code == 0, err
    assert "Begins with the weights" in err
    assert json.loads(out)["epochs"] == 2
    assert f"--from {table_run.folder}" in json.loads(out)["command"]
    for extra in (["--fusion", "late"], ["--set", "filters=99"], ["--from", tmp_path / "none"]):
        code, _, err = command(*asked[:-2], *extra)
        assert code == 2, err
        assert one_sentence(err), err
