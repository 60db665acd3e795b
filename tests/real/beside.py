"""Two trainings of one region on the same folds, and by how much the second is better."""

import os
import sys
from pathlib import Path

from cropcore.training.comparing import compare_runs
from cropcore.training.procedure import train
from cropcore.training.record import TrainingRequest
from cropcore.training.run import Run, create_run


def real_data() -> Path:
    """The folder of real data sets; ends the program where none is named."""
    named = os.environ.get("CROPCORE_REAL_DATA")
    if not named or not Path(named).is_dir():
        sys.exit("CROPCORE_REAL_DATA names no folder of real data")
    return Path(named)


def compare(folder: Path, first: TrainingRequest, second: TrainingRequest) -> tuple[str, ...]:
    """Train both with folds and hold them against each other.

    Args:
        folder: Where the runs go.
        first: The one that the other is held against.
        second: The same data, seed and folds.

    Returns:
        What was measured: on what, each run's macro F1, and the difference with its interval.
    """
    runs = [_trained(folder / name, asked) for name, asked in (("a", first), ("b", second))]
    found = compare_runs(*runs)
    low, high = found["ci95"]["macro_f1"]
    rows = [
        f"{found['a']['measures']}, {first.folds} folds by group, {found['n']} pixels in "
        f"{found['groups']} blocks that no model learnt from, {len(found['a']['per_class'])} "
        f"classes, seed {first.seed}"
    ]
    for run, side in zip(runs, (found["a"], found["b"]), strict=True):
        spread = run.read_json("metrics.json")["spread"]
        asked = run.record.request
        rows.append(
            f"{asked.architecture}, {asked.fusion} fusion: macro F1 {side['macro_f1']:.3f} (sd "
            f"over folds {spread['macro_f1']:.3f}), overall accuracy "
            f"{side['overall_accuracy']:.3f}"
        )
        rows.append(
            "  F1 by class: "
            + ", ".join(f"{row['name']} {row['f1']:.2f} ({row['support']})"
                        for row in side["per_class"])
        )  # fmt: skip
    rows.append(
        f"second − first: macro F1 {found['delta']['macro_f1']:+.3f}, 95 % {low:+.3f} to "
        f"{high:+.3f} (paired bootstrap over blocks)"
    )
    return tuple(rows)


def _trained(folder: Path, asked: TrainingRequest) -> Run:
    run = create_run(folder, asked)
    train(run, lambda stage, row: None, lambda: False)
    return run
