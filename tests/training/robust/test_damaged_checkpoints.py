"""What a training goes on from is damaged, foreign or gone: one sentence, and the run stays."""

import json
import math
import shutil

import numpy as np
import pytest

from cropcore.errors import DivergedError, RunError
from cropcore.training import recorder, worker
from cropcore.training.checkpoints import store
from cropcore.training.launching import status
from tests.cli.conftest import command, one_sentence  # noqa: F401  (a fixture)
from tests.training.robust.conftest import EPOCHS, begun, go, losses


def foreign(path):
    """Another network under this name."""
    import keras

    taken = keras.Input((18, 3))
    model = keras.Model(taken, keras.layers.Dense(3)(keras.layers.Flatten()(taken)))
    model.compile(optimizer="adam", loss="mse")
    store(path, model)


def changed(change):
    """Some of the arrays are others."""

    def damage(path):
        with np.load(path) as stored:
            arrays = dict(stored)
        np.savez(path, **change(arrays))

    return damage


def without_optimiser(arrays):
    return {name: value for name, value in arrays.items() if name.startswith("network")}


def of_another_kind(arrays):
    return arrays | {"network_1": arrays["network_1"].astype(np.float64)}


def with_code(arrays):
    return arrays | {"network_1": np.array([print], object)}


def cut(path):
    """Half of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flipped(path):
    """Some bytes changed."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(byte ^ 0xFF for byte in content[middle : middle + 64])
    path.write_bytes(bytes(content))


def better_before(run):
    """Make it so that the best epoch was the first, whose network lies beside the last."""
    progress = json.loads((run.folder / "checkpoint.json").read_text())
    last = run.folder / f"checkpoint-{progress['epoch']}.npz"
    shutil.copy(last, run.folder / "checkpoint-1.npz")
    progress |= {"best_epoch": 1, "best_loss": 0.0}
    (run.folder / "checkpoint.json").write_text(json.dumps(progress))


def text(content):
    return lambda path: path.write_bytes(content)


DAMAGES = {
    "checkpoint.json": [
        text(b""), text(b"{"), text(b"[]"), text(b"\xff\xfe"), text(b'{"epoch": "three"}'),
        text(b'{"epoch": 3, "best_epoch": 9, "best_loss": 1.0, "seconds": 1.0}'),
        text(b'{"epoch": 2.5, "best_epoch": 1, "best_loss": 1.0, "seconds": 1.0}'),
        text(b'{"epoch": 9, "best_epoch": 2, "best_loss": 1.0, "seconds": 1.0}'),
        text(b'{"epoch": -1}'), text(b'{"colour": 3}'),
    ],
    "history.csv": [
        text(b""), text(b"\xff"), text(b"a,b\n1,2\n"), cut, lambda path: path.unlink(),
    ],
    "checkpoint-3.npz": [
        text(b""), text(b"no zip"), cut, flipped, foreign, lambda path: path.unlink(),
        changed(without_optimiser), changed(of_another_kind), changed(with_code),
    ],
    "checkpoint-1.npz": [text(b"no zip"), cut, foreign, lambda path: path.unlink()],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "damage"),
    [(name, damage) for name, damages in DAMAGES.items() for damage in damages],
)
def test_damage_is_told_in_one_sentence(copy, name, damage):
    better_before(copy)
    damage(copy.folder / name)
    kept = {path.name for path in copy.folder.iterdir()}
    with pytest.raises(RunError) as told:
        go(copy)
    assert one_sentence(str(told.value))
    assert str(copy.folder) in str(told.value)
    assert {path.name for path in copy.folder.iterdir()} >= kept, "nothing is thrown away"


def test_command_tells_it_and_keeps_the_run(command, copy, table):  # noqa: F811
    (copy.folder / "checkpoint-3.npz").write_bytes(b"no zip")
    code, out, err = command(
        "train", table, "cnn1d", "--no-baseline", "--resume", "--out", copy.folder
    )
    assert (code, out) == (2, "")
    assert one_sentence(err), err
    assert "checkpoint-3.npz" in err
    assert len(losses(copy.folder)) == 3


def test_undamaged_run_goes_on(copy):
    before = losses(copy.folder)
    go(copy)
    assert losses(copy.folder)[:3] == before
    assert len(losses(copy.folder)) == EPOCHS


def test_damaged_model_of_a_finished_run_is_told_when_it_is_measured(table, tmp_path, monkeypatch):
    from cropcore.training import procedure

    run = begun(tmp_path / "run", table)

    class KilledError(BaseException):
        pass

    def killed(*arguments):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(procedure, "test_members", killed)
        with pytest.raises(KilledError):
            go(run)
    (run.folder / "model.keras").write_bytes(b"no zip")
    with pytest.raises(RunError, match=r"model\.keras"):
        go(run)


def test_loss_that_is_no_number_names_its_epoch_and_keeps_the_others(table, tmp_path, monkeypatch):
    run, asked = begun(tmp_path / "run", table), []
    nll = recorder.nll

    def diverging(*arguments):
        asked.append(1)
        return math.nan if len(asked) > 4 else nll(*arguments)  # two an epoch

    with monkeypatch.context() as patch:
        patch.setattr(recorder, "nll", diverging)
        assert worker.main(str(run.folder)) == 1
    found = status(run)
    assert found.state == "failed"
    assert one_sentence(found.message)
    assert found.message.startswith("training, epoch 3: expected a finite loss")
    assert len(losses(run.folder)) == 2
    go(run)
    assert len(losses(run.folder)) == EPOCHS


def test_network_that_is_infinite_from_the_first_epoch_leaves_none(table, tmp_path):
    run = begun(tmp_path / "run", table, changes={"learning_rate": 1, "clip_norm": 1000})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "nll", lambda *arguments: math.inf)
        with pytest.raises(DivergedError, match="epoch 1"):
            go(run)
    assert losses(run.folder) == []
    assert not run.has_progress
