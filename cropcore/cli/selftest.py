"""``cropcore selftest``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from cropcore.cli.options import AsJson
from cropcore.cli.printing import messages, print_json, results, tensorflow
from cropcore.errors import SettingError
from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.models import ARCHITECTURES

if TYPE_CHECKING:
    from cropcore.explain.planted import Row

CHEAP = "saliency,smoothgrad,gradient_input,integrated_gradients,occlusion_cell"


def selftest(
    architectures: Annotated[
        str, typer.Option(metavar="A,B", help="Which learn planted series.")
    ] = "cnn1d",
    methods: Annotated[str, typer.Option(metavar="A,B", help="Which are asked.")] = CHEAP,
    noise: Annotated[
        str, typer.Option(metavar="A,B", help="independent, phenology or both.")
    ] = "independent,phenology",
    seeds: Annotated[int, typer.Option(min=1, max=100, help="How often, each time anew.")] = 1,
    everything: Annotated[
        bool, typer.Option("--all", help="All architectures and methods; five seeds at least.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check all attribution methods on series of which it is known what tells their class.

    Ends with 0 where every promised row is reached, with 1 otherwise; rows without a promise are
    shown with the goal they are read against.
    """
    with tensorflow():
        from cropcore.explain.planted import SETTINGS, Sizes, examine
    chosen = list(ARCHITECTURES) if everything else _names(architectures, "--architectures")
    asked = list(ATTRIBUTION_METHODS) if everything else _names(methods, "--methods")
    settings = _names(noise, "--noise")
    unknown = [name for name in settings if name not in SETTINGS]
    if unknown:
        raise SettingError(
            "--noise",
            expected=f"some of {', '.join(SETTINGS)}",
            got=repr(unknown[0]),
            advice="choose from these",
        )
    _ = [ARCHITECTURES[name] for name in chosen], [ATTRIBUTION_METHODS[name] for name in asked]
    count = max(seeds, 5) if everything else seeds
    with messages.status("planting") as status:
        rows = examine(chosen, asked, settings, range(count), Sizes(), status.update)
    kept = all(row.met for row in rows if row.promised)
    if as_json:
        print_json({"promises_kept": kept, "seeds": count, "rows": [row.to_json() for row in rows]})
    else:
        for name, kind in dict.fromkeys((row.architecture, row.setting) for row in rows):
            results.print(_table(name, kind, rows))
        results.print("Every promised row is reached." if kept else "A promised row is missed.")
    if not kept:
        raise typer.Exit(1)


def _table(name: str, kind: str, rows: "Sequence[Row]") -> Table:
    """The rows of one architecture under one kind of noise."""
    own = [row for row in rows if (row.architecture, row.setting) == (name, kind)]
    several = len(own[0].values) > 1
    mean = f"mean of {len(own[0].values)}" if several else "value"
    numbers = [Column(head, no_wrap=True) for head in (mean, "sd", "goal", "")]
    table = Table("measure", *numbers, title=Text(f"{name}, {kind} noise"))
    for row in own:
        verdict = {None: "", True: "reached", False: "not reached"}[row.met]
        promise = ", promised" if row.promised else ""
        sd = f"{row.sd:.2g}" if several else ""
        table.add_row(row.measure, f"{row.mean:.3g}", sd, row.goal, verdict + promise)
    return table


def _names(given: str, option: str) -> list[str]:
    names = [name.strip() for name in given.split(",") if name.strip()]
    if not names:
        raise SettingError(
            option,
            expected="at least one name",
            got="none",
            advice="name some, with commas between",
        )
    return names


__all__ = ["selftest"]
