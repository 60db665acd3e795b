"""Trainings that wait for their turn: run folders in a line, started one after another.

A run that waits says so in its ``state.json``: it is queued and has a ``turn``; the smallest is
next. Nothing else is remembered, so a line outlives browsers, dashboards and machines. A small
process of its own, the keeper, starts the next run when there is room: also after one that died,
and with no browser open. Two locks in the folder of the runs, held by SQLite and let go of by the
system with whoever holds them, see to it that there is one keeper and one change at a time.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cropcore.errors import CropcoreError, SettingError, StorageError
from cropcore.training.launching import STARTING, Status, launch, status, write_state
from cropcore.training.run import Run

WITHDRAWN = "Taken out of the queue before it began."
"""What a run says that was."""
_LOCK, _KEEPER, _SETTING = ".queue.lock", ".queue.keeper", ".queue.json"
_EVERY = 1.0
"""Seconds between two looks of the keeper."""
_LONGEST_WAIT = 30.0
"""Seconds; nobody changes a line for longer than an instant."""
_CANCELLED = 130
_DAMAGE = (CropcoreError, OSError, ValueError, TypeError, AttributeError)
"""What reading a state that somebody else wrote may end in."""
_children: list[subprocess.Popen[bytes]] = []
"""What this process started; whatever ended is let go of."""


def enqueue(run: Run) -> None:
    """Let a run wait at the end of its folder's line; it begins at once where there is room.

    Raises:
        StorageError: The disk refused.
    """
    runs = run.folder.parent
    with _alone(runs):
        last = max((now.turn for _, now in _states(runs) if now.turn is not None), default=0)
        run.clear_cancel()
        write_state(run, "queued", turn=last + 1)
        _advance(runs)
    tend(runs)


def waiting(runs: Path) -> tuple[Run, ...]:
    """The runs of a folder that wait, the next one first."""
    line = ((now.turn, run) for run, now in _states(runs) if now.turn is not None)
    return tuple(run for _, run in sorted(line, key=lambda item: (item[0], item[1].folder.name)))


def withdraw(run: Run) -> None:
    """Take a run out of the line; one that began meanwhile is asked to stop.

    Raises:
        StorageError: The disk refused.
    """
    with _alone(run.folder.parent):
        now = status(run)
        if now.turn is not None:
            write_state(run, "cancelled", message=WITHDRAWN, exit_code=_CANCELLED)
        elif now.state in ("queued", "running"):
            run.request_cancel()


def move_first(run: Run) -> None:
    """Let a run that waits be the next one.

    Raises:
        StorageError: The disk refused.
    """
    with _alone(run.folder.parent):
        first = next(iter(waiting(run.folder.parent)), run)
        turns = status(run).turn, status(first).turn
        if first != run and turns[0] is not None and turns[1] is not None:
            write_state(run, "queued", turn=turns[1] - 1)


def most_at_once() -> int:
    """How many trainings this machine may be asked to run side by side: one a core."""
    return os.cpu_count() or 1


def at_once(runs: Path) -> int:
    """How many trainings of a folder run side by side; one unless somebody chose more."""
    with suppress(*_DAMAGE):
        return min(max(int(Run(runs).read_json(_SETTING)["at_once"]), 1), most_at_once())
    return 1


def set_at_once(runs: Path, count: int) -> None:
    """Choose how many trainings of a folder run side by side; the line follows.

    Raises:
        SettingError: Not between 1 and the number of cores.
        StorageError: The disk refused.
    """
    if not 1 <= count <= most_at_once():
        raise SettingError(
            "trainings at once",
            expected=f"1 to {most_at_once()}, one a core",
            got=str(count),
            advice="choose another number",
        )
    Run(runs).write_json(_SETTING, {"at_once": count})
    with _alone(runs):
        _advance(runs)


def tend(runs: Path) -> None:
    """Make sure that a line has its keeper; does nothing where no run waits."""
    _children[:] = [child for child in _children if child.poll() is None]
    if not waiting(runs):
        return
    with _held(runs / _KEEPER, 0) as free:
        if not free:
            return
    _children.append(
        subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-m", "cropcore.training.queueing", str(runs)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    )


def keep(runs: Path) -> None:
    """Start waiting runs as there is room, until none waits; leaves at once where one keeps."""
    while waiting(runs):  # one may have come while the lock was let go of
        with _held(runs / _KEEPER, 0) as mine:
            if not mine:
                return
            while waiting(runs):
                with _alone(runs):
                    _advance(runs)
                _children[:] = [child for child in _children if child.poll() is None]
                time.sleep(_EVERY)


def _advance(runs: Path) -> None:
    """Start as many runs as there is room for; only for who holds the lock."""
    room = at_once(runs) - sum(_is_busy(now) for _, now in _states(runs))
    for run in waiting(runs):
        if room <= 0:
            return
        room -= _start(run)


def _start(run: Run) -> bool:
    """Start one; what cannot begin fails, so that the others can.

    Returns:
        Whether it began.
    """
    try:
        _ = run.record
        _children.append(launch(run))
    except (CropcoreError, OSError) as error:
        with suppress(CropcoreError):
            write_state(run, "failed", message=str(error), exit_code=2)
        return False
    return True


def _is_busy(now: Status) -> bool:
    return now.state == "running" or (now.state == "queued" and now.stage == STARTING)


def _states(runs: Path) -> Iterator[tuple[Run, Status]]:
    """The runs of a folder and where they stand; damaged ones take no part."""
    folders: list[Path] = []
    with suppress(OSError):
        folders = sorted(path for path in runs.iterdir() if not path.name.startswith("."))
    for folder in folders:
        if (folder / "state.json").is_file():
            with suppress(*_DAMAGE):
                yield Run(folder), status(Run(folder))


@contextmanager
def _alone(runs: Path) -> Iterator[None]:
    """Nobody else changes the line meanwhile.

    Raises:
        StorageError: There is no such folder, or somebody held the line for too long.
    """
    with _held(runs / _LOCK, _LONGEST_WAIT) as mine:
        if not mine:
            raise StorageError(
                runs,
                expected="a folder of runs whose queue can be changed",
                got="a disk that refuses, or another program that holds its lock",
                advice="check the folder's permissions and try again",
            )
        yield


@contextmanager
def _held(path: Path, seconds: float) -> Iterator[bool]:
    """Hold a lock, waiting for it for so long; gives whether that worked."""
    connection, mine = None, False
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(path, timeout=seconds, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        mine = True
    try:
        yield mine
    finally:
        if connection is not None:
            connection.close()


__all__ = [
    "WITHDRAWN",
    "at_once",
    "enqueue",
    "keep",
    "most_at_once",
    "move_first",
    "set_at_once",
    "tend",
    "waiting",
    "withdraw",
]

if __name__ == "__main__":
    keep(Path(sys.argv[1]))
