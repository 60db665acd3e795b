"""``cropcore explain``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results, tensorflow
from cropcore.explain.subject import find_subject
from cropcore.training.run import open_run, replace_file
from cropcore.workspace import workspace


def explain(
    run_dir: given.RunDir,
    at: Annotated[str | None, typer.Option(metavar="LON,LAT", help="A pixel, degrees.")] = None,
    sample: Annotated[str | None, typer.Option(help="Id of a sample, as in split.csv.")] = None,
    method: Annotated[str | None, typer.Option(help="Attribution method.")] = None,
    target: Annotated[str | None, typer.Option(help="Class to explain; else the winner.")] = None,
    contrast: Annotated[str | None, typer.Option(help="Class to explain it against.")] = None,
    region: Annotated[str | None, typer.Option(help="Another region than the run's.")] = None,
    data: given.Data = None,
    scale: given.Scale = None,
    folder: given.Workspace = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write a table here.")] = None,
    as_json: given.AsJson = False,
) -> None:
    """Say which bands and dates made the model decide for a class."""
    run = open_run(run_dir)
    path, options = given.source_of(run, region, data, scale, workspace(folder))
    subject = find_subject(run, path, options, at=at, sample=sample)
    with tensorflow():
        from cropcore.explain import explainer_of
    found = explainer_of(run).explain(
        subject.series,
        subject.start,
        around=subject.around,
        method=method,
        target=target,
        contrast=contrast,
    )
    if csv_file is not None:
        text = found.to_csv()
        replace_file(csv_file, lambda path: path.write_text(text, encoding="utf-8"))
    if as_json:
        print_json({"lon": subject.lon, "lat": subject.lat, **found.to_json()})
        return
    results.print(
        Text(
            f"predicted {found.predicted.name}: softmax {found.probability:.2f}, "
            f"calibrated {found.calibrated:.2f}"
        )
    )
    against = f" rather than {found.contrast.name}" if found.contrast else ""
    quantity = found.attribution.quantity
    table = Table("date", "band", quantity, title=Text(f"why {found.target.name}{against}"))
    for cell in found.strongest(10):
        table.add_row(cell.day.isoformat(), cell.band, cell.told(3))
    results.print(table)
    results.print(Text(f"in {found.attribution.unit}; the ten strongest of {len(found.cells)}"))
    if found.explained:
        silent = f"; {', '.join(found.silent)} have no gradients" if found.silent else ""
        names = ", ".join(found.explained)
        names += " (± their standard deviation)" if found.has_spread else ""
        results.print(Text(f"explained: the mean score of the networks {names}{silent}"))
    if found.attribution.residual is not None:
        share = found.attribution.residual[0]
        results.print(f"completeness: {share:.2%} of the score's change is unexplained")
