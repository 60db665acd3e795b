"""Starting a training in a process of its own, and knowing where it stands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psutil

from cropcore.errors import StorageError
from cropcore.training.record import State
from cropcore.training.run import Run

STARTING = "starting"
"""Stage of a run whose process was launched and has not said a word yet."""
_STARTING_SECONDS = 120
"""A process that has not said a word for this long after its launch never will."""


@dataclass(frozen=True)
class Status:
    """Where a training stands."""

    state: State
    stage: str
    """What it is doing, in words."""
    row: Mapping[str, float]
    """The last epoch's row of the history; empty before the first."""
    message: str
    """Why it failed, one sentence; empty otherwise."""
    exit_code: int
    """What the process returns or will return."""
    turn: int | None = None
    """When it comes, of a run that waits in line: the smallest is next."""


TRAINING = "cropcore.training.worker"
"""The module that trains a run."""


def launch(run: Run, module: str = TRAINING) -> subprocess.Popen[bytes]:
    """Start a job, usually a run's training, detached from this process: it survives us.

    Its output goes to ``log.txt``.

    Args:
        run: The run, or another folder that a job is done in.
        module: Does the job when it is run with that folder.
    """
    run.clear_cancel()
    write_state(run, "queued", stage=STARTING)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONUNBUFFERED": "1"}
    with (run.folder / "log.txt").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-m", module, str(run.folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )


def status(run: Run) -> Status:
    """Where a training stands; ``lost`` where its process is gone without a word."""
    content = run.read_json("state.json")
    state: State = content.get("state", "lost")
    if state == "running" and not _alive(content):
        state = "lost"
    turn = content.get("turn") if state == "queued" else None
    waits = isinstance(turn, int)
    if state == "queued" and not waits and time.time() - _written(run) > _STARTING_SECONDS:
        state = "lost"
    return Status(
        state,
        str(content.get("stage", "")),
        content.get("row", {}),
        str(content.get("message", "")),
        int(content.get("exit_code", 0)),
        turn if waits else None,
    )


def _written(run: Run) -> float:
    return (run.folder / "state.json").stat().st_mtime


def write_state(run: Run, state: State, **fields: Any) -> None:
    """Replace ``state.json``; while running it names this process.

    Raises:
        StorageError: The disk refused. Where it is full, an end is still told: it takes the room
            of the state before.
    """
    content: dict[str, Any] = {"state": state, "updated": datetime.now(UTC).isoformat(), **fields}
    if state == "running":
        content["pid"] = os.getpid()
        content["pid_started"] = psutil.Process().create_time()
    try:
        run.write_json("state.json", content)
    except StorageError:
        if state in ("queued", "running") or not _written_over(run, content):
            raise


def _written_over(run: Run, content: Mapping[str, Any]) -> bool:
    """Whether a state could be put in the place of the one before, which takes no new room."""
    text = json.dumps(content, ensure_ascii=False).encode()
    try:
        with (run.folder / "state.json").open("r+b", buffering=0) as file:
            complete = file.write(text) == len(text)
            file.truncate()
    except OSError:
        return False
    return complete


def _alive(content: Mapping[str, Any]) -> bool:
    """Whether the process that wrote the state still runs (a reused number does not count)."""
    try:
        process = psutil.Process(int(content.get("pid", -1)))
        started = float(content.get("pid_started", 0))
        return (
            process.is_running()
            and process.status() != psutil.STATUS_ZOMBIE
            and abs(process.create_time() - started) < 2
        )
    except (psutil.Error, ValueError):
        return False


__all__ = ["STARTING", "Status", "launch", "status", "write_state"]
