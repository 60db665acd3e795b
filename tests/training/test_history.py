"""What a training writes down after each epoch, and how it is read again."""

import csv
import shutil

import numpy as np
import pytest

from cropcore.accuracy import macro_f1
from cropcore.confidence import nll, softmax
from cropcore.errors import RunError
from cropcore.training.gathering import plan_splits, read_samples
from cropcore.training.history import COLUMNS, read_history
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.recorder import watched
from cropcore.training.run import Run, create_run
from tests.conftest import SMALL, train_table
from tests.tables import make_table

OLD = "epoch,loss,val_loss,val_overall_accuracy,val_macro_f1,lr,seconds"


def write(folder, *lines, end="\n"):
    (folder / "history.csv").write_text("\n".join(lines) + end)
    return folder


def test_history_of_a_run(table_run):
    history = read_history(table_run.folder)
    model = table_run.record.models["final"]
    assert history.epochs.tolist() == list(range(1, model.epochs + 1))
    assert history.best_epoch == model.best_epoch
    assert history.codes == (1, 2, 3)
    assert all(np.isfinite(history.columns[name]).all() for name in COLUMNS)
    np.testing.assert_allclose(
        history.class_f1.mean(axis=1), history.columns["val_macro_f1"], atol=1e-5
    )


def test_best_epoch_is_measured_as_its_weights_are(table_run):
    """The stored model, asked anew, has the figures that stand in the best epoch's row."""
    samples, _ = read_samples(table_run.record.request)
    split = plan_splits(table_run.record.request, samples)["final"]
    history = read_history(table_run.folder)
    at = history.best_epoch - 1
    for name, part in (("train", split.train), ("val", split.validation)):
        labels = samples.codes[part] - 1
        probabilities = softmax(table_run.predictor().logits(samples.series[part]))
        found = macro_f1(labels, probabilities.argmax(axis=1))
        assert history.columns[f"{name}_macro_f1"][at] == pytest.approx(found, rel=1e-5)
        loss = nll(probabilities, labels)
        assert history.columns[f"{name}_loss"][at] == pytest.approx(loss, rel=1e-3)


def test_trees_have_no_history(forest_run):
    assert read_history(forest_run.folder) is None


def test_class_without_validation_samples_has_no_f1(tmp_path):
    """All of a class's samples are on one farm, which is in one set only."""
    lonely = make_table()
    lonely.loc[lonely["farm"] == "farm 0", "label"] = "weeds"
    lonely.to_csv(tmp_path / "lonely.csv", index=False)
    run = train_table(
        tmp_path / "run", tmp_path / "lonely.csv", changes=SMALL | {"epochs": 2}, baseline=False
    )
    with (run.folder / "split.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == "validation"]
    present = [str(code) in {row["code"] for row in rows} for code in (1, 2, 3, 4)]
    assert not all(present)
    history = read_history(run.folder)
    assert (np.isfinite(history.class_f1) == present).all()
    np.testing.assert_allclose(
        np.nanmean(history.class_f1, axis=1), history.columns["val_macro_f1"], atol=1e-5
    )


def test_training_that_goes_on_keeps_the_columns_of_its_file(table, tmp_path):
    """Also where an earlier version began it."""
    run = create_run(
        tmp_path / "run", make_request(str(table), "cnn1d", changes=SMALL, baseline=False)
    )
    seen = []
    train(run, lambda stage, row: seen.append(row) if row else None, lambda: len(seen) >= 2)
    copy = Run(tmp_path / "copy")
    shutil.copytree(run.folder, copy.folder)
    with (run.folder / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    write(copy.folder, OLD, *(",".join(row[name] for name in OLD.split(",")) for row in rows))
    for again, codes in ((run, (1, 2, 3)), (copy, ())):
        train(again, lambda stage, row: None, lambda: False)
        history = read_history(again.folder)
        assert history.epochs.tolist() == list(range(1, 13))
        assert history.codes == codes
        assert history.class_f1.shape == (12, len(codes))
    assert np.isnan(history.columns["train_loss"]).all()


def test_earlier_versions_wrote_less(tmp_path):
    history = read_history(write(tmp_path, OLD, "1,.9,.8,.5,.4,.002,3", "2,.7,.6,.6,.5,.002,6"))
    assert history.best_epoch == 2
    assert history.columns["val_macro_f1"].tolist() == [0.4, 0.5]
    assert np.isnan(history.columns["train_macro_f1"]).all()
    assert history.class_f1.shape == (2, 0)


@pytest.mark.parametrize("cut", range(1, 22))
def test_line_that_is_still_being_written_is_left_out(tmp_path, cut):
    line = "2,.7,.6,.6,.5,.002,6.25\r\n"
    lines = (OLD, "1,.9,.8,.5,.4,.002,3", line[:-cut])
    assert read_history(write(tmp_path, *lines, end="")).epochs.tolist() == [1]


def test_before_the_first_epoch_there_is_none(tmp_path):
    assert read_history(tmp_path) is None
    assert read_history(write(tmp_path, OLD[:20], end="")) is None
    assert read_history(write(tmp_path, OLD)) is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,.9,.8,1.5,.4,.002,3", "an impossible val_overall_accuracy in the line of epoch 1"),
        ("1,,.8,.5,.4,.002,3", "no number as loss"),
        ("1,inf,.8,.5,.4,.002,3", "an impossible loss"),
        ("2,.9,.8,.5,.4,.002,3", "another epoch"),
        ('1,"', "unexpected end of data"),
    ],
)
def test_what_is_no_history_is_refused(tmp_path, line, message):
    with pytest.raises(RunError, match=message):
        read_history(write(tmp_path, OLD, line))


def test_classes_are_known_by_their_codes(tmp_path):
    assert read_history(write(tmp_path, f"{OLD},val_f1_7", "1,1,1,1,1,1,1,")).codes == (7,)
    for column in ("val_f1_255", "val_f1_07", "val_f1_x", "loss"):
        with pytest.raises(RunError, match=r"a class 255|a column"):
            read_history(write(tmp_path, f"{OLD},{column}", "1,1,1,1,1,1,1,1"))


def test_watched_samples_are_a_share_of_each_class():
    labels = np.repeat([0, 1, 2], [9000, 900, 100])
    np.random.default_rng(1).shuffle(labels)
    chosen = watched(labels, seed=5)
    assert len(chosen) == len(np.unique(chosen)) == 2000
    assert np.bincount(labels[chosen]).tolist() == [1800, 180, 20]
    assert (watched(labels, seed=5) == chosen).all()
    assert (watched(labels, seed=6) != chosen).any()
    assert watched(labels[:50], seed=5).tolist() == list(range(50))
