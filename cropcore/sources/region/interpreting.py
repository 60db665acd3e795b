"""From a description to acquisitions: files are found, bands named and masks paired."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cropcore.bands import BANDS, Unit
from cropcore.errors import InputError, MissingFileError, RegionError
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.imagery import Imagery, StoredAcquisition, StoredBand, StoredMask
from cropcore.sources.region.naming import SCENE_CLASSES, BandNamer
from cropcore.sources.region.paths import DatedFile, find_dated, inside
from cropcore.sources.region.problems import Complain
from cropcore.sources.region.raster import RasterHeader, read_header
from cropcore.sources.region.region_toml import SCL_MASKED, MaskDescription, SourceDescription
from cropcore.sources.region.storage import Calibrator, NamedFile

_MASK_ENDING = ".scl.tif"


@dataclass(frozen=True)
class Interpreted:
    """A source that is understood."""

    imagery: Imagery
    headers: tuple[RasterHeader, ...]
    """Of all its files, masks included."""


@dataclass
class Interpreter:
    """Understands the sources of a region, one after another.

    Args:
        root: Folder that patterns are relative to.
        options: What a person says beside the description.
        complain: Told of each problem.
        described: Whether a person listed the sources, so that each must be of use.
    """

    root: Path
    options: SourceOptions
    complain: Complain
    described: bool
    namer: BandNamer = field(init=False)
    notes: list[str] = field(default_factory=list)
    """What was guessed or left out so far."""

    def __post_init__(self) -> None:
        self.namer = BandNamer(self.options.bands, self.complain, self.described, self.notes)

    def __call__(self, name: str, description: SourceDescription) -> Interpreted | None:
        """Understand one source; ``None`` where none of its files has a band to use."""
        try:
            images = self._images(description)
            masks = self._masks(images, description.mask)
        except InputError as error:
            self.complain(error)
            return None
        headers = self._headers(image.path for image in images)
        named = self.namer(name, list(headers.values()), description.bands)
        if not named:
            return None
        masks |= _masks_within(named, masks)
        mask_paths = {mask.path for mask in masks.values()} - set(headers)
        headers |= self._headers(sorted(mask_paths))
        unmasked = sum(file.header.path not in masks for file in named)
        if masks and unmasked:
            self.notes.append(
                f"{name}: {unmasked} of {len(named)} acquisitions have no mask "
                "and are used as they are."
            )
        days = {image.path: image for image in images}
        bands, units = _bands_and_units(named)
        calibrate = Calibrator(name, named, description, self.options.scale)
        acquisitions = []
        for file in named:
            path = file.header.path
            try:
                stored = {
                    item.band.name: StoredBand(item.stored.number, calibrate(path, item))
                    for item in file.bands
                }
            except InputError as error:
                self.complain(error)
                continue
            ordered = tuple(stored.get(band) for band in bands)
            acquisitions.append(StoredAcquisition(days[path].day, path, ordered, masks.get(path)))
        self.notes.extend(calibrate.notes)
        imagery = Imagery(name, bands, units, tuple(acquisitions))
        return Interpreted(imagery, tuple(headers.values())) if acquisitions else None

    def _images(self, description: SourceDescription) -> list[DatedFile]:
        mask = description.mask
        taken = set()
        if mask is not None and mask.pattern != description.pattern:
            taken = {file.path for file in find_dated(self.root, mask.pattern)}
        images = [
            file
            for file in find_dated(self.root, description.pattern)
            if file.path not in taken and not file.path.name.lower().endswith(_MASK_ENDING)
        ]
        if not images:
            raise _nothing(self.root, description.pattern)
        return images

    def _masks(
        self, images: Sequence[DatedFile], description: MaskDescription | None
    ) -> dict[Path, StoredMask]:
        """The mask of each image that has one."""
        if description is None:
            beside = {image.path: image.path.with_suffix(_MASK_ENDING) for image in images}
            return {
                path: StoredMask(inside(self.root, mask), 1, SCL_MASKED)
                for path, mask in beside.items()
                if mask.is_file()
            }
        found = find_dated(self.root, description.pattern)
        if not found:
            raise _nothing(self.root, description.pattern)
        masks = {}
        for day in sorted({image.day for image in images}):
            seen = [image.path for image in images if image.day == day]
            hidden = [mask.path for mask in found if mask.day == day]
            if hidden and len(hidden) != len(seen):
                raise RegionError(
                    f"{self.root / description.pattern} on {day}",
                    expected=f"{len(seen)} masks, one for each image of that day",
                    got=f"{len(hidden)}",
                    advice="remove or add masks so that they pair up in the order of their names",
                )
            for image, mask in zip(seen, hidden, strict=bool(hidden)):
                masks[image] = StoredMask(mask, description.band, description.values)
        return masks

    def _headers(self, paths: Iterable[Path]) -> dict[Path, RasterHeader]:
        headers = {}
        for path in paths:
            try:
                headers[path] = read_header(path)
            except InputError as error:
                self.complain(error)
        return headers


def _masks_within(
    files: Sequence[NamedFile], masks: dict[Path, StoredMask]
) -> dict[Path, StoredMask]:
    """Scene classes that are a band of the image itself, where it has no other mask."""
    return {
        file.header.path: StoredMask(file.header.path, stored.number, SCL_MASKED)
        for file in files
        for stored in file.header.bands
        if file.header.path not in masks and (stored.description or "").casefold() == SCENE_CLASSES
    }


def _bands_and_units(files: Sequence[NamedFile]) -> tuple[tuple[str, ...], tuple[Unit, ...]]:
    """Bands in spectral order, those unknown to the table last, and their units in memory."""
    found = {
        item.band.name: ("dB" if item.kind == "backscatter" else item.band.unit)
        for file in files
        for item in file.bands
    }
    order = {name: at for at, name in enumerate(BANDS)}
    bands = sorted(found, key=lambda name: order.get(name, len(order)))
    return tuple(bands), tuple(found[name] for name in bands)


def _nothing(root: Path, pattern: str) -> MissingFileError:
    return MissingFileError(
        root / pattern,
        expected="GeoTIFFs of that pattern, {date} being 2021-04-05 or 20210405",
        got="none",
        advice="correct the pattern in region.toml or add the files",
    )


__all__ = ["Interpreted", "Interpreter"]
