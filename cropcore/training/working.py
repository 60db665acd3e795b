"""A job in a process of its own: whatever happens, its end stands in ``state.json``."""

from __future__ import annotations

import logging
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from cropcore.errors import CancelledError, CropcoreError, DivergedError, StorageError
from cropcore.garbage import collect_rarely
from cropcore.training.launching import write_state
from cropcore.training.record import State
from cropcore.training.run import Run

CANCELLED = 130
Tell = Callable[[str, Mapping[str, Any]], None]
"""Says at which stage a job is, with numbers."""


def work(folder: Run, job: Callable[[Tell], tuple[State, str]], advice: str) -> int:
    """Do a job to its end.

    SIGTERM is a request to stop, like any other.

    Args:
        folder: Where the job's ``state.json`` lies, and the request to stop.
        job: Is given what to tell of itself; gives the state it ends in, and a sentence.
        advice: What to do where the memory was too small.

    Returns:
        Exit code: 0 done, 2 unusable input, 130 cancelled, 1 anything else.
    """
    collect_rarely()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced
    signal.signal(signal.SIGTERM, lambda number, frame: folder.request_cancel())
    started = time.monotonic()

    def tell(stage: str, row: Mapping[str, Any]) -> None:
        write_state(folder, "running", stage=stage, row=dict(row))
        numbers = "  ".join(f"{name} {value:.5g}" for name, value in row.items())
        _log(f"[{time.monotonic() - started:8.1f} s] {stage}  {numbers}")

    try:
        state, message = job(tell)
    except CancelledError as error:
        return _end(folder, "cancelled", CANCELLED, str(error))
    except CropcoreError as error:
        return _end(folder, "failed", 1 if isinstance(error, DivergedError) else 2, str(error))
    except MemoryError:
        return _end(folder, "failed", 1, f"The memory of this machine was used up; {advice}.")
    except BaseException as error:
        _log(traceback.format_exc())
        _end(folder, "failed", 1, f"{type(error).__name__}: {error} (see log.txt)")
        raise
    return _end(folder, state, CANCELLED if state == "cancelled" else 0, message)


def _end(folder: Run, state: State, code: int, message: str) -> int:
    _log(f"{state} {message}")
    try:
        write_state(folder, state, message=message, exit_code=code)
    except StorageError as error:
        _log(str(error))
    return code


def _log(text: str) -> None:
    with suppress(OSError):  # a log without room is no reason to stop
        print(text)


__all__ = ["CANCELLED", "Tell", "work"]
