"""``cropcore region …``."""

from typing import Annotated

import typer
from rich.text import Text

from cropcore.cli import options as given
from cropcore.cli import region_import, region_list
from cropcore.cli.printing import print_json, results
from cropcore.sources import check_source
from cropcore.workspace import find_region, workspace

app = typer.Typer(help="Regions: imagery and labels on disk.", no_args_is_help=True)


@app.callback()
def region() -> None:
    """Regions: imagery and labels on disk."""


app.command("list")(region_list.list_regions)
app.add_typer(region_import.app, name="import")


@app.command()
def check(
    path: Annotated[str, typer.Argument(help="Region folder, region.toml or samples table.")],
    label: given.Label = None,
    group: given.Group = None,
    block: given.Block = None,
    block_pixels: given.BlockPixels = 10,
    bands: given.Bands = None,
    scale: given.Scale = None,
    data: given.Data = None,
    folder: given.Workspace = None,
    as_json: given.AsJson = False,
) -> None:
    """Say what was found, what is wrong and what a run would cost, before any run."""
    options = given.source_options(label, group, block, block_pixels, bands, scale, data)
    report = check_source(find_region(path, workspace(folder)), options)
    if as_json:
        print_json(report.to_json())
    else:
        results.print(Text(report.to_text()))
    if not report.ok:
        raise typer.Exit(2)
