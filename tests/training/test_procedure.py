"""A training from request to metrics: honest splits, same seed same numbers, stop and go on."""

import csv
import json
import shutil

import numpy as np
import pandas as pd
import pytest

from cropcore.errors import (
    CancelledError,
    DivergedError,
    InputError,
    RunError,
    SettingError,
    StorageError,
)
from cropcore.sources import SourceOptions
from cropcore.training.gathering import plan_splits, read_samples
from cropcore.training.measuring import evaluate_run
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run, open_run
from tests.conftest import SMALL, train_table
from tests.tables import make_table


def history(run):
    with (run.folder / "history.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def request(table, *, baseline=False, **others):
    changes = {**SMALL, **others.pop("changes", {})}
    return make_request(str(table), "cnn1d", changes=changes, baseline=baseline, **others)


def test_run_learns_and_says_how_well(table_run):
    metrics = table_run.read_json("metrics.json")
    record = table_run.record
    assert metrics["macro_f1"] > 0.9
    assert metrics["n"] == record.models["final"].samples["test"] > 0
    assert metrics["test_groups"] == record.models["final"].groups["test"] > 1
    low, high = metrics["ci95"]["macro_f1"]
    assert low <= metrics["macro_f1"] <= high
    assert [row["name"] for row in metrics["per_class"]] == ["early", "late", "middle"]
    assert metrics["baseline"]["architecture"] == "random_forest"
    assert metrics["baseline"]["n"] == metrics["n"], "the same samples"


def test_evaluating_again_gives_the_same(table_run):
    again, before = evaluate_run(table_run), table_run.read_json("metrics.json")
    del before["baseline"]
    assert json.loads(json.dumps(again)) == before


def test_history_has_a_row_per_epoch(table_run):
    rows = history(table_run)
    assert [int(row["epoch"]) for row in rows] == list(range(1, len(rows) + 1))
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    best = min(rows, key=lambda row: float(row["val_loss"]))
    assert table_run.record.models["final"].best_epoch == int(best["epoch"])


def test_best_weights_are_kept(table_run):
    """The stored model has the validation loss of the best epoch, not of the last."""
    samples, _ = read_samples(table_run.record.request)
    split = plan_splits(table_run.record.request, samples)["final"]
    labels = np.searchsorted([1, 2, 3], samples.codes[split.validation])
    logits = table_run.predictor().logits(samples.series[split.validation]).astype(float)
    shifted = logits - logits.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -logp[np.arange(len(labels)), labels].mean()
    assert loss == pytest.approx(
        min(float(row["val_loss"]) for row in history(table_run)), rel=1e-3
    )


def test_no_group_is_in_two_sets(table_run):
    table = pd.read_csv(table_run.folder / "split.csv")
    assert set(table["set"]) == {"train", "validation", "test"}
    assert (table.groupby("group")["set"].nunique() == 1).all()


def test_same_seed_same_numbers(table_run, table, tmp_path):
    again = train_table(tmp_path / "again", table, baseline=False)
    other = train_table(tmp_path / "other", table, baseline=False, seed=1)
    drop = {"seconds"}
    same, first, different = (
        [{key: row[key] for key in row if key not in drop} for row in history(run)]
        for run in (again, table_run, other)
    )
    assert same == first
    assert different != first


def test_years_do_not_matter(table_run, table, tmp_path):
    """All dates five years later, a leap year more or less between: no prediction changes."""
    later = make_table()
    later["date"] = [day.replace(year=day.year + 5) for day in later["date"]]
    path = tmp_path / "later.csv"
    later.to_csv(path, index=False)
    request = table_run.record.request
    samples, _ = read_samples(request)
    moved, _ = read_samples(request.model_copy(update={"region": str(path)}))
    np.testing.assert_array_equal(moved.series, samples.series)
    predict = table_run.predictor()
    np.testing.assert_array_equal(predict(moved.series), predict(samples.series))


def test_folds_test_every_sample_once_and_leave_a_model(table, tmp_path):
    run = train_table(tmp_path / "run", table, folds=3, changes={**SMALL, "epochs": 4})
    metrics = run.read_json("metrics.json")
    assert metrics["n"] == 90
    assert len(metrics["folds"]) == 3
    assert sum(fold["n"] for fold in metrics["folds"]) == 90
    assert metrics["spread"]["macro_f1"] >= 0
    assert set(run.record.models) == {"fold_1", "fold_2", "fold_3", "final"}
    table = pd.read_csv(run.folder / "split.csv")
    assert (table.groupby("group")["fold"].nunique() == 1).all()
    assert "test" not in set(table["set"]), "the final model learns from all but validation"
    assert run.predictor()(np.zeros((1, 18, 3), np.float32)).shape == (1, 3)


def test_stopped_early_keeps_the_best_weights_and_goes_on(table, tmp_path):
    run = create_run(tmp_path / "run", request(table))
    seen = []

    def tell(stage, row):
        if row:
            seen.append(row["epoch"])

    assert train(run, tell, lambda: len(seen) >= 3) is True
    assert len(history(run)) == 3
    assert run.read_json("metrics.json")["n"] > 0, "the run can be used"
    assert run.record.models["final"].epochs == 3
    assert train(Run(run.folder), tell, lambda: False) is False
    assert [int(row["epoch"]) for row in history(run)] == list(range(1, 13))
    assert not list(run.folder.glob("checkpoint*"))


def test_stopped_before_the_first_epoch_leaves_no_model(table, tmp_path):
    run = create_run(tmp_path / "run", request(table))
    with pytest.raises(CancelledError, match="resume it later"):
        train(run, lambda stage, row: None, lambda: True)
    with pytest.raises(RunError, match="a run whose training has come to a model"):
        _ = run.finished


def test_infinite_loss_names_its_epoch(table, tmp_path):
    """A network whose weights have become infinite."""
    run = create_run(tmp_path / "run", request(table))
    from cropcore.training import fitting

    original = fitting._compiled

    def broken(*arguments):
        model = original(*arguments)
        model.layers[-1].kernel.assign(model.layers[-1].kernel * np.inf)
        return model

    fitting._compiled = broken
    try:
        with pytest.raises(DivergedError, match=r"epoch 1: expected a finite loss"):
            train(run, lambda stage, row: None, lambda: False)
    finally:
        fitting._compiled = original


def test_changed_data_are_refused(table_run, table, tmp_path):
    changed = pd.read_csv(table)
    changed.loc[changed["id"] == "s000", "label"] = "late"
    path = tmp_path / "changed.csv"
    changed.to_csv(path, index=False)
    record = table_run.record
    request = record.request.model_copy(update={"region": str(path)})
    copy = create_run(tmp_path / "copy", request)
    copy.write_record(record.model_copy(update={"request": request}))
    (copy.folder / "split.csv").write_bytes((table_run.folder / "split.csv").read_bytes())
    with pytest.raises(RunError, match=r"restore the data or train a new run"):
        evaluate_run(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": "early"}, "at least two classes"),
        ({"B04": np.nan}, "B04"),
        ({"B04": np.nan, "B08": np.nan, "VV_dB": np.nan}, "B04|clear"),
    ],
)
def test_hopeless_tables_are_refused_in_words(change, message, tmp_path):
    table = make_table(n_samples=12)
    for column, value in change.items():
        table[column] = value
    path = tmp_path / "bad.csv"
    table.to_csv(path, index=False)
    run = create_run(tmp_path / "run", request(path))
    with pytest.raises(InputError, match=message):
        train(run, lambda stage, row: None, lambda: False)


def test_changed_data_are_refused_on_resume(table, tmp_path):
    path = tmp_path / "samples.csv"
    path.write_bytes(table.read_bytes())
    run = create_run(tmp_path / "run", request(path, folds=3, changes={"epochs": 2}))
    done = []

    def tell(stage, row):
        done.append(stage)

    with pytest.raises(CancelledError):
        train(run, tell, lambda: "fitting model 2 of 4" in done)
    kept = (run.folder / "split.csv").read_bytes()
    fewer = pd.read_csv(path)
    fewer[~fewer["id"].isin(["s000", "s001", "s002"])].to_csv(path, index=False)
    with pytest.raises(RunError, match="the samples this run learnt from"):
        train(run, lambda stage, row: None, lambda: False)
    assert (run.folder / "split.csv").read_bytes() == kept


def test_one_more_acquisition_changes_no_evaluation(table_run, table, tmp_path):
    """The run's own preparation counts, not one fitted anew to the data."""
    more = pd.read_csv(table)
    last = more.groupby("id").tail(1).copy()
    last["date"] = (pd.to_datetime(last["date"]) + pd.Timedelta(days=40)).dt.strftime("%Y-%m-%d")
    path = tmp_path / "more.csv"
    pd.concat([more, last]).to_csv(path, index=False)
    record = table_run.record
    request = record.request.model_copy(update={"region": str(path)})
    copy = tmp_path / "copy"
    shutil.copytree(table_run.folder, copy)
    Run(copy).write_record(record.model_copy(update={"request": request}))
    again = evaluate_run(Run(copy))
    assert again["confusion"] == table_run.read_json("metrics.json")["confusion"]


def test_full_disk_keeps_the_checkpoint(table, tmp_path, monkeypatch):
    from cropcore.training import procedure

    run = create_run(tmp_path / "run", request(table, changes={"epochs": 3}))

    def full(folder, fitted):
        raise StorageError(folder, expected="room", got="none", advice="free some")

    with monkeypatch.context() as patch:
        patch.setattr(procedure, "save_model", full)
        with pytest.raises(StorageError):
            train(run, lambda stage, row: None, lambda: False)
    assert run.has_progress
    assert len(history(run)) == 3
    train(run, lambda stage, row: None, lambda: False)
    assert len(history(run)) == 3, "nothing was learnt twice"
    assert run.finished.models["final"].epochs == 3


def test_forest_answers_a_request_to_stop(table, tmp_path):
    asked = make_request(str(table), "random_forest", changes={"n_trees": 5000})
    run = create_run(tmp_path / "run", asked)
    questions = []

    def stop():
        questions.append(1)
        return len(questions) > 4

    with pytest.raises(CancelledError):
        train(run, lambda stage, row: None, stop)


def test_stop_while_the_baseline_grows_keeps_the_model(table, tmp_path):
    asked = request(table, baseline=True, changes={"epochs": 2})
    run = create_run(tmp_path / "run", asked)
    stages = []
    assert train(run, lambda stage, row: stages.append(stage), lambda: "measuring" in stages)
    assert run.finished.models["final"].complete
    assert "baseline" not in run.read_json("metrics.json")
    assert train(run, lambda stage, row: None, lambda: False) is False
    assert "baseline" in run.read_json("metrics.json")


def test_class_without_test_samples_is_said(table, tmp_path):
    lonely = make_table()
    lonely.loc[lonely["farm"] == "farm 0", "label"] = "weeds"
    path = tmp_path / "lonely.csv"
    lonely.to_csv(path, index=False)
    options = SourceOptions(group="farm")
    asked = make_request(str(path), "random_forest", changes={"n_trees": 5}, options=options)
    run = create_run(tmp_path / "run", asked)
    train(run, lambda stage, row: None, lambda: False)
    metrics = run.read_json("metrics.json")
    support = {row["name"]: row["support"] for row in metrics["per_class"]}
    said = any("weeds" in note for note in metrics["notes"])
    assert said == (support["weeds"] == 0)


def test_rare_classes_can_be_left_out_by_name(table, tmp_path):
    rare = make_table()
    rare.loc[rare["id"].isin(["s000", "s001"]), "label"] = "weeds"
    path = tmp_path / "rare.csv"
    rare.to_csv(path, index=False)
    _, kept = read_samples(request(path))
    assert "weeds" in kept.legend.names
    assert any("weeds" in note and "say little" in note for note in kept.notes)
    _, dropped = read_samples(request(path, changes={"min_samples": 10}))
    assert "weeds" not in dropped.legend.names
    assert any("Left out" in note and "weeds" in note for note in dropped.notes)


def test_unknown_setting_names_the_known_ones(table):
    with pytest.raises(SettingError, match=r"expected one of filters, .*learning_rate"):
        make_request(str(table), "cnn1d", changes={"colour": "red"})
    with pytest.raises(SettingError, match="epochs"):
        make_request(str(table), "cnn1d", changes={"epochs": "-3"})
    assert make_request(str(table), "cnn1d", changes={"epochs": "7"}).training.epochs == 7


def test_run_folder_in_use_is_refused(table_run, table):
    with pytest.raises(RunError, match="a new or empty folder"):
        create_run(table_run.folder, request(table))


def test_opening_what_is_no_run_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder of that name"):
        open_run(tmp_path / "nowhere")
    with pytest.raises(RunError, match=r"no file run\.json"):
        open_run(tmp_path)
