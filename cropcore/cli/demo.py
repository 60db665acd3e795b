"""``cropcore demo …``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import messages, print_json, results

app = typer.Typer(help="A simulated region to try everything on.", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """A simulated region to try everything on."""


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put the region.")],
    size: Annotated[int | None, typer.Option(help="Pixels a side, even; 256 by default.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed, another land and season.")
    ] = None,
    as_json: given.AsJson = False,
) -> None:
    """Simulate a season of Sentinel-1 and Sentinel-2 over crops, as a region folder in DIR."""
    # Here and not above: other verbs need not wait for geometry and filters.
    from cropcore.mapping.storage import storing, writing_folder
    from cropcore.sources.simulation import NAME, SEED, SIZE, simulate_season, write_season

    target = folder / NAME
    seed = SEED if seed is None else seed
    with messages.status("simulating"):
        season = simulate_season(seed, SIZE if size is None else size)
    with writing_folder(target) as partial, storing(target):
        write_season(partial, season, seed)
    if as_json:
        print_json(
            {
                "region": str(target),
                "parcels": len(season.codes),
                "optical": [str(scene.day) for scene in season.optical],
                "radar": [str(image.day) for image in season.radar],
                "digest": season.digest(),
            }
        )
        return
    results.print(
        Text(
            f"region: {target}\n{len(season.codes)} parcels, {len(season.optical)} acquisitions of "
            f"Sentinel-2 and {len(season.radar)} of Sentinel-1; simulated, seed {seed}"
        )
    )


__all__ = ["app", "build"]
