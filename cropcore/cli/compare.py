"""``cropcore compare``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results
from cropcore.training.comparing import compare_runs
from cropcore.training.run import open_run

_NAMES = {"overall_accuracy": "overall accuracy", "macro_f1": "macro F1"}


def compare(
    run_a: Annotated[Path, typer.Argument(help="Run folder of the baseline.")],
    run_b: Annotated[Path, typer.Argument(help="Run folder to hold against it.")],
    as_json: given.AsJson = False,
) -> None:
    """Hold two runs against each other on the samples that neither ever saw."""
    found = compare_runs(open_run(run_a), open_run(run_b))
    if as_json:
        print_json(found)
    else:
        _show(found)


def _show(found: Mapping[str, Any]) -> None:
    a, b = found["a"], found["b"]
    word = a["measures"].split()[0]  # accuracy, or agreement with a map
    results.print(
        Text(
            f"{a['measures'].capitalize()}, on {found['n']:,} samples in {found['groups']:,} "
            "groups that neither run ever saw"
        )
    )
    for letter, side in (("A, the baseline", a), ("B", b)):
        results.print(Text(f"{letter}: {side['name']} ({side['architecture']})"))
    table = Table("measure", "A", "B", "B − A", "95 % interval")
    for key, (low, high) in found["ci95"].items():
        beyond = low > 0 or high < 0
        table.add_row(
            _NAMES[key].replace("accuracy", word),
            f"{a[key]:.3f}",
            f"{b[key]:.3f}",
            Text(f"{found['delta'][key]:+.3f}", style="bold" if beyond else ""),
            Text(f"{low:+.3f} to {high:+.3f}", style="bold" if beyond else ""),
        )
    for key, name in (("kappa", "kappa"), ("ece", "calibration error (ECE)")):
        table.add_row(name, f"{a[key]:.3f}", f"{b[key]:.3f}", f"{b[key] - a[key]:+.3f}", "")
    results.print(table)
    results.print("Bold where the interval excludes 0 (paired bootstrap over groups).")
    test = found["mcnemar"]
    results.print(
        f"McNemar's test, one vote a group: statistic {test['statistic']:.2f}, p {test['p']:.3g}"
    )
    results.print(f"Both give the same class to {found['agreement']:.1%} of the samples.")
