"""kill −9 at any moment: what is there belongs together, and nothing that was finished is lost."""

import json
import time

import numpy as np
import pytest

from cropcore.training import procedure, recorder
from cropcore.training.keeping import can_go_on
from cropcore.training.launching import launch, status
from cropcore.training.run import Run
from tests.training.robust.conftest import EPOCHS, begun, go, losses, validation_loss


class KilledError(BaseException):
    """Stands for the end of a process."""


def wait(run, ready):
    """Let a training process come to a point."""
    deadline = time.monotonic() + 240
    while not ready() and time.monotonic() < deadline:
        assert status(run).state in ("queued", "running"), status(run)
        time.sleep(0.02)
    assert ready()


def epochs_at(path):
    """Epochs that are safe."""
    return json.loads(path.read_text())["epoch"] if path.is_file() else 0


def shorten(run, epochs):
    """Let it end after some epochs."""
    record = run.record
    training = record.request.training.model_copy(update={"epochs": epochs})
    request = record.request.model_copy(update={"training": training})
    run.write_record(record.model_copy(update={"request": request}))


@pytest.mark.parametrize("kind", ["pixel", "second fold", "patch"])
def test_killed_process_is_gone_on_with(kind, table, patches, tmp_path):
    architecture, data = ("cnn3d", patches) if kind == "patch" else ("cnn1d", table)
    many = {"epochs": 4000, "patience": 1000}
    folds = {"folds": 2, "changes": {"epochs": 3}} if kind == "second fold" else {"changes": many}
    run = begun(tmp_path / "run", data, architecture, **folds)
    place = run.folder / "folds" / "2" if kind == "second fold" else run.folder
    if kind == "second fold":  # the first is soon over, the second would never be
        with pytest.raises(KilledError):
            go(run, stops_at("fitting model 2 of 3"))
        assert "fold_1" in run.record.models
        shorten(run, 4000)
    process = launch(run)
    wait(run, lambda: epochs_at(place / "checkpoint.json") >= 2)
    process.kill()
    process.wait()
    assert status(run).state == "lost"
    assert can_go_on(run, "lost")
    safe, before = epochs_at(place / "checkpoint.json"), losses(place)[:2]
    first = run.record.models.get("fold_1")
    shorten(run, safe + 1)
    go(run)
    after = losses(place)
    assert len(after) == safe + 1, "an unbroken line"
    assert after[:2] == before
    assert run.record.models.get("fold_1") == first, "what was over is not learnt again"
    assert run.finished.models["final"].complete
    assert not list(run.folder.rglob("checkpoint*"))
    assert not list(run.folder.rglob(".[0-9a-f]*")), "nothing half-written stays"


def stops_at(wanted):
    def tell(stage, row):
        if stage == wanted:
            raise KilledError

    return tell


@pytest.mark.parametrize(
    ("moment", "safe"),
    [
        ("before the history", 2),
        ("before the checkpoint", 2),
        ("before its note", 2),
        ("before the old one is cleared away", 3),
        ("before the events", 3),
    ],
)
def test_killed_between_any_two_files(table, tmp_path, monkeypatch, moment, safe):
    """In the third epoch; the best weights and the history still belong together in the end."""
    run = begun(tmp_path / "run", table)

    def dying(original, at):
        def step(*arguments, **others):
            if moment == at(arguments) and (len(losses(run.folder)) >= 3 or at is history):
                raise KilledError
            return original(*arguments, **others)

        return step

    def history(arguments):
        return "before the history" if arguments[1]["epoch"] == 3 else ""

    def written(arguments):
        names = {"checkpoint-3.npz": "before the checkpoint"}
        return names.get(arguments[0].name, "before its note")

    def cleared(arguments):
        return "before the old one is cleared away"

    def logged(arguments):
        return "before the events"

    with monkeypatch.context() as patch:
        patch.setattr(recorder.Recorder, "_append", dying(recorder.Recorder._append, history))
        patch.setattr(recorder, "replace_file", dying(recorder.replace_file, written))
        patch.setattr(recorder, "clear_checkpoints", dying(recorder.clear_checkpoints, cleared))
        patch.setattr(recorder.EventLog, "add", dying(recorder.EventLog.add, logged))
        with pytest.raises(KilledError):
            go(run)
    assert epochs_at(run.folder / "checkpoint.json") == safe
    go(run)
    assert len(losses(run.folder)) == EPOCHS
    assert validation_loss(run) == pytest.approx(min(losses(run.folder)), rel=1e-3)
    assert run.record.models["final"].best_epoch == int(np.argmin(losses(run.folder))) + 1


@pytest.mark.parametrize("stage", ["save_model", "test_members", "write_tested", "report"])
def test_killed_after_the_last_epoch(table, tmp_path, monkeypatch, stage):
    run = begun(tmp_path / "run", table)

    def killed(*arguments):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(procedure, stage, killed)
        with pytest.raises(KilledError):
            go(run)
    assert len(losses(run.folder)) == EPOCHS
    assert can_go_on(run, "lost")
    go(run)
    assert len(losses(run.folder)) == EPOCHS, "nothing was learnt twice"
    assert Run(run.folder).read_json("metrics.json")["n"] > 0
