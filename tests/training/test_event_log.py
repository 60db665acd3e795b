"""Events for TensorBoard: the history, epoch by epoch, whatever happened in between."""

import numpy as np
import pytest

from cropcore.errors import StorageError
from cropcore.training.event_log import EventLog
from cropcore.training.history import read_history
from cropcore.training.procedure import train
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.conftest import SMALL


def events(folder):
    """Values by step and tag, as TensorBoard finds them."""
    import tensorflow as tf
    from tensorflow.core.util.event_pb2 import Event

    (path,) = (folder / "tensorboard").iterdir()
    assert path.name.startswith("events.out.tfevents.")
    first, *rest = [
        Event.FromString(record.numpy()) for record in tf.data.TFRecordDataset(str(path))
    ]
    assert first.file_version == "brain.Event:2"
    return [
        (event.step, {value.tag: value.simple_value for value in event.summary.value})
        for event in rest
    ]


def check(folder):
    found, history = events(folder), read_history(folder)
    assert [step for step, _ in found] == history.epochs.tolist()
    for name in ("loss", "val_loss", "val_macro_f1", "lr"):
        logged = [values[name] for _, values in found]
        np.testing.assert_allclose(logged, history.columns[name], rtol=1e-4)
    assert any(name.startswith("val_f1_") for name in found[-1][1])
    return found


def test_each_epoch_is_an_event(table_run):
    assert len(check(table_run.folder)) == len(read_history(table_run.folder).epochs)


def test_resumed_training_logs_on_without_a_gap(table, tmp_path):
    request = make_request(str(table), "cnn1d", changes={**SMALL, "epochs": 6}, baseline=False)
    run, rows = create_run(tmp_path / "run", request), []
    train(run, lambda stage, row: rows.extend([row] if row else []), lambda: len(rows) >= 2)
    assert len(check(run.folder)) == 2
    train(Run(run.folder), lambda stage, row: None, lambda: False)
    assert len(check(run.folder)) == 6


def test_folds_have_their_own(table, tmp_path):
    changes = {**SMALL, "epochs": 2}
    request = make_request(str(table), "cnn1d", changes=changes, baseline=False, folds=2)
    run = create_run(tmp_path / "run", request)
    train(run, lambda stage, row: None, lambda: False)
    for folder in (run.folder, run.folder / "folds" / "1", run.folder / "folds" / "2"):
        assert len(check(folder)) == 2


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "tensorboard").write_text("a file", encoding="utf-8")
    with pytest.raises(StorageError, match="tensorboard"):
        EventLog(tmp_path, None)
