"""What looking inside takes: ``python -m tests.training.snapshots.cost [NAME…]``.

Share of the fitting's time that snapshots take with the preset Quick on the bundled region, and
the size of the largest; a fifth and 2 MB are what they may take. ``--epochs`` ends a training
sooner, which is harder to please: each of the first ten epochs is looked at, and the first look
traces the network. Time is that of processors, which others on the machine disturb less.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cropcore.models import ARCHITECTURES
from cropcore.training import procedure
from cropcore.training.record import make_request
from cropcore.training.run import create_run
from cropcore.training.snapshots import FOLDER, taking
from cropcore.workspace import sample_data

SHARE, LARGEST = 0.2, 2e6


class Timed:
    """A function that adds up the processor's seconds it takes."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.seconds, self.calls = function, 0.0, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        started = time.process_time()
        try:
            return self.function(*given, **named)
        finally:
            self.seconds += time.process_time() - started
            self.calls += 1


def measure(name: str, epochs: int | None) -> tuple[Timed, Timed, int]:
    """The looks, the whole fitting, and bytes of the largest snapshot."""
    fitting = Timed(procedure.fit)
    looks, first = Timed(taking.Snapshots.take), Timed(taking.Snapshots.__init__)
    changes = {} if epochs is None else {"epochs": epochs}
    region = sample_data() / "regions" / "champagne_simulated"
    request = make_request(str(region), name, preset="quick", changes=changes, baseline=False)
    with (
        patch.object(procedure, "fit", fitting),
        patch.object(taking.Snapshots, "take", lambda *given: looks(*given)),
        patch.object(taking.Snapshots, "__init__", lambda *given: first(*given)),
        tempfile.TemporaryDirectory() as place,
    ):
        run = create_run(Path(place, "run"), request)
        procedure.train(run, lambda stage, row: None, lambda: False)
        sizes = [path.stat().st_size for path in (run.folder / FOLDER).glob("*.npz")]
    looks.seconds += first.seconds
    return looks, fitting, max(sizes)


def main() -> int:
    """Print a line for each architecture; 1 where one takes too much."""
    networks = [name for name in ARCHITECTURES if ARCHITECTURES[name].kind == "network"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(networks))
    parser.add_argument("--epochs", type=int)
    given = parser.parse_args()
    print("architecture        looks  seconds  of fitting   share  kB each  goal")
    missed = 0
    for name in given.names or networks:
        looks, fitting, size = measure(name, given.epochs)
        share = looks.seconds / fitting.seconds
        met = share <= SHARE and size <= LARGEST
        print(
            f"{name:18} {looks.calls:6}  {looks.seconds:7.1f}  {fitting.seconds:10.1f}"
            f"  {share:6.1%}  {size / 1000:7.0f}  {'met' if met else 'missed'}",
            flush=True,
        )
        missed += not met
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
