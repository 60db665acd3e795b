"""The training process: ``python -m cropcore.training.worker RUN_DIR``."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from cropcore.errors import CropcoreError
from cropcore.training.ensembles.seeds import put_together
from cropcore.training.procedure import train
from cropcore.training.queueing import tend
from cropcore.training.record import State
from cropcore.training.run import Run, open_run
from cropcore.training.working import Tell, work

_SMALLER = "lower --set samples_per_class or choose a smaller architecture"


def main(folder: str) -> int:
    """Train a run and leave its end in ``state.json``; gives the exit code."""
    run = open_run(Path(folder))

    def job(tell: Tell) -> tuple[State, str]:
        if train(run, tell, lambda: run.cancel_requested):
            return "cancelled", "Stopped early; the best weights were kept."
        return "done", _put_together(run, lambda: tell("putting the ensemble together", {}))

    return work(run, job, _SMALLER)


def _put_together(run: Run, begin: Callable[[], object]) -> str:
    """Build the ensemble that a run was the last to be done for; gives why that cannot be."""
    try:
        put_together(run, begin)
    except (CropcoreError, MemoryError) as error:
        return f"The run is done, but not the ensemble it was trained for: {error}"
    return ""


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    ended = main(sys.argv[1])
    tend(Path(sys.argv[1]).resolve().parent)
    sys.exit(ended)
