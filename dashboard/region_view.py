"""What the gallery of regions tells of each: footprint, dates, size, licence, a small picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np

from cropcore.cube import Grid
from cropcore.sources import LabelOrigin, Source, SourceOptions, open_source
from cropcore.sources.region.region_folder import RegionFolder
from cropcore.sources.region.region_toml import FILE_NAME, read_region_toml
from dashboard.catalog import RegionEntry
from dashboard.opened import OpenRegion, opened
from dashboard.pictures import THUMBNAIL, draw_picture, is_drawable, to_png

_MOST_FILES = 4_000
"""Files whose times are looked at; of more, those of the first ones and of all folders."""
_ALL = 2**31
Corner = tuple[float, float]


@dataclass(frozen=True)
class Facts:
    """A region or samples table at a glance."""

    dates: Mapping[str, tuple[date, ...]]
    """Acquisition dates of each source, ascending."""
    classes: int
    origin: LabelOrigin
    footprint: tuple[Corner, ...]
    """Outline, (latitude, longitude); of a table a box around its samples, empty where unknown."""
    km2: float | None = None
    """Land of a region; ``None`` for a table."""
    samples: int | None = None
    """Samples of a table; ``None`` for a region."""
    licence: str = ""
    attribution: str = ""
    came_from: str = ""
    """Where the imagery was taken from, as somebody wrote it down."""
    thumbnail: bytes | None = None
    """PNG of the clearest date; ``None`` where there is no natural colour to show."""
    pictured: date | None = None
    """That date."""

    @property
    def days(self) -> tuple[date, ...]:
        """Acquisition dates of all sources, ascending."""
        return tuple(sorted({day for days in self.dates.values() for day in days}))


def facts_of(entry: RegionEntry) -> Facts:
    """Look at a region or table as little as will do.

    Raises:
        InputError: It cannot be used.
    """
    if entry.kind == "region":
        return _of_region(entry, opened(entry.path))
    return _of_table(source_of(entry))


def source_of(entry: RegionEntry) -> Source:
    """A region or table, open.

    Raises:
        InputError: It cannot be used.
    """
    if entry.kind == "region":
        return opened(entry.path).folder
    return open_source(entry.path, SourceOptions())


def content_stamp(path: Path) -> tuple[int, ...]:
    """Changes when any file of a region or table does, as far as times and sizes tell."""
    if path.is_file():
        alone = path.stat()
        return alone.st_mtime_ns, alone.st_size
    entries = list(islice(_entries(path), _MOST_FILES))
    told = [item.stat() for item in entries if item.exists()]
    folded = hash(tuple((item.st_mtime_ns, item.st_size) for item in told))
    return len(entries), folded, path.stat().st_mtime_ns


def has_map_labels(entry: RegionEntry, facts: Facts) -> bool:
    """Whether its labels come from another map, so that figures against them are agreement."""
    return entry.kind == "region" and facts.classes > 0 and facts.origin == "map product"


def _entries(path: Path) -> Iterator[Path]:
    """All below a folder, a folder before what is in it."""
    for item in sorted(path.iterdir()):
        yield item
        if item.is_dir() and not item.is_symlink():
            yield from _entries(item)


def _of_region(entry: RegionEntry, place: OpenRegion) -> Facts:
    folder = place.folder
    written = entry.path / FILE_NAME
    told = read_region_toml(written) if written.is_file() else None
    picture, day = None, None
    if is_drawable(folder):
        day = place.clearest
        picture = to_png(draw_picture(place, "rgb", day, THUMBNAIL)) if day else None
    return Facts(
        folder.dates,
        len(place.legend) if place.legend else 0,
        folder.label_origin,
        _outline(folder.grid),
        km2=_km2(folder),
        licence=(told.licence or "") if told else "",
        attribution=(told.attribution or "") if told else "",
        came_from=(told.origin or "") if told else "",
        thumbnail=picture,
        pictured=day,
    )


def _of_table(table: Source) -> Facts:
    first, samples = set[tuple[float, float]](), 0
    lows, highs = np.full(2, np.inf), np.full(2, -np.inf)
    for batch in table.labelled(_ALL, 0):
        samples += len(batch.codes)
        places = np.stack([batch.lat, batch.lon], axis=1)
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            lows, highs = (
                np.minimum(lows, places.min(axis=0)),
                np.maximum(highs, places.max(axis=0)),
            )
            first.add((float(lows[0]), float(lows[1])))
    (south, west), (north, east) = lows.tolist(), highs.tolist()
    box = ((south, west), (south, east), (north, east), (north, west)) if first else ()
    days = tuple(sorted({day for days in table.timelines() for day in days}))
    dates = {item.source: days for item in table.offered}
    return Facts(dates, len(table.legend), table.label_origin, box, samples=samples)


def _outline(grid: Grid) -> tuple[Corner, ...]:
    """Points along the edge of a grid; straight lines there are not straight on a map."""
    steps = np.linspace(0, 1, 5)[:-1]
    zero, one = np.zeros_like(steps), np.ones_like(steps)
    down = np.concatenate([zero, steps, one, one - steps]) * grid.height - 0.5
    across = np.concatenate([steps, one, one - steps, zero]) * grid.width - 0.5
    lon, lat = grid.lonlat(down, across)
    return tuple(zip(lat.tolist(), lon.tolist(), strict=True))


def _km2(folder: RegionFolder) -> float:
    return float(folder.grid.row_hectares().sum()) * folder.grid.width / 100


__all__ = ["Facts", "content_stamp", "facts_of", "has_map_labels", "source_of"]
