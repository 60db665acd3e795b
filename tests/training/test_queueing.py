"""Trainings in a line: in their order, as many as there is room for, whatever dies meanwhile."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from cropcore.errors import SettingError, StorageError
from cropcore.sources import SourceOptions
from cropcore.training import queueing
from cropcore.training.launching import STARTING, launch, status, write_state
from cropcore.training.queueing import (
    at_once,
    enqueue,
    keep,
    move_first,
    set_at_once,
    tend,
    waiting,
    withdraw,
)
from cropcore.training.record import make_request
from cropcore.training.run import Run, create_run

LONG = 120
"""Seconds; TensorFlow has to start, and machines may be busy."""


@pytest.fixture
def runs(tmp_path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def started(monkeypatch) -> list[str]:
    """Names of the runs that would have been started, and no keeper."""
    names = []

    def begin(run):
        names.append(run.folder.name)
        write_state(run, "queued", stage=STARTING)
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(queueing, "launch", begin)
    monkeypatch.setattr(queueing, "tend", lambda runs: None)
    return names


def make(runs: Path, name: str) -> Run:
    return create_run(runs / name, make_request("/data/valley", "cnn1d"))


def names(line) -> list[str]:
    return [run.folder.name for run in line]


def test_one_trains_and_the_others_wait_in_their_order(runs, started):
    for name in ("c", "a", "b"):
        enqueue(make(runs, name))
    assert started == ["c"]
    assert names(waiting(runs)) == ["a", "b"]
    assert status(Run(runs / "a")).state == "queued"
    write_state(Run(runs / "c"), "done")
    keep_once(runs)
    assert started == ["c", "a"]
    assert names(waiting(runs)) == ["b"]


def keep_once(runs):
    with queueing._alone(runs):
        queueing._advance(runs)


def test_waiting_is_never_lost_by_age_and_starting_is(runs, started):
    first, second = make(runs, "a"), make(runs, "b")
    enqueue(first)
    enqueue(second)
    old = time.time() - 24 * 3600
    for run in (first, second):
        os.utime(run.folder / "state.json", (old, old))
    assert status(second).state == "queued"
    assert status(first).state == "lost", "a process that never said a word"
    keep_once(runs)
    assert started == ["a", "b"]


def test_run_that_dies_makes_room(runs, started):
    run = make(runs, "a")
    run.write_json("state.json", {"state": "running", "pid": os.getpid(), "pid_started": 0})
    enqueue(make(runs, "b"))
    assert started == ["b"], "the number of its process belongs to another one by now"


def test_run_that_was_started_elsewhere_takes_room(runs, started):
    write_state(make(runs, "a"), "running")
    enqueue(make(runs, "b"))
    assert started == []
    assert names(waiting(runs)) == ["b"]


def test_first_in_line_and_out_of_it(runs, started):
    write_state(make(runs, "busy"), "running")
    a, b, c = (make(runs, name) for name in "abc")
    for run in (a, b, c):
        enqueue(run)
    move_first(c)
    assert names(waiting(runs)) == ["c", "a", "b"]
    move_first(c)
    move_first(b)
    assert names(waiting(runs)) == ["b", "c", "a"]
    withdraw(c)
    assert names(waiting(runs)) == ["b", "a"]
    assert status(c).state == "cancelled"
    assert not c.cancel_requested
    enqueue(c)
    assert names(waiting(runs)) == ["b", "a", "c"], "at the end, like any other"


def test_withdrawing_one_that_began_stops_it_and_one_that_ended_is_left(runs, started):
    run = make(runs, "a")
    write_state(run, "running")
    withdraw(run)
    assert run.cancel_requested
    over = make(runs, "b")
    write_state(over, "done")
    withdraw(over)
    move_first(over)
    assert not over.cancel_requested
    assert status(over).state == "done"


def test_damaged_run_does_not_hold_the_line_up(runs, started):
    write_state(make(runs, "busy"), "running")
    enqueue(make(runs, "bad"))
    enqueue(make(runs, "good"))
    (runs / "bad" / "run.json").write_text("{", encoding="utf-8")
    for name, text in (("odd", '{"state": "queued", "turn": "now"}'), ("worse", "[")):
        (runs / name).mkdir()
        (runs / name / "state.json").write_text(text, encoding="utf-8")
    write_state(Run(runs / "busy"), "done")
    keep_once(runs)
    assert started == ["good"]
    found = status(Run(runs / "bad"))
    assert found.state == "failed"
    assert "run.json" in found.message


def test_more_at_once_up_to_the_cores(runs, started, monkeypatch):
    monkeypatch.setattr(queueing, "most_at_once", lambda: 3)
    for name in "abcd":
        enqueue(make(runs, name))
    assert started == ["a"]
    set_at_once(runs, 3)
    assert started == ["a", "b", "c"]
    assert at_once(runs) == 3
    for wrong in (0, 4):
        with pytest.raises(SettingError, match="one a core"):
            set_at_once(runs, wrong)
    (runs / ".queue.json").write_text(json.dumps({"at_once": 1e9}), encoding="utf-8")
    assert at_once(runs) == 3
    for damaged in ("{", '{"at_once": "many"}', '{"at_once": -3}', "[]"):
        (runs / ".queue.json").write_text(damaged, encoding="utf-8")
        assert at_once(runs) == 1


def test_many_at_the_same_time_start_one(runs, started):
    made = [make(runs, f"run {number:02}") for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(enqueue, made))
    assert len(started) == 1
    line = waiting(runs)
    assert {*names(line), *started} == {run.folder.name for run in made}
    turns = [status(run).turn for run in line]
    assert len(set(turns)) == len(turns)


def test_lock_that_is_held_is_told_and_one_of_the_dead_is_free(runs, started, monkeypatch):
    run = make(runs, "a")
    monkeypatch.setattr(queueing, "_LONGEST_WAIT", 0.2)
    code = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, runs / ".queue.lock"], stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(StorageError, match="holds its lock"):
        enqueue(run)
    assert started == []
    holder.kill()
    holder.wait()
    holder.stdout.close()
    enqueue(run)
    assert started == ["a"]


def test_second_keeper_leaves_at_once(runs, started):
    write_state(make(runs, "busy"), "running")
    enqueue(make(runs, "a"))
    with queueing._held(runs / ".queue.keeper", 0) as mine:
        assert mine
        begun = time.monotonic()
        keep(runs)
        assert time.monotonic() - begun < 0.5
    assert names(waiting(runs)) == ["a"]


def test_folder_that_is_gone_is_no_queue(tmp_path):
    keep(tmp_path / "nowhere")
    tend(tmp_path / "nowhere")
    assert waiting(tmp_path / "nowhere") == ()
    assert not list(tmp_path.iterdir())
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(tmp_path / "nowhere" / "x")


def test_the_next_begins_after_one_was_killed_and_nobody_looks(runs, table):
    small = {"filters": 4, "dense_units": 8, "batch_size": 16}
    options = SourceOptions(group="farm")
    endless = make_request(
        str(table), "cnn1d", changes={**small, "epochs": 5000, "patience": 1000}, options=options
    )
    brief = make_request(
        str(table), "cnn1d", changes={**small, "epochs": 2}, options=options, baseline=False
    )
    first = create_run(runs / "endless", endless)
    second, third = (create_run(runs / name, brief) for name in ("second", "third"))
    child = launch(first)
    until(lambda: status(first).state == "running")
    enqueue(second)
    enqueue(third)
    assert names(waiting(runs)) == ["second", "third"]
    pid = first.read_json("state.json")["pid"]
    assert pid == child.pid
    psutil.Process(pid).send_signal(signal.SIGKILL)
    child.wait()
    assert status(first).state == "lost"
    until(lambda: status(second).state != "queued")
    assert status(third).turn is not None, "one at a time"
    until(lambda: status(third).state == "done")
    assert status(second).state == "done"
    assert second.record.models
    until(lambda: not any(child.poll() is None for child in queueing._children))


def until(true):
    deadline = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)
