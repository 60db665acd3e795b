"""``cropcore ensemble``."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, print_metrics, results, say, tensorflow
from cropcore.prediction import Rule
from cropcore.training.run import Run, open_run


def ensemble(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN_DIR...", help="Finished runs.")],
    out: Annotated[Path, typer.Option(help="Run folder to make.")],
    rule: Annotated[Rule, typer.Option(help="How the runs' answers are combined.")] = "mean",
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Put runs of one region and legend together to one, which maps, explains and compares."""
    opened = [open_run(path) for path in runs]
    with tensorflow():
        from cropcore.training.ensembles.building import build_ensemble
    show_ensemble(build_ensemble(opened, out, rule, folder), as_json=as_json)


def show_ensemble(made: Run, *, as_json: bool) -> None:
    """Print what came of it: its figures, and those of its members on the same samples."""
    for note in made.described.notes:
        say(f"Note: {note}")
    metrics, how = made.read_json("metrics.json"), made.finished.ensemble
    if how is None:
        raise TypeError("an ensemble has members")
    if as_json:
        result: dict[str, Any] = {
            "run": str(made.folder),
            "state": "done",
            "rule": how.rule,
            "members": list(how.members),
            "weights": list(how.weights),
            "metrics": metrics,
        }
        print_json(result)
        return
    print_metrics(metrics)
    weighted = ["weight"] if how.rule == "weighted" else []
    table = Table("member", "architecture", "overall", "macro F1", "ECE", *weighted)
    for row, weight in zip(metrics["members"], how.weights, strict=True):
        figures = [f"{row[name]:.3f}" for name in ("overall_accuracy", "macro_f1", "ece")]
        own = [f"{weight:.2f}"] if weighted else []
        table.add_row(Text(row["name"]), row["architecture"], *figures, *own)
    results.print(table)
    results.print(Text(f"run: {made.folder}"))
