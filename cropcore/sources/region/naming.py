"""Which bands the rasters of a source hold, and which of them are used."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from cropcore.bands import Band, find_band, match_band
from cropcore.errors import InputError, RegionError, SettingError
from cropcore.sources.region.problems import Complain
from cropcore.sources.region.raster import RasterBand, RasterHeader
from cropcore.sources.region.storage import NamedBand, NamedFile

SCENE_CLASSES = "scl"
"""Description, in small letters, of a band with the scene classes of Sentinel-2 L2A."""
_SHOWN = 6


@dataclass
class BandNamer:
    """Names the bands of one source after another.

    Args:
        wanted: Bands that a person asked for, canonical or as in the files; all known ones
            where ``None``.
        complain: Told of each problem.
        described: Whether a person listed the sources, so that each must hold known bands.
    """

    wanted: tuple[str, ...] | None
    complain: Complain
    described: bool
    notes: list[str] = field(default_factory=list)
    """What was left out so far."""
    _matched: set[str] = field(default_factory=set)
    _known: dict[str, None] = field(default_factory=dict)

    def __call__(
        self, source: str, headers: Sequence[RasterHeader], labels: tuple[str, ...] | None
    ) -> list[NamedFile]:
        """The rasters of a source with those of their bands that are used.

        Args:
            source: Name of the source.
            headers: Its rasters.
            labels: Names of the bands in the order of the file, as a person gave them; the
                band descriptions of each file where ``None``.

        Returns:
            The rasters that hold a band to use; none where no band is known or wanted.
        """
        files = self._recognised(headers, labels)
        known = tuple(dict.fromkeys(item.band.name for file in files for item in file.bands))
        if not known:
            self._tell_useless(source, headers, labels)
            return []
        self._known.update(dict.fromkeys(known))
        bare = [file.header for file in files if not file.bands]
        for header in bare:
            self.complain(_no_known_band(header, labels))
        used = self._choose(known)
        chosen = [
            NamedFile(file.header, tuple(item for item in file.bands if item.band.name in used))
            for file in files
            if file.bands
        ]
        if not used:
            return []
        self._tell_left_out(source, files)
        return [file for file in chosen if file.bands]

    def check_wanted(self) -> None:
        """Complain of bands that were asked for and that no source offers."""
        absent = [name for name in self.wanted or () if name not in self._matched]
        if absent and self._known:
            self.complain(
                SettingError(
                    "bands",
                    expected=f"some of {', '.join(self._known)}",
                    got=", ".join(absent),
                    advice="choose among the bands of the region",
                )
            )

    def _recognised(
        self, headers: Sequence[RasterHeader], labels: tuple[str, ...] | None
    ) -> list[NamedFile]:
        files = []
        for header in headers:
            try:
                files.append(NamedFile(header, self._bands(header, labels)))
            except InputError as error:
                self.complain(error)
        return files

    def _bands(self, header: RasterHeader, labels: tuple[str, ...] | None) -> tuple[NamedBand, ...]:
        if labels is not None and len(labels) != len(header.bands):
            raise RegionError(
                header.path,
                expected=f"the {len(labels)} bands {', '.join(labels)}",
                got=f"{len(header.bands)} bands",
                advice="list in region.toml every band of the file in its order",
            )
        found: dict[str, NamedBand] = {}
        for stored, label in zip(header.bands, _labels(header, labels), strict=True):
            band = self._band(label)
            if band is None:
                continue
            if band.name in found:
                raise RegionError(
                    header.path,
                    expected="each band once",
                    got=f"{band.name} as {found[band.name].label} and as {label}",
                    advice="correct the band descriptions or list the bands in region.toml",
                )
            found[band.name] = NamedBand(stored, label, band)
        return tuple(found.values())

    def _band(self, label: str) -> Band | None:
        asked = {name.casefold() for name in self.wanted or ()}
        unknown = Band(label, "index") if label.casefold() in asked else None
        return find_band(label) or unknown

    def _choose(self, known: tuple[str, ...]) -> set[str]:
        if self.wanted is None:
            return set(known)
        chosen = set()
        folded = {name.casefold(): name for name in known}
        for wanted in self.wanted:
            band = find_band(wanted)
            name = match_band(band.name, known) if band else folded.get(wanted.casefold())
            if name is not None:
                chosen.add(name)
                self._matched.add(wanted)
        return chosen

    def _tell_useless(
        self, source: str, headers: Sequence[RasterHeader], labels: tuple[str, ...] | None
    ) -> None:
        if headers and self.described:
            self.complain(_no_known_band(headers[0], labels))
        elif headers:
            found = _all_labels(headers, labels)
            self.notes.append(f"{source}: not used, for none of its bands ({found}) is known.")

    def _tell_left_out(self, source: str, files: Iterable[NamedFile]) -> None:
        left_out = {
            stored.description or f"number {stored.number}": None
            for file in files
            for stored in file.header.bands
            if stored not in [item.stored for item in file.bands] and not holds_classes(stored)
        }
        if left_out:
            names = _listed(list(left_out))
            self.notes.append(f"{source}: the bands {names} are not known and not used.")


def holds_classes(stored: RasterBand) -> bool:
    """Whether a band holds scene classes by its description."""
    return (stored.description or "").casefold() == SCENE_CLASSES


def named_by_file(header: RasterHeader) -> RasterHeader:
    """A single band without a description is described by the one band its file's name holds."""
    if len(header.bands) != 1 or header.bands[0].description:
        return header
    words = re.split(r"[^A-Za-z0-9]+", header.path.stem)
    known = {word for word in words if find_band(word) or word.casefold() == SCENE_CLASSES}
    if len(known) != 1:
        return header
    return replace(header, bands=(replace(header.bands[0], description=known.pop()),))


def _labels(header: RasterHeader, labels: tuple[str, ...] | None) -> list[str]:
    return list(labels) if labels else [stored.description or "" for stored in header.bands]


def _all_labels(headers: Sequence[RasterHeader], labels: tuple[str, ...] | None) -> str:
    names = {label: None for header in headers for label in _labels(header, labels) if label}
    return _listed(list(names)) if names else "which carry no description"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _no_known_band(header: RasterHeader, labels: tuple[str, ...] | None) -> RegionError:
    return RegionError(
        header.path,
        expected="bands with known names, such as B04 or VV",
        got=_all_labels([header], labels),
        advice="describe its bands, list them in region.toml, or move the file away",
    )


__all__ = ["SCENE_CLASSES", "BandNamer", "holds_classes", "named_by_file"]
