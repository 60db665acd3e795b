"""From a description to acquisitions: files are found, bands named, days put together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cropcore.bands import BANDS, Unit
from cropcore.cube.radar import LeeFilter
from cropcore.errors import InputError, RegionError
from cropcore.sources.base import SourceOptions
from cropcore.sources.region.imagery import Imagery, StoredAcquisition, StoredBand, StoredFile
from cropcore.sources.region.mask_files import MASK_ENDING, MaskFinder, masks_of
from cropcore.sources.region.naming import BandNamer, holds_classes, named_by_file
from cropcore.sources.region.paths import DatedFile, find_dated, nothing_found
from cropcore.sources.region.placing import PlacedRaster
from cropcore.sources.region.problems import Complain
from cropcore.sources.region.raster import RasterHeader, read_header
from cropcore.sources.region.region_toml import SourceDescription
from cropcore.sources.region.storage import Calibrator, NamedFile


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

    def __call__(self, name: str, description: SourceDescription) -> Imagery | None:
        """Understand one source; ``None`` where none of its files has a band to use.

        Its rasters are on their own grids yet.
        """
        try:
            files = self._files(description)
        except InputError as error:
            self.complain(error)
            return None
        days = {file.path: file.day for file in files}
        images = [path for path in days if not path.name.lower().endswith(MASK_ENDING)]
        every = [named_by_file(header) for header in self._headers(images)]
        bare = {header.path for header in every if all(map(holds_classes, header.bands))}
        headers = [header for header in every if header.path not in bare]
        named = self.namer(name, headers or every, description.bands)
        if not named:
            return None
        takes = _together([(days[file.header.path], file) for file in named])
        bands, units = _bands_and_units(named)
        self._tell_missing(name, takes, bands)
        find_masks = MaskFinder(name, self.root, self.complain, self.notes)
        rasters = [(day, [file.header for file in take]) for day, take in takes]
        shown = {*images} - bare
        scenes = [file for file in files if file.path not in shown]
        try:
            masks = find_masks(rasters, scenes, description)
        except InputError as error:
            self.complain(error)
            return None
        speckle = self._speckle(name, units, description)
        calibrate = Calibrator(name, named, description, self.options.scale)
        acquisitions = []
        for (day, take), mask in zip(takes, masks, strict=True):
            stored = tuple(self._stored(take, bands, speckle, calibrate))
            if stored:
                acquisitions.append(StoredAcquisition(day, stored, mask))
        self.notes.extend(calibrate.notes)
        return Imagery(name, bands, units, tuple(acquisitions)) if acquisitions else None

    def _files(self, description: SourceDescription) -> list[DatedFile]:
        """Images and, beside them, scene classes."""
        taken = set()
        for mask in masks_of(description):
            if mask.pattern is not None and mask.pattern != description.pattern:
                taken |= {file.path for file in find_dated(self.root, mask.pattern)}
        found = find_dated(self.root, description.pattern)
        files = [file for file in found if file.path not in taken]
        if all(file.path.name.lower().endswith(MASK_ENDING) for file in files):
            raise nothing_found(self.root, description.pattern)
        return files

    def _headers(self, paths: Iterable[Path]) -> list[RasterHeader]:
        headers = []
        for path in paths:
            try:
                headers.append(read_header(path))
            except InputError as error:
                self.complain(error)
        return headers

    def _stored(
        self,
        files: Sequence[NamedFile],
        bands: Sequence[str],
        speckle: LeeFilter | None,
        calibrate: Calibrator,
    ) -> Iterator[StoredFile]:
        """The files of one acquisition that can be used."""
        for file in files:
            path = file.header.path
            try:
                stored = {
                    item.band.name: StoredBand(
                        item.stored.number, calibrate(path, item), item.unit_in_memory
                    )
                    for item in file.bands
                }
            except InputError as error:
                self.complain(error)
                continue
            ordered = tuple(stored.get(band) for band in bands)
            yield StoredFile(PlacedRaster.of(file.header), ordered, speckle)

    def _speckle(
        self, name: str, units: Sequence[Unit], description: SourceDescription
    ) -> LeeFilter | None:
        said = description.speckle
        if said is None:
            return None
        if "dB" not in units:
            self.complain(
                RegionError(
                    f"speckle of {name} in {self.root}",
                    expected="a source with backscatter, such as VV or VH",
                    got="one without",
                    advice="remove speckle from this source in region.toml",
                )
            )
            return None
        speckle = LeeFilter(said.window, said.looks)
        self.notes.append(
            f"{name}: speckle is filtered ({speckle}); a model trained on it needs imagery "
            "filtered alike."
        )
        return speckle

    def _tell_missing(
        self,
        source: str,
        takes: Sequence[tuple[date, Sequence[NamedFile]]],
        bands: Sequence[str],
    ) -> None:
        held = [{item.band.name for file in files for item in file.bands} for _, files in takes]
        for name in bands:
            lacking = sum(name not in names for names in held)
            if lacking:
                self.notes.append(
                    f"{source}: {name} is missing in {lacking} of {len(takes)} acquisitions "
                    "and counts as no data there."
                )


def _together(files: Sequence[tuple[date, NamedFile]]) -> list[tuple[date, list[NamedFile]]]:
    """Acquisitions: files of one day that share no band belong together.

    A file goes to the first acquisition of its day that lacks all its bands. The finest file
    stands first, the one with most bands among equals.
    """
    takes: list[tuple[date, list[NamedFile]]] = []
    for day, file in files:
        own = {item.band.name for item in file.bands}
        fitting = (
            group
            for other, group in takes
            if other == day
            and own.isdisjoint(item.band.name for member in group for item in member.bands)
        )
        group = next(fitting, None)
        if group is None:
            takes.append((day, [file]))
        else:
            group.append(file)
    return [(day, sorted(group, key=_coarseness)) for day, group in takes]


def _coarseness(file: NamedFile) -> tuple[float, int]:
    height, width = file.header.grid.pixel_metres()
    return round(height * width, 3), -len(file.bands)


def _bands_and_units(files: Sequence[NamedFile]) -> tuple[tuple[str, ...], tuple[Unit, ...]]:
    """Bands in spectral order, those unknown to the table last, and their units in memory."""
    found = {item.band.name: item.unit_in_memory for file in files for item in file.bands}
    order = {name: at for at, name in enumerate(BANDS)}
    bands = sorted(found, key=lambda name: order.get(name, len(order)))
    return tuple(bands), tuple(found[name] for name in bands)


__all__ = ["Interpreter"]
