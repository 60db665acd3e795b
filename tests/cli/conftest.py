"""The command line in this process, and a run that it made in one of its own."""

import subprocess
import sys

import pytest

from cropcore.cli.main import run as run_command
from tests.building import write_region
from tests.conftest import SMALL

CHANGES = {**SMALL, "epochs": 4}
QUICK = [f"--set={key}={value}" for key, value in CHANGES.items()]


@pytest.fixture
def command(monkeypatch, capfd, tmp_path):
    """Run the command line in this process; gives exit code, stdout and stderr."""
    monkeypatch.setenv("CROPCORE_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["cropcore", *map(str, arguments)])
        capfd.readouterr()
        code = run_command()
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return write_region(tmp_path_factory.mktemp("regions") / "demo")


@pytest.fixture(scope="module")
def region_run(tmp_path_factory, region):
    """A finished run on a region, made by the command itself in a process of its own."""
    out = tmp_path_factory.mktemp("runs") / "run"
    command = [sys.executable, "-m", "cropcore", "train", region, "cnn1d", "--out", out, *QUICK]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def one_sentence(err):
    """Whether stderr is one clear sentence and nothing else."""
    lines = [line for line in err.splitlines() if line.strip()]
    return len(lines) == 1 and lines[0].endswith(".") and "Traceback" not in err
