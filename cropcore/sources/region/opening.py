"""Opens a region: finds its files, understands their headers, sees that they lie on one grid."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from cropcore.cube import Grid
from cropcore.errors import InputError, MissingFileError, RegionError
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.discovery import discover
from cropcore.sources.region.imagery import Imagery
from cropcore.sources.region.interpreting import Interpreted, Interpreter
from cropcore.sources.region.problems import Complain, refuse
from cropcore.sources.region.raster import RasterHeader, describe_grid, same_grid
from cropcore.sources.region.region_folder import RegionFolder
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
        RegionError: The description or a raster cannot be used, or rasters differ in grid.
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
    grid, odd = _common_grid(sources)
    for header in odd:
        complain(_other_grid(header, grid))
    imagery = tuple(filter(None, (_without(source, odd) for source in sources)))
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
        image_notes=(*notes, *interpret.notes),
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


def _common_grid(sources: Sequence[Interpreted]) -> tuple[Grid, list[RasterHeader]]:
    """The grid of most acquisitions, and the rasters, masks too, that have another one."""
    images = {item.path for source in sources for item in source.imagery.acquisitions}
    headers = [header for source in sources for header in source.headers]
    grids: list[Grid] = []
    members: Counter[int] = Counter()
    for header in headers:
        if header.path not in images:
            continue
        at = next((at for at, grid in enumerate(grids) if same_grid(header.grid, grid)), len(grids))
        if at == len(grids):
            grids.append(header.grid)
        members[at] += 1
    common = grids[members.most_common(1)[0][0]]
    return common, [header for header in headers if not same_grid(header.grid, common)]


def _other_grid(header: RasterHeader, grid: Grid) -> RegionError:
    return RegionError(
        header.path,
        expected=f"the grid of the other rasters ({describe_grid(grid)})",
        got=describe_grid(header.grid),
        advice="warp all to one grid, for example with gdalwarp -t_srs, -te and -ts",
    )


def _without(source: Interpreted, odd: Sequence[RasterHeader]) -> Imagery | None:
    """The imagery without the acquisitions whose raster or mask is odd."""
    paths = {header.path for header in odd}
    kept = tuple(
        item
        for item in source.imagery.acquisitions
        if item.path not in paths and (item.mask is None or item.mask.path not in paths)
    )
    return replace(source.imagery, acquisitions=kept) if kept else None


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
