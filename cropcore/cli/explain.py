"""``cropcore explain``."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli.printing import print_json, results, tensorflow
from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.known import known_samples
from cropcore.explain.parcel import explain_parcel, parcel_at
from cropcore.explain.subject import find_place, find_subject
from cropcore.sources.region import RegionFolder
from cropcore.training.run import open_run, replace_file
from cropcore.workspace import workspace


def explain(
    run_dir: given.RunDir,
    at: Annotated[str | None, typer.Option(metavar="LON,LAT", help="A pixel, degrees.")] = None,
    parcel: Annotated[
        bool, typer.Option("--parcel", help="The whole reference parcel that --at lies in.")
    ] = False,
    sample: Annotated[str | None, typer.Option(help="Id of a sample, as in split.csv.")] = None,
    method: Annotated[
        str | None,
        typer.Option(help=f"One of {', '.join(ATTRIBUTION_METHODS)}; else what suits the run."),
    ] = None,
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
    place = None
    if parcel:
        place = find_place(path, options, at=at, sample=sample)
        pixels = parcel_at(*place)
    else:
        subject = find_subject(run, path, options, at=at, sample=sample)
    with tensorflow():
        from cropcore.explain import Question, explainer_of
    explainer, samples = explainer_of(run), None
    if method in ATTRIBUTION_METHODS and ATTRIBUTION_METHODS[str(method)].needs_samples:
        samples = known_samples(run, workspace(folder)).training_series()
    question = Question(method, target, contrast, samples)
    if place is not None:
        told = explain_parcel(explainer, place[0], pixels, question)
        found, content = told.explanation, {**_degrees(*place), **told.to_json()}
    else:
        found = explainer.explain(subject.seen, subject.start, question)
        content = {"lon": subject.lon, "lat": subject.lat, **found.to_json()}
    if csv_file is not None:
        text = found.to_csv()
        replace_file(csv_file, lambda path: path.write_text(text, encoding="utf-8"))
    if as_json:
        print_json(content)
        return
    if parcel:
        results.print(
            Text(
                f"parcel {pixels.name}: {told.share:.0%} of {told.asked} pixels asked, of "
                f"{len(pixels)}, are predicted {found.predicted.name}; means and ± over them"
            )
        )
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
        names += " (± their standard deviation)" if found.has_spread and not parcel else ""
        results.print(Text(f"explained: the mean score of the networks {names}{silent}"))
    if found.attribution.residual is not None:
        share = found.attribution.residual[0]
        results.print(f"completeness: {share:.2%} of the score's change is unexplained")


def _degrees(region: RegionFolder, row: int, col: int) -> dict[str, float]:
    """Where a pixel's centre lies, WGS 84."""
    lons, lats = region.grid.lonlat(np.array([row]), np.array([col]))
    return {"lon": float(lons[0]), "lat": float(lats[0])}
