"""Opens a region: finds its files, understands their headers, brings them to one grid."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cropcore.cube import Grid
from cropcore.errors import InputError, MissingFileError, RegionError
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.discovery import discover
from cropcore.sources.region.fitting import Fitter
from cropcore.sources.region.imagery import Imagery
from cropcore.sources.region.interpreting import Interpreter
from cropcore.sources.region.problems import Complain, refuse
from cropcore.sources.region.raster import describe_grid
from cropcore.sources.region.region_folder import RegionFolder
from cropcore.sources.region.region_grid import beyond, choose_grid, leading
from cropcore.sources.region.region_toml import FILE_NAME, RegionDescription, read_region_toml

_LATEST_START = 366
"""Days after the season's start by which there should be imagery of it."""


def open_region(path: Path, options: SourceOptions) -> RegionFolder:
    """Open a region folder, with or without a ``region.toml``.

    Args:
        path: The folder or its ``region.toml``.
        options: What a person says beside it.

    Raises:
        MissingFileError: The path, or a file that is named, does not exist.
        RegionError: The description or a raster cannot be used.
        SettingError: A band that was asked for is not there.
    """
    region = survey_region(path, options, refuse)
    if region is None:
        raise _nothing_to_use(path, ())
    return region


def survey_region(path: Path, options: SourceOptions, complain: Complain) -> RegionFolder | None:
    """Open as much of a region as can be read.

    Args:
        path: The folder or its ``region.toml``.
        options: What a person says beside it.
        complain: Told of each problem.

    Returns:
        The region without the files that are at fault; ``None`` where nothing is left.
    """
    try:
        root, description, notes, described = _described(path, options)
    except InputError as error:
        complain(error)
        return None
    interpret = Interpreter(root, options, complain, described)
    found = [interpret(name, source) for name, source in description.sources.items()]
    sources = [source for source in found if source is not None]
    if not sources:
        complain(_nothing_to_use(path, interpret.notes))
        return None
    interpret.namer.check_wanted()
    try:
        grid, imagery, told = _one_grid(path, description, sources, complain)
    except InputError as error:
        complain(error)
        return None
    if not imagery:
        return None
    _check_season(path, description.season_start, imagery, complain)
    name = description.name or root.resolve().name
    return RegionFolder(
        path=path,
        root=root,
        name=name,
        title=description.title or name,
        grid=grid,
        season=description.season_start,
        imagery=imagery,
        options=options,
        label_description=description.labels,
        image_notes=(*notes, *interpret.notes, *told),
    )


def _described(
    path: Path, options: SourceOptions
) -> tuple[Path, RegionDescription, tuple[str, ...], bool]:
    """Data folder, description, notes, and whether a person wrote the description."""
    written = path if path.is_file() else path / FILE_NAME
    home = path.parent if path.is_file() else path
    root = options.data or home
    for needed in (path, root):
        if not needed.exists():
            raise MissingFileError(
                needed,
                expected="a region folder or a region.toml",
                got="nothing of that name",
                advice="check the path",
            )
    if not root.is_dir() or (path.is_file() and path.suffix.lower() != ".toml"):
        raise RegionError(
            path if root.is_dir() else root,
            expected="a region folder or a region.toml",
            got="another kind of file",
            advice="name the folder that holds the imagery",
        )
    if written.is_file():
        return root, read_region_toml(written), (), True
    description, notes = discover(root)
    return root, description, notes, False


def _one_grid(
    path: Path,
    description: RegionDescription,
    sources: Sequence[Imagery],
    complain: Complain,
) -> tuple[Grid, tuple[Imagery, ...], list[str]]:
    """The region's grid, the sources brought to it, and what is to be told of that.

    Raises:
        RegionError: What is said about the grid cannot be used.
    """
    grid = choose_grid(path, sources, description.grid)
    fit = Fitter(grid, complain)
    imagery = tuple(filter(None, [fit(source) for source in sources]))
    notes = [*fit.notes]
    if notes:
        notes.insert(0, f"The region's grid is {describe_grid(grid)}.")
    outer = None if description.grid else beyond(grid, leading(path, sources, None))
    if outer is not None:
        box = ", ".join(f"{edge:.10g}" for edge in outer)
        notes.append(
            "Images reach beyond the region's grid; to take all in, write "
            f"bounds = [{box}] under [grid] in {FILE_NAME}."
        )
    return grid, imagery, notes


def _check_season(
    path: Path, start: date | None, imagery: Sequence[Imagery], complain: Complain
) -> None:
    days = sorted(day for item in imagery for day in item.dates)
    if start is not None and (days[-1] < start or (days[0] - start).days > _LATEST_START):
        complain(
            RegionError(
                path,
                expected=f"acquisitions within a year of the season's start {start}",
                got=f"acquisitions from {days[0]} to {days[-1]}",
                advice="correct season_start in region.toml",
            )
        )


def _nothing_to_use(path: Path, notes: Sequence[str]) -> RegionError:
    return RegionError(
        path,
        expected="at least one source with bands that are known or were asked for",
        got=" ".join(notes).rstrip(".") or "none",
        advice="describe the bands of the files, list them in region.toml, or choose others",
    )


__all__ = ["RegionFolder", "open_region", "survey_region"]
