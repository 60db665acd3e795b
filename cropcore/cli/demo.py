"""``cropcore demo …``."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import messages, print_json, results, tensorflow

if TYPE_CHECKING:
    from cropcore.sources.simulation.parts import Part

app = typer.Typer(help="A simulated region to try everything on.", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """A simulated region to try everything on."""


@app.command()
def build(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A workspace; made where there is none.")
    ],
    size: Annotated[int | None, typer.Option(help="Pixels a side, even; 256 by default.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed, another land and season.")
    ] = None,
    runs: Annotated[bool, typer.Option(help="Train and map its runs too.")] = True,
    as_json: given.AsJson = False,
) -> None:
    """Simulate two seasons of Sentinel-1 and Sentinel-2 over crops, and train runs on the first.

    The regions go to DIR/regions and the runs to DIR/runs, as a workspace has them. The second
    region is smaller, of another place and a later spring: where the runs can be tried on.
    """
    # Here and not above: other verbs need not wait for geometry and filters.
    from cropcore.sources.simulation.parts import MAIN, TRANSFER

    shift = 0 if seed is None else seed - MAIN.seed
    wanted = MAIN.size if size is None else size
    first = _simulate(replace(MAIN, seed=MAIN.seed + shift, size=wanted), folder)
    other = replace(TRANSFER, seed=TRANSFER.seed + shift, size=min(TRANSFER.size, wanted))
    second = _simulate(other, folder)
    made = _train(Path(first["region"]), Path(second["region"]), folder) if runs else []
    if as_json:
        print_json({**first, "runs": made, "transfer": second})
        return
    for told in (first, second):
        results.print(
            Text(
                f"region: {told['region']}\n{told['parcels']} parcels, {len(told['optical'])} "
                f"acquisitions of Sentinel-2 and {len(told['radar'])} of Sentinel-1; simulated, "
                f"seed {told['seed']}"
            )
        )
    for run in made:
        away = run["transfer"]
        results.print(
            Text(
                f"run: {run['run']}\nmacro F1 {run['macro_f1']:.3f} on {run['n']:,} samples of "
                f"parcels it never saw, {away['macro_f1']:.3f} on {away['region']} "
                f"({away['n']:,} pixels)"
            )
        )


def _simulate(part: Part, folder: Path) -> dict[str, Any]:
    """Make one region; tells what it holds."""
    from cropcore.mapping.storage import storing, writing_folder
    from cropcore.sources.simulation import simulate_season, write_season

    target = folder / "regions" / part.name
    with messages.status(f"simulating {part.name}"):
        season = simulate_season(part)
    with writing_folder(target) as partial, storing(target):
        write_season(partial, season, part)
    return {
        "region": str(target),
        "parcels": len(season.codes),
        "optical": [str(scene.day) for scene in season.optical],
        "radar": [str(image.day) for image in season.radar],
        "seed": part.seed,
        "digest": season.digest(),
    }


def _train(region: Path, elsewhere: Path, folder: Path) -> list[dict[str, Any]]:
    """Make the runs; gives folder, architecture and figures of each, and those elsewhere."""
    with tensorflow():
        from cropcore.mapping.demo import DEMO_RUNS, build_run, try_elsewhere
    made = []
    for demo_run in DEMO_RUNS:
        with messages.status(f"training {demo_run.name}"):
            run = build_run(demo_run, region, folder, lambda stage, row: None)
            away = asdict(try_elsewhere(run, elsewhere))
        figures = run.read_json("metrics.json")
        kept = {key: figures[key] for key in ("macro_f1", "overall_accuracy", "ece", "n", "split")}
        told = {"run": str(run.folder), "architecture": demo_run.architecture}
        made.append({**told, **kept, "transfer": away})
    return made


__all__ = ["app", "build"]
