"""``cropcore region import …``: a kind of other people's data is one verb and one line here."""

import typer

from cropcore.cli import import_eopatch, import_stac, import_table

app = typer.Typer(
    help="Turn other people's data into a region folder or a samples table.",
    no_args_is_help=True,
)


@app.callback()
def region_import() -> None:
    """Turn other people's data into a region folder or a samples table."""


app.command("table")(import_table.import_table)
app.command("eopatch")(import_eopatch.import_eopatch)
app.command("stac")(import_stac.import_stac)
