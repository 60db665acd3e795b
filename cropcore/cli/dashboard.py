"""``cropcore dashboard``."""

from importlib import import_module
from typing import Annotated

import typer

from cropcore.cli import options as given
from cropcore.workspace import workspace


def dashboard(
    folder: given.Workspace = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The next free one if taken.")] = 8501,
    base: Annotated[str, typer.Option(help="Path below which a proxy shows it.")] = "",
) -> None:
    """Serve the dashboard: maps, models, explanations, in your browser."""
    import_module("dashboard.app").serve(workspace(folder), host, port, base)
