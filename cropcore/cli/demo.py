"""``cropcore demo …``."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import messages, print_json, results, tensorflow

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
    """Simulate a season of Sentinel-1 and Sentinel-2 over crops, and train runs on it.

    The region goes to DIR/regions and its runs to DIR/runs, as a workspace has them.
    """
    # Here and not above: other verbs need not wait for geometry and filters.
    from cropcore.mapping.storage import storing, writing_folder
    from cropcore.sources.simulation import NAME, SEED, SIZE, simulate_season, write_season

    target = folder / "regions" / NAME
    seed = SEED if seed is None else seed
    with messages.status("simulating"):
        season = simulate_season(seed, SIZE if size is None else size)
    with writing_folder(target) as partial, storing(target):
        write_season(partial, season, seed)
    made = _train(target, folder) if runs else []
    if as_json:
        print_json(
            {
                "region": str(target),
                "parcels": len(season.codes),
                "optical": [str(scene.day) for scene in season.optical],
                "radar": [str(image.day) for image in season.radar],
                "digest": season.digest(),
                "runs": made,
            }
        )
        return
    results.print(
        Text(
            f"region: {target}\n{len(season.codes)} parcels, {len(season.optical)} acquisitions of "
            f"Sentinel-2 and {len(season.radar)} of Sentinel-1; simulated, seed {seed}"
        )
    )
    for run in made:
        results.print(Text(f"run: {run['run']}, macro F1 {run['macro_f1']:.3f} on {run['n']:,}"))


def _train(region: Path, folder: Path) -> list[dict[str, Any]]:
    """Make the runs; gives folder, architecture and figures of each."""
    with tensorflow():
        from cropcore.mapping.demo import DEMO_RUNS, build_run
    made = []
    for demo_run in DEMO_RUNS:
        with messages.status(f"training {demo_run.name}"):
            run = build_run(demo_run, region, folder, lambda stage, row: None)
        figures = run.read_json("metrics.json")
        kept = {key: figures[key] for key in ("macro_f1", "overall_accuracy", "ece", "n", "split")}
        made.append({"run": str(run.folder), "architecture": demo_run.architecture, **kept})
    return made


__all__ = ["app", "build"]
