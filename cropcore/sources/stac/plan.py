"""What will be loaded: acquisitions, their files and grids, and how large it all is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from cropcore.bands import BANDS
from cropcore.cube import Grid
from cropcore.sources.stac.fetching import version_of
from cropcore.sources.stac.grids import (
    aligned,
    check_system,
    common_system,
    extent_of,
    grid_over,
)
from cropcore.sources.stac.names import CLOUDS, SCENE_CLASSES
from cropcore.sources.stac.naming import file_suffixes, source_name
from cropcore.sources.stac.request import Box, digest
from cropcore.sources.stac.scene import Layer, Scene

_MASK_ENDINGS = {SCENE_CLASSES: ".scl", CLOUDS: ".cld"}


@dataclass(frozen=True)
class Sheet:
    """One file of an acquisition: bands of one grid and type."""

    suffix: str
    """What its name has beyond the date."""
    bands: tuple[str, ...]
    grid: Grid
    dtype: str
    nodata: float | None
    resampling: str
    """How layers on other grids are brought to it, by GDAL's name."""
    scenes: tuple[Scene, ...]
    """What it is made of; where several show a place, the first that has values."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Bands, rows, columns."""
        return len(self.bands), self.grid.height, self.grid.width

    @property
    def n_bytes(self) -> int:
        """Size in memory."""
        return int(np.prod(self.shape)) * np.dtype(self.dtype).itemsize

    @property
    def layers(self) -> list[Layer]:
        """All that it is made of."""
        found = (scene.layer(band) for scene in self.scenes for band in self.bands)
        return [layer for layer in found if layer is not None]

    @property
    def digest(self) -> str:
        """Names its pixels in the cache."""
        sources = [
            (version_of(layer.href), layer.number, layer.transform, layer.crs)
            for layer in self.layers
        ]
        grid = (self.grid.crs, self.grid.transform, self.grid.width, self.grid.height)
        kind = (self.bands, self.dtype, self.nodata, self.resampling)
        return digest((sources, [scene.id for scene in self.scenes], grid, kind))

    def meaning(self, band: str) -> tuple[float | None, float]:
        """Scale and offset of a band, the same in all its layers."""
        return next(layer.meaning for layer in self.layers if layer.name == band)


@dataclass(frozen=True)
class Take:
    """One acquisition of one source: imagery of a day whose stored numbers mean the same."""

    source: str
    day: date
    stem: str
    """Name of its files, without what tells them apart."""
    sheets: tuple[Sheet, ...]

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The items it is made of, once each."""
        return tuple({scene.id: scene for one in self.sheets for scene in one.scenes}.values())


@dataclass(frozen=True)
class Plan:
    """All acquisitions of a request."""

    takes: tuple[Take, ...]
    notes: tuple[str, ...]

    @property
    def sheets(self) -> Iterator[Sheet]:
        """All files."""
        return (sheet for take in self.takes for sheet in take.sheets)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources, optical ones first."""
        names = dict.fromkeys(take.source for take in self.takes)
        return tuple(sorted(names, key=lambda name: (self.is_radar(name), name)))

    def of(self, source: str) -> list[Take]:
        """Acquisitions of a source, by time."""
        return [take for take in self.takes if take.source == source]

    def bands(self, source: str) -> tuple[str, ...]:
        """Bands of a source in spectral order, masks left out."""
        held = {name for take in self.of(source) for sheet in take.sheets for name in sheet.bands}
        return tuple(name for name in BANDS if name in held)

    def is_radar(self, source: str) -> bool:
        """Whether a source measures backscatter."""
        return any(BANDS[band].unit == "dB" for band in self.bands(source))

    @property
    def n_bytes(self) -> int:
        """Uncompressed size."""
        return sum(sheet.n_bytes for sheet in self.sheets)

    @property
    def grid(self) -> Grid:
        """The finest grid of the first source, which will be the region's."""
        sheets = [sheet for take in self.of(self.sources[0]) for sheet in take.sheets]
        return min((sheet.grid for sheet in sheets), key=lambda grid: grid.transform[0])


@dataclass
class Planner:
    """Puts scenes together.

    Args:
        box: Where imagery is wanted; all that the items cover if ``None``.
        crs: Coordinate system; that of most items of each source if ``None``.
        resolution: Side of a pixel in units of the system; each band's own if ``None``.
    """

    box: Box | None = None
    crs: str | None = None
    resolution: float | None = None
    _notes: list[str] = field(default_factory=list)

    def __call__(self, scenes: Sequence[Scene]) -> Plan:
        """The acquisitions of some scenes, by source and time.

        Raises:
            SettingError: The area is too large, or the system or resolution of no use.
        """
        if self.crs is not None:
            check_system(self.crs)
        self._notes = []
        sources: defaultdict[str, list[Scene]] = defaultdict(list)
        for scene in scenes:
            sources[source_name(scene, scenes)].append(scene)
        takes = [take for name in sorted(sources) for take in self._source(name, sources[name])]
        return Plan(tuple(takes), tuple(self._notes))

    def _source(self, name: str, scenes: Sequence[Scene]) -> Iterator[Take]:
        layers = [layer for scene in scenes for layer in scene.layers]
        crs = self.crs or common_system(layer for layer in layers if not layer.is_mask)
        extent = extent_of(layers, crs, self.box, name)
        kinds: defaultdict[tuple, list[Layer]] = defaultdict(list)
        for layer in layers:
            kinds[self._kind(layer)].append(layer)
        grids = {
            kind: grid_over(members, extent, self.resolution, name)
            for kind, members in kinds.items()
        }
        moved = sum(not aligned(layer, grids[self._kind(layer)]) for layer in layers)
        if moved:
            self._notes.append(
                f"{name}: {moved} of {len(layers)} files are on other grids than most and are "
                f"resampled to {crs}."
            )
        self._tell_meaning(name, scenes)
        days: defaultdict[date, list[Scene]] = defaultdict(list)
        for scene in scenes:
            days[scene.day].append(scene)
        for day in sorted(days):
            groups = list(_alike(days[day]))
            for number, group in enumerate(groups, start=1):
                stem = f"{day}" if number == 1 else f"{day}_{number}"
                sheets = tuple(self._sheets(group, grids))
                yield Take(name, day, stem, sheets)

    def _sheets(self, scenes: Sequence[Scene], grids: dict[tuple, Grid]) -> Iterator[Sheet]:
        """The files of one acquisition, the finest imagery first."""
        members: defaultdict[tuple, dict[str, Layer]] = defaultdict(dict)
        for scene in scenes:
            for layer in scene.layers:
                members[self._kind(layer)].setdefault(layer.name, layer)
        imagery = [kind for kind in members if not _mask_of(members[kind])]
        imagery.sort(key=lambda kind: (grids[kind].transform[0], -len(members[kind]), str(kind)))
        suffixes = file_suffixes([grids[kind] for kind in imagery])
        for kind, layers in members.items():
            mask = _mask_of(layers)
            suffix = _MASK_ENDINGS[mask] if mask else suffixes[imagery.index(kind)]
            first = next(iter(layers.values()))
            yield Sheet(
                suffix=suffix,
                bands=tuple(sorted(layers, key=lambda name: _ORDER.get(name, 0))),
                grid=grids[kind],
                dtype=first.dtype or "float32",
                nodata=first.nodata,
                resampling=self._resampling(first, grids[kind]),
                scenes=tuple(scenes),
            )

    def _kind(self, layer: Layer) -> tuple:
        """Layers of one kind share a file."""
        pixel = self.resolution or layer.transform[0]
        mask = layer.name if layer.is_mask else ""
        return round(pixel, 9), mask, layer.dtype, repr(layer.nodata), layer.unit or ""

    @staticmethod
    def _resampling(layer: Layer, grid: Grid) -> str:
        radar = not layer.is_mask and BANDS[layer.name].unit == "dB"
        if layer.is_mask or (radar and layer.unit != "linear"):
            return "nearest"  # means of classes or decibels mean nothing
        finer = same_units(layer, grid) and layer.transform[0] < 0.75 * grid.transform[0]
        return "average" if finer else "bilinear"

    def _tell_meaning(self, name: str, scenes: Iterable[Scene]) -> None:
        silent = [
            scene for scene in scenes
            if any(layer.scale is None and not layer.is_mask and _is_reflectance(layer)
                   for layer in scene.layers)
        ]  # fmt: skip
        if silent:
            versions = sorted({scene.baseline for scene in silent} - {""})
            of = f" of processing baseline {', '.join(versions)}" if versions else ""
            self._notes.append(
                f"{name}: {len(silent)} items{of} declare no scale and no offset; numbers are "
                "kept as stored and will be read with an offset of 0 (from baseline 04.00 on, "
                "Sentinel-2 has one of -0.1 unless the provider removed it: --offset-by-baseline)."
            )


_ORDER = {name: at for at, name in enumerate(BANDS)}


def same_units(layer: Layer, grid: Grid) -> bool:
    """Whether sizes of pixels can be compared."""
    return (layer.transform[0] < 1e-1) == (grid.transform[0] < 1e-1)


def _mask_of(layers: dict[str, Layer]) -> str | None:
    return next((name for name, layer in layers.items() if layer.is_mask), None)


def _is_reflectance(layer: Layer) -> bool:
    return BANDS[layer.name].unit == "reflectance"


def _alike(scenes: Sequence[Scene]) -> Iterator[list[Scene]]:
    """Scenes whose bands mean the same, together."""
    groups: list[tuple[dict[str, tuple], list[Scene]]] = []
    for scene in scenes:
        own = {layer.name: layer.meaning for layer in scene.layers}
        for meanings, group in groups:
            if all(meanings.get(name, meaning) == meaning for name, meaning in own.items()):
                meanings.update(own)
                group.append(scene)
                break
        else:
            groups.append((dict(own), [scene]))
    for _, group in groups:
        yield group


__all__ = ["Plan", "Planner", "Sheet", "Take"]
