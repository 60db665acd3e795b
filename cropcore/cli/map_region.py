"""``cropcore map``."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import messages, print_json, results, say, tensorflow
from cropcore.errors import RunError
from cropcore.sources import kind_of
from cropcore.sources.region import open_region
from cropcore.training.run import open_run
from cropcore.workspace import workspace


def map_region(
    run_dir: given.RunDir,
    region: Annotated[str | None, typer.Argument(help="Another region than the run's.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the map.")] = None,
    engine: Annotated[Literal["threads"], typer.Option(help="What does the work.")] = "threads",
    block: Annotated[int, typer.Option(help="Side of a block, pixels.")] = 256,
    threads: Annotated[int, typer.Option(help="Threads, those that read ahead included.")] = 2,
    data: given.Data = None,
    scale: given.Scale = None,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Map a region: class, confidence and probabilities as Cloud Optimized GeoTIFFs."""
    run = open_run(run_dir)
    _ = run.finished
    path, options = given.source_of(run, region, data, scale, workspace(folder))
    if kind_of(path) != "region":
        raise RunError(
            run.folder,
            expected="a region folder to map",
            got=f"the samples table {path.name}",
            advice="name a region folder: cropcore map RUN_DIR REGION",
        )
    source = open_region(path, options)
    with tensorflow():
        from cropcore.mapping.run_map import coverage_notes, map_run
    notes = (*source.notes, *coverage_notes(run, source))
    target = out or run.folder / "maps" / source.name
    with Progress(console=messages, transient=True) as bar:
        task = bar.add_task("mapping", total=None)
        result = map_run(
            run,
            source,
            target,
            block=block,
            threads=threads,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for note in notes:
        say(f"Note: {note}")
    if as_json:
        print_json(result.to_json())
        return
    table = Table("code", "class", "hectares", "pixels")
    for item in result.areas:
        table.add_row(str(item.code), Text(item.name), f"{item.ha:,.2f}", f"{item.pixels:,}")
    results.print(table)
    results.print("Areas are counted pixels, not adjusted for the map's errors.")
    results.print(Text(f"map: {result.class_map}"))
