"""``cropcore train --queue``: in its turn, and only among the runs of the workspace."""

import json
import signal

from cropcore.training.launching import status, write_state
from cropcore.training.queueing import waiting
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run
from tests.cli.conftest import QUICK, one_sentence


def test_queued_training_is_followed_to_its_end(command, region, tmp_path):
    code, out, err = command(
        "train", region, "random_forest", "--set=n_trees=5", "--queue", "--json"
    )
    assert code == 0, err
    told = json.loads(out)
    run = Run(tmp_path / "workspace" / "runs" / told["run"].rpartition("/")[2])
    assert status(run).state == "done"
    assert told["command"].startswith(f"cropcore train {region} random_forest --preset standard")
    assert waiting(run.folder.parent) == ()


def test_interrupted_wait_leaves_the_line(command, region, tmp_path, monkeypatch):
    runs = tmp_path / "workspace" / "runs"
    monkeypatch.setattr("cropcore.training.queueing.tend", lambda runs: None)
    busy = create_run(runs / "busy", make_request(str(region), "cnn1d"))
    write_state(busy, "running")

    def interrupted(*shown):
        assert [run.folder.name for run in waiting(runs)] == ["patient"]
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("cropcore.cli.train._show", interrupted)
    out = runs / "patient"
    code, _, err = command("train", region, "cnn1d", *QUICK, "--queue", "--out", out)
    assert code == 130
    assert one_sentence(err) or "--resume" in err
    assert status(Run(out)).state == "cancelled"
    assert waiting(runs) == ()


def test_run_elsewhere_cannot_wait(command, region, tmp_path):
    out = tmp_path / "elsewhere"
    code, _, err = command("train", region, "cnn1d", "--queue", "--out", out)
    assert code == 2
    assert one_sentence(err)
    assert "--queue" in err
    assert not out.exists()
