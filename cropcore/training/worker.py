"""The training process: ``python -m cropcore.training.worker RUN_DIR``."""

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from cropcore.errors import CancelledError, CropcoreError, DivergedError, StorageError
from cropcore.training.ensembles.seeds import put_together
from cropcore.training.launching import write_state
from cropcore.training.procedure import train
from cropcore.training.queueing import tend
from cropcore.training.run import Run, open_run

CANCELLED = 130


def main(folder: str) -> int:
    """Train a run and leave its end in ``state.json``.

    Returns:
        Exit code: 0 done, 2 unusable input, 130 cancelled, 1 anything else.
    """
    run = open_run(Path(folder))
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each of a run's models is traced
    signal.signal(signal.SIGTERM, lambda number, frame: _ask_to_stop(run, number, frame))
    started = time.monotonic()

    def tell(stage: str, row: Mapping[str, Any]) -> None:
        write_state(run, "running", stage=stage, row=dict(row))
        numbers = "  ".join(f"{name} {value:.5g}" for name, value in row.items())
        _log(f"[{time.monotonic() - started:8.1f} s] {stage}  {numbers}")

    message = ""
    try:
        cancelled = train(run, tell, lambda: run.cancel_requested)
        if not cancelled:
            message = _put_together(run, lambda: tell("putting the ensemble together", {}))
    except CancelledError as error:
        return _end(run, "cancelled", CANCELLED, str(error))
    except CropcoreError as error:
        return _end(run, "failed", 1 if isinstance(error, DivergedError) else 2, str(error))
    except MemoryError:
        advice = "lower --set samples_per_class or choose a smaller architecture"
        return _end(run, "failed", 1, f"The memory of this machine was used up; {advice}.")
    except BaseException as error:
        _log(traceback.format_exc())
        _end(run, "failed", 1, f"{type(error).__name__}: {error} (see log.txt)")
        raise
    if cancelled:
        return _end(run, "cancelled", CANCELLED, "Stopped early; the best weights were kept.")
    return _end(run, "done", 0, message)


def _put_together(run: Run, begin: Callable[[], object]) -> str:
    """Build the ensemble that a run was the last to be done for; gives why that cannot be."""
    try:
        put_together(run, begin)
    except (CropcoreError, MemoryError) as error:
        return f"The run is done, but not the ensemble it was trained for: {error}"
    return ""


def _end(run: Run, state: Any, code: int, message: str) -> int:
    _log(f"{state} {message}")
    try:
        write_state(run, state, message=message, exit_code=code)
    except StorageError as error:
        _log(str(error))
    return code


def _log(text: str) -> None:
    with suppress(OSError):  # a log without room is no reason to stop
        print(text)


def _ask_to_stop(run: Run, number: int, frame: FrameType | None) -> None:
    run.request_cancel()


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    ended = main(sys.argv[1])
    tend(Path(sys.argv[1]).resolve().parent)
    sys.exit(ended)
