"""Which masks belong to which acquisition."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cropcore.errors import InputError, RegionError
from cropcore.sources.region.masks import MaskLayer, StoredMask
from cropcore.sources.region.naming import holds_classes
from cropcore.sources.region.paths import DatedFile, find_dated, inside, nothing_found
from cropcore.sources.region.placing import PlacedRaster
from cropcore.sources.region.problems import Complain
from cropcore.sources.region.raster import RasterHeader, read_header
from cropcore.sources.region.region_toml import (
    CLOUDY,
    SCL_MASKED,
    MaskDescription,
    SourceDescription,
)

MASK_ENDING = ".scl.tif"
"""Ending of files with the scene classes of the image beside them."""

Take = Sequence[RasterHeader]
"""The rasters of one acquisition."""


@dataclass
class MaskFinder:
    """Finds the masks of the acquisitions of one source.

    Args:
        source: Its name.
        root: Folder that patterns are relative to.
        complain: Told of each problem.
        notes: What is left without a mask is told here.
    """

    source: str
    root: Path
    complain: Complain
    notes: list[str]
    _headers: dict[Path, RasterHeader] = field(default_factory=dict)

    def __call__(
        self,
        takes: Sequence[tuple[date, Take]],
        scenes: Sequence[DatedFile],
        description: SourceDescription,
    ) -> list[StoredMask | None]:
        """The mask of each acquisition, ``None`` where it has none.

        Scene classes beside or within an image count unless others are described.

        Args:
            takes: Day and rasters of each acquisition.
            scenes: Files among them that hold scene classes and nothing else.
            description: What is said of the source.

        Raises:
            MissingFileError: A described mask has no file at all.
            RegionError: Masks and acquisitions of a day do not pair up.
        """
        described = masks_of(description)
        layers: list[list[MaskLayer]] = [[] for _ in takes]
        if not any(item.kind == "classes" for item in described):
            described = [MaskDescription(), *described]
        first = described[0]
        usual = MaskDescription(dilate=first.dilate) if first.pattern else first
        for item in described:
            found = self._named(takes, item) if item.pattern else self._beside(takes, scenes)
            for own, paths in zip(layers, found, strict=True):
                own.extend(self._layers(paths, item.band, item))
        for (_, rasters), own in zip(takes, layers, strict=True):
            if not any(layer.above is None for layer in own):
                own.extend(_within(rasters, usual))
        self._judge(layers, description)
        return [StoredMask(tuple(own)) if own else None for own in layers]

    def _beside(
        self, takes: Sequence[tuple[date, Take]], scenes: Sequence[DatedFile]
    ) -> list[list[Path]]:
        """Scene classes named like an image, else those of its day where they pair up."""
        found = []
        for _, rasters in takes:
            named = (raster.path.with_suffix(MASK_ENDING) for raster in rasters)
            found.append([inside(self.root, path) for path in named if path.is_file()])
        claimed = {path for paths in found for path in paths}
        unused: list[Path] = []
        for day in sorted({scene.day for scene in scenes}):
            free = [scene.path for scene in scenes if scene.day == day]
            free = [path for path in free if path not in claimed]
            lacking = [
                at
                for at, (other, rasters) in enumerate(takes)
                if other == day and not found[at] and not any(map(_classes_within, rasters))
            ]
            if len(free) == len(lacking):
                for at, path in zip(lacking, free, strict=True):
                    found[at].append(path)
            else:
                unused += free
        if unused:
            self.notes.append(
                f"{self.source}: scene classes that belong to no image are not used "
                f"({len(unused)}, the first is {unused[0].name})."
            )
        return found

    def _named(self, takes: Sequence[tuple[date, Take]], item: MaskDescription) -> list[list[Path]]:
        """Files of a described pattern, in the order of their names on each day."""
        found = find_dated(self.root, item.pattern or "")
        if not found:
            raise nothing_found(self.root, item.pattern or "")
        hidden, seen = defaultdict(list), defaultdict(list)
        for file in found:
            hidden[file.day].append(file.path)
        for at, (day, _) in enumerate(takes):
            seen[day].append(at)
        paths: list[list[Path]] = [[] for _ in takes]
        for day in [day for day in seen if day in hidden]:
            owners = [at for at in seen[day] for _ in takes[at][1]]  # one for each raster
            for those in (seen[day], owners):
                if len(those) == len(hidden[day]):
                    for at, path in zip(those, hidden[day], strict=True):
                        paths[at].append(path)
                    break
            else:
                raise RegionError(
                    f"{self.root / str(item.pattern)} on {day}",
                    expected=f"{len(seen[day])} masks, one for each image of that day",
                    got=f"{len(hidden[day])}",
                    advice="remove or add masks so that they pair up in the order of their names",
                )
        return paths

    def _layers(
        self, paths: Sequence[Path], number: int, item: MaskDescription
    ) -> Iterator[MaskLayer]:
        for path in paths:
            try:
                header = self._headers.get(path) or read_header(path)
            except InputError as error:
                self.complain(error)
                continue
            self._headers[path] = header
            yield _layer(header, number, item)

    def _judge(self, layers: Sequence[list[MaskLayer]], description: SourceDescription) -> None:
        unmasked = sum(not own for own in layers)
        if unmasked == len(layers) and masks_of(description):
            self.complain(
                RegionError(
                    f"masks of {self.source} in {self.root}",
                    expected=f"files ending in {MASK_ENDING} beside the images, or a band SCL",
                    got="none",
                    advice="name the masks with pattern in region.toml or remove the mask",
                )
            )
        elif 0 < unmasked < len(layers):
            self.notes.append(
                f"{self.source}: {unmasked} of {len(layers)} acquisitions have no mask "
                "and are used as they are."
            )


def masks_of(description: SourceDescription) -> list[MaskDescription]:
    """All masks that are described for a source."""
    return [*filter(None, [description.mask]), *description.masks]


def _within(rasters: Take, item: MaskDescription) -> Iterator[MaskLayer]:
    """Scene classes that are a band of an image itself."""
    for header in rasters:
        for number in _classes_within(header):
            yield _layer(header, number, item)


def _classes_within(header: RasterHeader) -> list[int]:
    """Numbers of the bands of scene classes."""
    return [stored.number for stored in header.bands if holds_classes(stored)]


def _layer(header: RasterHeader, number: int, item: MaskDescription) -> MaskLayer:
    raster = PlacedRaster.of(header)
    if item.kind == "probability":
        above = CLOUDY if item.above is None else item.above
        return MaskLayer(raster, number, above=above, distance=item.dilate)
    return MaskLayer(raster, number, values=item.values or SCL_MASKED, distance=item.dilate)


__all__ = ["MASK_ENDING", "MaskFinder", "Take", "masks_of"]
