"""What a training may be asked to do with its samples: caps, balance, variation, one group out."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from cropcore.cube import Calendar, ModelInput
from cropcore.errors import SettingError
from cropcore.models import ARCHITECTURES
from cropcore.sources import SourceOptions
from cropcore.training.feeding import SeriesFeed, class_weights
from cropcore.training.gathering import read_samples
from cropcore.training.procedure import train
from cropcore.training.record import PRESETS, TrainingSettings, make_request
from cropcore.training.run import Run, create_run
from tests.conftest import AS_IT_IS, SMALL, train_table
from tests.tables import make_table

VARIED = {"shift_days": 8, "band_noise": 0.1, "drop_dates": 0.2}
BRIEF = {**SMALL, "epochs": 4}


def history(run):
    with (run.folder / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [{key: row[key] for key in row if key != "seconds"} for row in rows]


@pytest.fixture(scope="module")
def farms(tmp_path_factory):
    """Samples of five farms and two years, one class in one year only."""
    table = make_table()
    table["farm"] = "farm " + (table["farm"].str.removeprefix("farm ").astype(int) % 5).astype(str)
    table["year"] = pd.to_datetime(table["date"]).dt.year
    path = tmp_path_factory.mktemp("farms") / "samples.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def left_out(farms, tmp_path_factory):
    """A forest, each of five farms left out in turn."""
    folder = tmp_path_factory.mktemp("run") / "run"
    changes = {"n_trees": 20}
    return train_table(folder, farms, "random_forest", changes=changes, leave_one_out=True)


class TestVariation:
    @pytest.mark.parametrize("architecture", ["cnn1d", "utae", "random_forest"])
    @pytest.mark.parametrize("preset", PRESETS)
    def test_networks_learn_from_varied_series_where_there_is_time(self, architecture, preset):
        settings = make_request("/data", architecture, preset=preset).training
        varied = architecture != "random_forest" and preset != "quick"
        assert bool(settings.augmentation) is varied
        still = make_request("/data", architecture, preset=preset, changes=AS_IT_IS).training
        assert not still.augmentation

    def test_nothing_else_asked_for_changes_nothing(self, table_run, table, tmp_path):
        still = {**SMALL, "balance": False, "samples_per_group": 0}
        again = train_table(tmp_path / "again", table, changes=still, baseline=False)
        assert history(again) == history(table_run)
        np.testing.assert_array_equal(
            again.tested().probabilities, table_run.tested().probabilities
        )

    def test_samples_reach_keras_as_they_are(self):
        series, labels = np.ones((50, 4, 2), np.float32), np.arange(50) % 2
        whole = (ModelInput("series", Calendar(3, 1, 10, 4), ("B04", "B08"), (0, 1)),)
        order = np.arange(50)
        feed = SeriesFeed(series, labels, order, TrainingSettings(), whole, np.ones(2), 0)
        given = feed.arguments()
        np.testing.assert_array_equal(given["x"], series)
        np.testing.assert_array_equal(given["y"], labels)
        assert given["sample_weight"] is None

    def test_learns_and_is_repeatable(self, table, tmp_path):
        changes = {**SMALL, **VARIED}
        one, same = (
            train_table(tmp_path / name, table, changes=changes, baseline=False)
            for name in ("one", "same")
        )
        assert history(one) == history(same)
        assert one.read_json("metrics.json")["macro_f1"] > 0.8
        assert one.record.request.training.shift_days == 8

    @pytest.mark.parametrize("balance", [False, True])
    def test_an_epoch_shows_each_sample_once(self, balance):
        labels = np.arange(45) % 3
        series = np.broadcast_to(labels[:, None, None], (45, 6, 2)).astype(np.float32)
        settings = TrainingSettings(batch_size=10, drop_dates=0.5, balance=balance)
        whole = (ModelInput("series", Calendar(3, 1, 10, 6), ("B04", "B08"), (0, 1)),)
        feed = SeriesFeed(series, labels, np.arange(45), settings, whole, np.ones(2), 0)
        given = feed.arguments()
        for _ in range(2):
            batches = [next(given["x"]) for _ in range(given["steps_per_epoch"])]
            seen = np.concatenate([batch[1] for batch in batches])
            assert len(seen) == 45
            assert np.bincount(seen).tolist() == [15, 15, 15]
            for batch in batches:
                np.testing.assert_array_equal(batch[0][:, 0, 0], batch[1])
                assert len(batch) == 2 + balance

    def test_stopped_and_gone_on(self, table, tmp_path):
        changes = {**SMALL, **VARIED}
        request = make_request(
            str(table),
            "cnn1d",
            changes=changes,
            options=SourceOptions(group="farm"),
            baseline=False,
        )
        run, rows = create_run(tmp_path / "run", request), []

        def tell(stage, row):
            rows.extend([row] if row else [])

        assert train(run, tell, lambda: len(rows) >= 3)
        assert not train(Run(run.folder), tell, lambda: False)
        assert [int(row["epoch"]) for row in history(run)] == list(range(1, 13))


class TestPresets:
    @pytest.mark.parametrize(
        ("architecture", "preset"),
        [(name, preset) for name, kind in ARCHITECTURES.items() for preset in kind.learning],
    )
    def test_an_architecture_learns_as_its_preset_says(self, architecture, preset):
        own = ARCHITECTURES[architecture].learning[preset]
        settings = make_request("/data", architecture, preset=preset).training
        assert {key: getattr(settings, key) for key in own} == dict(own)

    def test_what_people_change_comes_before_what_a_preset_says(self):
        quick = make_request("/data", "utae", preset="quick").training
        assert (quick.learning_rate, quick.schedule) == (4e-3, "cosine")
        changed = {"schedule": "plateau"}
        own = make_request("/data", "utae", preset="quick", changes=changed).training
        assert (own.learning_rate, own.schedule) == (4e-3, "plateau")
        assert make_request("/data", "utae").training.schedule == "plateau"


class TestBalance:
    def test_weights_make_classes_equal(self):
        labels = np.array([0] * 90 + [2] * 10)
        weights = class_weights(labels)
        assert weights[labels == 0].sum() == pytest.approx(weights[labels == 2].sum())
        assert weights.mean() == pytest.approx(1)
        np.testing.assert_array_equal(class_weights(np.arange(30) % 3), 1)

    @pytest.mark.parametrize("architecture", ["cnn1d", "random_forest"])
    def test_the_rare_class_is_given_more_often(self, tmp_path, architecture):
        table = make_table(180, noise=0.4)
        late = table["label"].eq("late")
        table = table[~late | (table["farm"].str.removeprefix("farm ").astype(int) <= 20)]
        path = tmp_path / "samples.csv"
        table.to_csv(path, index=False)
        usual = {**SMALL, "epochs": 6} if architecture == "cnn1d" else {"n_trees": 60}
        given = []
        for balance in (False, True):
            changes = {**usual, "balance": balance}
            out = tmp_path / str(balance)
            run = train_table(out, path, architecture, baseline=False, changes=changes)
            given.append(run.tested().uncalibrated[:, 1].mean())  # early, late, middle
        assert given[1] > given[0]


class TestCap:
    def test_no_group_gives_more(self, farms):
        options = SourceOptions(group="farm")
        request = make_request(
            str(farms), "cnn1d", changes={"samples_per_group": 6}, options=options
        )
        samples, data = read_samples(request)
        assert np.unique(samples.groups, return_counts=True)[1].tolist() == [6] * 5
        assert "Groups give 6 samples at most: 60 of 90 are left out." in data.notes
        again, _ = read_samples(request, data.preparation)
        np.testing.assert_array_equal(samples.ids, again.ids)

    def test_none_without_being_asked(self, farms):
        samples, data = read_samples(make_request(str(farms), "cnn1d"))
        assert len(samples) == 90
        assert not [note for note in data.notes if "at most" in note]


class TestLeaveOneOut:
    def test_each_group_is_tested_by_a_model_of_its_own(self, left_out):
        tested = left_out.tested()
        assert len(tested) == 90
        pairs = set(zip(tested.fold.tolist(), tested.groups.tolist(), strict=True))
        assert len(pairs) == 5
        assert left_out.record.request.folds == 5
        assert set(left_out.record.models) == {"final", *(f"fold_{at}" for at in range(1, 6))}

    def test_figures_say_so(self, left_out):
        metrics = left_out.read_json("metrics.json")
        assert metrics["split"] == "each of 5 groups left out in turn, pooled"
        assert metrics["grouped_by"] == "the column farm"
        assert len(metrics["folds"]) == 5
        assert json.loads((left_out.folder / "run.json").read_text())["request"]["leave_one_out"]

    def test_too_many_groups_are_refused(self, table, tmp_path):
        request = make_request(str(table), "random_forest", leave_one_out=True)
        run = create_run(tmp_path / "run", request)
        with pytest.raises(SettingError, match=r"2 to 50 groups, such as regions, .* but got 90"):
            train(run, lambda stage, row: None, lambda: False)

    def test_folds_are_still_told_as_folds(self, table_run, farms, tmp_path):
        metrics = table_run.read_json("metrics.json")
        assert metrics["split"] == "groups kept for testing"
        run = train_table(tmp_path / "run", farms, "random_forest", changes={"n_trees": 5}, folds=3)
        assert run.read_json("metrics.json")["split"] == "3 folds by group, pooled"


def test_a_class_of_one_year_is_in_the_notes(farms, tmp_path):
    table = pd.read_csv(farms)
    table = table[table["label"].ne("late") | table["year"].eq(2020)]
    table.to_csv(tmp_path / "samples.csv", index=False)
    _, data = read_samples(make_request(str(tmp_path / "samples.csv"), "cnn1d"))
    (note,) = [note for note in data.notes if "one season only" in note]
    assert "late (2020)" in note


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (SourceOptions(block=0.1), "blocks of 0.1°"),
        (SourceOptions(), "sample"),
        (SourceOptions(group="farm"), "the column farm"),
    ],
)
def test_groups_are_described(table, options, words):
    _, data = read_samples(make_request(str(table), "cnn1d", options=options))
    assert data.grouped_by == words
