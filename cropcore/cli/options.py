"""Options that several verbs share, and how their text becomes values."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cropcore.errors import SettingError
from cropcore.sources import SourceOptions
from cropcore.training import Run
from cropcore.workspace import find_region

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Workspace = Annotated[
    Path | None, typer.Option("--workspace", help="Folder of regions/ and runs/.")
]
RunDir = Annotated[Path, typer.Argument(help="Run folder, as `cropcore train` printed it.")]
Label = Annotated[str | None, typer.Option(help="Column that holds the class.")]
Group = Annotated[str | None, typer.Option(help="Column of groups that a split keeps together.")]
Block = Annotated[float | None, typer.Option(help="Tables: side of spatial blocks, degrees.")]
BlockPixels = Annotated[int, typer.Option(help="Label rasters: side of spatial blocks, pixels.")]
Bands = Annotated[str | None, typer.Option(help="Bands to use, separated by commas.")]
Scale = Annotated[float | None, typer.Option(help="Factor from stored numbers to reflectance.")]
Folds = Annotated[
    str | None,
    typer.Option(metavar="N|leave-one-out", help="Cross-validate; or each group left out in turn."),
]
Data = Annotated[Path | None, typer.Option(help="Folder that region.toml's patterns start from.")]


def source_options(
    label: str | None,
    group: str | None,
    block: float | None,
    block_pixels: int,
    bands: str | None,
    scale: float | None,
    data: Path | None,
) -> SourceOptions:
    """What the options say about data.

    Raises:
        SettingError: A size is not positive.
    """
    for option, value in (("--block", block), ("--block-pixels", block_pixels), ("--scale", scale)):
        if value is not None and not 0 < value < float("inf"):
            raise SettingError(
                option, expected="a positive number", got=str(value), advice="correct it"
            )
    return SourceOptions(
        label, group, block, block_pixels, names(bands), scale, data.resolve() if data else None
    )


def names(text: str | None) -> tuple[str, ...] | None:
    """Names with commas between; ``None`` where there is no text."""
    return tuple(name.strip() for name in text.split(",") if name.strip()) if text else None


def source_of(
    run: Run, region: str | None, data: Path | None, scale: float | None, folder: Path
) -> tuple[Path, SourceOptions]:
    """The data a verb is about: those the run learnt from, or others that are named.

    Other data are read as the run's were, as far as bands and scale were said; a scale given
    now counts more.
    """
    request = run.record.request
    path = find_region(region or request.region, folder)
    options = request.options
    if str(path) != request.region:
        options = SourceOptions(bands=options.bands, scale=options.scale)
    return path, replace(
        options,
        data=data.resolve() if data else options.data,
        scale=scale or options.scale,
    )


def folds_of(text: str | None) -> dict[str, Any]:
    """What ``--folds`` says, as fields of a request.

    Raises:
        SettingError: It is neither a number nor ``leave-one-out``.
    """
    if text is None or text == "leave-one-out":
        return {"leave_one_out": text is not None}
    if not text.isdecimal():
        raise SettingError(
            "--folds",
            expected="a number of folds, or leave-one-out",
            got=repr(text),
            advice="try --folds 5",
        )
    return {"folds": int(text)}


def pairs(settings: list[str]) -> dict[str, str]:
    """``KEY=VALUE`` texts as a mapping.

    Raises:
        SettingError: A text has no equals sign.
    """
    found = {}
    for text in settings:
        key, equals, value = text.partition("=")
        if not equals:
            raise SettingError(
                "--set",
                expected="KEY=VALUE",
                got=repr(text),
                advice="write for example --set epochs=50",
            )
        found[key.strip()] = value.strip()
    return found
