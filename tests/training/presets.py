"""What the presets cost and are worth on the bundled region: ``python -m tests.training.presets``.

Quick shall take a minute for a network of single series and three for one that sees surroundings,
on two cores, and reach nine tenths of Standard's macro-F1. Figures are of simulated data, one split
by parcel: they compare presets, not methods.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cropcore.models import ARCHITECTURES
from cropcore.training.run import Run

LIMITS = {"pixel": 60, "patch": 180}
"""Seconds of Quick, by the kind of sample."""
SHARE = 0.9
"""Of Standard's macro-F1."""
REGION = "champagne_simulated"


def measure(name: str, preset: str, seed: int) -> tuple[float, float, float, int]:
    """Seconds of everything, seconds of fitting, macro-F1 and test samples of one training."""
    with tempfile.TemporaryDirectory() as place:
        out, started = Path(place, "run"), time.monotonic()
        command = [
            sys.executable, "-m", "cropcore", "train", REGION, name, "--preset", preset,
            "--seed", str(seed), "--no-baseline", "--out", str(out), "--json",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{name}, {preset}: {done.stderr}")
        metrics = Run(out).read_json("metrics.json")
        fitted = Run(out).record.models["final"].seconds
        return time.monotonic() - started, fitted, metrics["macro_f1"], metrics["n"]


def main() -> int:
    """Print a line for each architecture; 1 where one misses its goal."""
    names = [name for name in ARCHITECTURES if name != "ensemble"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--quick-only", action="store_true", help="leave Standard out")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    unknown = set(given.names) - set(names)
    if unknown:
        parser.error(f"no architecture {', '.join(sorted(unknown))}")
    print("architecture         quick s  fitting s  macro F1  standard s  macro F1  ratio  goal")
    missed = 0
    for name in given.names or names:
        seconds, fitting, quick, _ = measure(name, "quick", given.seed)
        met = seconds <= LIMITS[ARCHITECTURES[name].sample]
        line = f"{name:20} {seconds:7.0f}  {fitting:9.0f}  {quick:8.3f}"
        if not given.quick_only:
            longer, _, standard, _ = measure(name, "standard", given.seed)
            met = met and quick >= SHARE * standard
            line += f"  {longer:10.0f}  {standard:8.3f}  {quick / standard:5.2f}"
        else:
            line += " " * 29
        print(f"{line}  {'met' if met else 'missed'}", flush=True)
        missed += not met
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
