"""``cropcore export`` and ``cropcore import``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results, say, tensorflow
from cropcore.errors import MissingFileError
from cropcore.training.exchange import export_run, import_run
from cropcore.training.run import open_run
from cropcore.workspace import find_region, workspace


def export_zip(
    run_dir: given.RunDir,
    out: Annotated[Path, typer.Option(help="The zip to write.")],
    folds: Annotated[
        bool, typer.Option("--folds-too", help="Pack the models of cross-validation too.")
    ] = False,
    maps: Annotated[bool, typer.Option(help="Pack the run's maps too.")] = True,
    as_json: given.AsJson = False,
) -> None:
    """Pack a finished run into one zip for others; imagery and labels stay here."""
    done = export_run(open_run(run_dir), out, folds=folds, maps=maps)
    for name in done.left_out:
        say(f"Left out, no kind of file that a zip may hold: {name}")
    if as_json:
        print_json(done.to_json())
        return
    results.print(Text(f"{done.path}: {len(done.files)} files, {done.bytes / 1e6:,.1f} MB"))


def import_zip(
    file: Annotated[Path, typer.Argument(help="A zip made by `cropcore export`.")],
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Check a run from elsewhere and take it into the workspace."""
    place = workspace(folder)
    done = import_run(file, place, loading=tensorflow)
    if done.renamed:
        say(f"The name {done.given_name!r} is not free here; this run is {done.run.folder.name}.")
    try:
        find_region(done.region, place)
    except MissingFileError:
        say(
            f"Its data are not here: to measure it again or map them, put {done.region} into "
            f"{place / 'regions'}; it can map other regions as it is."
        )
    if as_json:
        print_json(
            {
                "run": str(done.run.folder),
                "given_name": done.given_name,
                "renamed": done.renamed,
                "region": done.region,
            }
        )
        return
    results.print(Text(f"run: {done.run.folder}"))
