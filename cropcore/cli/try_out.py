"""``cropcore try``: from a path to a model, a map and an explanation in one go."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from cropcore.cli import options as given
from cropcore.cli.explain import explain
from cropcore.cli.map_region import map_region
from cropcore.cli.train import train
from cropcore.errors import SettingError
from cropcore.models import ARCHITECTURES
from cropcore.sources import kind_of
from cropcore.training.record import Preset
from cropcore.workspace import find_region, new_run_folder, workspace

BUNDLED = "champagne_simulated"
"""The region that comes with cropcore; simulated."""


def try_out(
    region: Annotated[
        str, typer.Argument(help="Region folder or samples table; else the simulated one.")
    ] = BUNDLED,
    architecture: Annotated[str, typer.Argument(help="A network.")] = "cnn1d",
    preset: Annotated[Preset, typer.Option(help="How much work to put in.")] = "quick",
    out: Annotated[Path | None, typer.Option(help="Run folder to make.")] = None,
    label: given.Label = None,
    group: given.Group = None,
    block: given.Block = None,
    data: given.Data = None,
    folder: given.Workspace = None,
) -> None:
    """Train on a region or table, map it where it is a region, and explain one test sample."""
    if ARCHITECTURES[architecture].kind != "network":
        raise SettingError(
            "architecture",
            expected="a network, whose decisions can be explained",
            got=repr(architecture),
            advice="choose another one, or use cropcore train and cropcore map",
        )
    place = workspace(folder)
    path = find_region(region, place)
    run_dir = out or new_run_folder(place, path, architecture)
    train(
        str(path),
        architecture,
        preset,
        out=run_dir,
        label=label,
        group=group,
        block=block,
        data=data,
        folder=folder,
        baseline=False,
    )
    if kind_of(path) == "region":
        map_region(run_dir, folder=folder)
    explain(run_dir, sample=_first_tested(run_dir), folder=folder)


def _first_tested(run_dir: Path) -> str:
    """Id of the first sample that the model never saw."""
    with (run_dir / "split.csv").open(newline="", encoding="utf-8") as file:
        return next(row["id"] for row in csv.DictReader(file) if row["set"] == "test")
