"""Every architecture on the same folds of real data, beside a random forest: one table.

``python -m tests.real.architectures matogrosso OUT [NAME…] [--seeds N]``, or ``belgium``, ``demo``.
Runs are kept in OUT, so that an interrupted table goes on; without names all are trained, and the
three that were best on the validation samples become an ensemble. Figures are printed as measured,
losses included.
"""

import argparse
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cropcore.accuracy import assess, bootstrap_difference
from cropcore.models import ARCHITECTURES
from cropcore.sources import SourceOptions
from cropcore.training.comparing import compare_runs, pair_runs
from cropcore.training.ensembles.building import build_ensemble
from cropcore.training.ensembles.validating import validation_answers
from cropcore.training.measuring import report
from cropcore.training.procedure import train
from cropcore.training.record import TrainingRequest, make_request
from cropcore.training.run import Run, create_run, open_run
from cropcore.workspace import sample_data

BASELINE = "random_forest"
HYBRIDS: dict[str, dict[str, Any]] = {
    "cnn1d→lstm": {"first": "cnn1d", "second": "lstm"},
    "transformer→atlstm": {"first": "transformer", "second": "atlstm"},
    "cnn1d‖atlstm": {"first": "cnn1d", "second": "atlstm", "join": "beside"},
    "transformer‖atlstm": {"first": "transformer", "second": "atlstm", "join": "beside"},
}


@dataclass(frozen=True)
class Set:
    """Data, and how models are tested on them."""

    region: Path
    sample: str
    """Kind of the architectures that are tried: ``pixel`` or ``patch``."""
    options: SourceOptions
    folds: int | None
    seeds: tuple[int, ...]
    """Of each architecture; the split is that of the first."""
    changes: dict[str, Any] = field(default_factory=dict)


def sets() -> dict[str, Set]:
    """The data by name."""
    real = Path(os.environ.get("CROPCORE_REAL_DATA", "."))
    belgium = Path(__file__).parent.parent / "fixtures" / "belgium"
    table = real / "matogrosso_modis_9classes" / "timeseries.parquet"
    ours = sample_data() / "regions" / "champagne_simulated"
    there = SourceOptions(data=real / "worldcereal_belgium_s1s2")
    return {
        "matogrosso": Set(table, "pixel", SourceOptions(block=0.02), 5, (0,)),
        "belgium": Set(belgium, "patch", there, None, (0, 1, 2)),
        "demo": Set(ours, "patch", SourceOptions(), None, (0, 1, 2)),
    }


def entries(sample: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is tried, by the name it has in the table."""
    found: dict[str, tuple[str, dict[str, Any]]] = {BASELINE: (BASELINE, {})}
    for name, kind in ARCHITECTURES.items():
        if kind.sample == sample and name not in (BASELINE, "ensemble", "hybrid"):
            found[name] = (name, {})
    if sample == "pixel":
        found["atlstm (luong)"] = ("atlstm", {"attention": "luong"})
        found |= {name: ("hybrid", settings) for name, settings in HYBRIDS.items()}
    if sample == "patch":
        found["cnn3d (3D-2D)"] = ("cnn3d", {"fold_time": True})
        for cell in ("convlstm", "convstar"):  # the first is convgru by itself
            found[f"convrnn ({cell})"] = ("convrnn", {"cell": cell})
    return found


def trained(folder: Path, asked: TrainingRequest) -> Run:
    """A run of a request, taken up where it was left."""
    run = open_run(folder) if folder.is_dir() else create_run(folder, asked)
    kept = run.record.request
    if (kept.hyperparameters, kept.training) != (asked.hyperparameters, asked.training):
        sys.exit(f"{folder} was trained with other settings; choose another OUT or delete it")
    if not (folder / "metrics.json").is_file():
        import keras

        keras.backend.clear_session()  # what the one before has traced
        train(run, lambda stage, row: None, lambda: False)
    return run


def row(name: str, runs: list[Run], forest: Run) -> str:
    """A line of the table."""
    metrics = [run.read_json("metrics.json") for run in runs]
    scores = np.array([item["macro_f1"] for item in metrics])
    models = runs[0].record.models
    seconds = np.mean([sum(model.seconds for model in run.record.models.values()) for run in runs])
    told = f"{name:22} {len(runs)} {scores.mean():.3f}"
    if len(runs) > 1:
        told += f" ± {scores.std(ddof=1):.3f} over seeds"
    if "spread" in metrics[0]:
        told += f" ± {metrics[0]['spread']['macro_f1']:.3f} over folds"
    if runs[0].folder != forest.folder:
        found = compare_runs(forest, runs[0])
        low, high = found["ci95"]["macro_f1"]
        told += f" | {found['delta']['macro_f1']:+.3f} ({low:+.3f} to {high:+.3f})"
    return f"{told} | {seconds:6.0f} s | {models['final'].parameters:,}"


def best_three(runs: list[Run], out: Path) -> Run:
    """An ensemble of those that were best on samples to validate with; none was tested for it."""
    answers = validation_answers(runs)
    scores = [report(answer, runs[0].described)["macro_f1"] for answer in answers]
    order = sorted(range(len(runs)), key=lambda number: scores[number], reverse=True)
    for number in order:
        print(f"  on {len(answers[number])} validation samples {scores[number]:.3f}", end=" ")
        print(runs[number].record.name)
    return combined([runs[number] for number in order[:3]], out)


def combined(runs: list[Run], out: Path) -> Run:
    """The mean of runs."""
    shutil.rmtree(out, ignore_errors=True)  # of runs that may have changed
    return build_ensemble(runs, out)


def as_one(title: str, runs: list[Run], forest: Run) -> str:
    """A line for the mean of runs on all samples; none is needed to choose or to calibrate."""
    pairs = [pair_runs(forest, run) for run in runs]
    reference, groups, base = pairs[0].reference, pairs[0].groups, pairs[0].a.predicted
    mean = np.mean([pair.b.probabilities for pair in pairs], axis=0).argmax(axis=1)
    legend = forest.described.legend
    score, other = (assess(reference, given, legend)["macro_f1"] for given in (mean, base))
    low, high = bootstrap_difference(reference, mean, base, groups, "macro_f1", len(legend))
    told = f"{title}, on all {len(mean)} samples {score:.3f}"
    return f"{told} | {score - other:+.3f} ({low:+.3f} to {high:+.3f})"


def kept(out: Path, name: str) -> Path:
    """The folder of a run."""
    return out / name.replace("→", "-").replace("‖", "+")


def main() -> None:
    """Train what is missing and print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", choices=sets())
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of the table; without: all")
    parser.add_argument("--seeds", type=int, help="of each; the split is that of the first")
    parser.add_argument("--together", action="store_true", help="the mean of each one's seeds too")
    given = parser.parse_args()
    name, out, wanted, data = given.data, given.out, given.names, sets()[given.data]
    seeds = data.seeds if given.seeds is None else tuple(range(given.seeds))
    forest: Run | None = None
    firsts: list[Run] = []
    print("name, seeds, macro F1 | run − forest with 95 % CI by group | fitting | parameters")
    for title, (architecture, settings) in entries(data.sample).items():
        if wanted and title not in (*wanted, BASELINE):
            continue
        runs = [
            trained(
                kept(out, f"{name}_{title}_{seed}"),
                make_request(
                    str(data.region), architecture, changes={**data.changes, **settings},
                    options=data.options, folds=data.folds, seed=seed, split_seed=seeds[0],
                    baseline=False,
                ),
            )
            for seed in (seeds if title != BASELINE else seeds[:1])
        ]  # fmt: skip
        forest = forest or runs[0]
        firsts.append(runs[0])
        print(row(title, runs, forest), flush=True)
        if given.together and len(runs) > 1:
            together = combined(runs, kept(out, f"{name}_{title}_together"))
            print(row(f"{title}, as one", [together], forest), flush=True)
            print(as_one(f"{title}, as one", runs, forest), flush=True)
    if forest is not None and not wanted:
        together = best_three(firsts, out / f"{name}_ensemble")
        print(row("ensemble of three", [together], forest))


if __name__ == "__main__":
    main()
