"""A disk that fills up while a network learns: one sentence, and later on from the last epoch."""

import signal
import subprocess
import sys

import pytest

from cropcore.training import worker, working
from cropcore.training.keeping import can_go_on
from cropcore.training.launching import status
from cropcore.training.run import Run
from tests.cli.conftest import one_sentence
from tests.training.robust.conftest import EPOCHS, begun, go, losses

FULL = "free some space or choose another place."


@pytest.fixture(autouse=True)
def signals():
    """The worker takes a signal for itself."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def fill(place, free):
    """Leave so many bytes of a disk."""
    ballast = place / "ballast"
    with ballast.open("ab", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            file.truncate(max(file.tell() - free, 0))
    return ballast


@pytest.mark.parametrize("kind", ["pixel", "patch"])
@pytest.mark.parametrize("free", [0, 4096, 16_384, 65_536, 262_144])
def test_full_disk_ends_in_a_sentence_and_is_gone_on_from(
    table, patches, tiny_disk, monkeypatch, kind, free
):
    """Whichever file finds no room: history, network, note, events, snapshot."""
    architecture, data = ("cnn3d", patches) if kind == "patch" else ("cnn1d", table)
    run = begun(tiny_disk / "run", data, architecture)
    tell = working.write_state

    def filling(run, state, **fields):
        tell(run, state, **fields)
        if fields.get("row", {}).get("epoch") == 2:
            fill(tiny_disk, free)

    with monkeypatch.context() as patch:
        patch.setattr(working, "write_state", filling)
        code = worker.main(str(run.folder))
    found = status(run)
    (tiny_disk / "ballast").unlink()
    if code != 0:  # else there was room for all that came
        assert (found.state, found.exit_code, code) == ("failed", 2, 2)
        assert one_sentence(found.message), found.message
        assert found.message.endswith(FULL)
        assert len(losses(run.folder)) >= 2
        assert can_go_on(run, "failed")
        go(run)
    assert code == 2 or free >= 65_536
    assert len(losses(run.folder)) == EPOCHS
    assert run.finished.models["final"].epochs == EPOCHS
    assert not list(run.folder.rglob("checkpoint*"))


@pytest.mark.parametrize("stage", ["measuring", "fitting"])
def test_full_disk_before_and_after_fitting(table, tiny_disk, monkeypatch, stage):
    run = begun(tiny_disk / "run", table)
    tell = working.write_state

    def filling(run, state, **fields):
        tell(run, state, **fields)
        if fields.get("stage") == stage and not fields.get("row"):
            fill(tiny_disk, 0)

    with monkeypatch.context() as patch:
        patch.setattr(working, "write_state", filling)
        assert worker.main(str(run.folder)) == 2
    assert status(run).message.endswith(FULL)
    (tiny_disk / "ballast").unlink()
    go(run)
    assert Run(run.folder).read_json("metrics.json")["n"] > 0
    assert len(losses(run.folder)) == EPOCHS


def test_files_that_may_not_grow_are_told_without_being_root(table, tmp_path):
    """A limit on the size of files stands for a disk without room."""
    run = begun(tmp_path / "run", table)
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from cropcore.training.worker import main; import tensorflow, keras;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        f"sys.exit(main({str(run.folder)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert one_sentence(status(run).message)
    assert status(run).state == "failed"
    assert not [*run.folder.glob("*.keras"), *run.folder.glob("checkpoint-*")]
    assert not list(run.folder.glob(".*.npz")), "nothing half-written stays"
    go(run)
    assert len(losses(run.folder)) == EPOCHS
