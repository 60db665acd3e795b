"""Brings the sources of a region to its grid, tells what that takes, refuses what cannot be."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cropcore.bands import Unit
from cropcore.cube import Grid
from cropcore.errors import RegionError
from cropcore.sources.region.imagery import Imagery, StoredAcquisition, StoredFile
from cropcore.sources.region.masks import MaskLayer, StoredMask
from cropcore.sources.region.placing import PlacedRaster
from cropcore.sources.region.problems import Complain
from cropcore.sources.region.raster import describe_grid, describe_system

LARGEST_RATIO = 100
"""Sides of pixels that differ by a larger factor are not brought together."""
LARGEST_HALO = 256
"""Pixels; clouds are not dilated by more."""
_WHOLE = 0.999


@dataclass
class Fitter:
    """Brings one source after another to the grid of a region.

    Args:
        grid: The region's.
        complain: Told of each problem.
    """

    grid: Grid
    complain: Complain
    notes: list[str] = field(default_factory=list)
    """What is done to rasters on other grids."""

    def __call__(self, imagery: Imagery) -> Imagery | None:
        """The same source for the region's grid; ``None`` where none of it lies there."""
        moved = imagery.on(self.grid)
        kept = []
        beside: list[StoredFile] = []
        for item in moved.acquisitions:
            usable = [file for file in item.files if check_raster(file.raster, self.complain)]
            files = tuple(file for file in usable if lies_on(file.raster))
            beside += [file for file in usable if not lies_on(file.raster)]
            if files:
                kept.append(replace(item, files=files, mask=self._usable(item.mask)))
        if beside:
            self.notes.append(
                f"{imagery.source}: rasters that lie beside the region are left out "
                f"({len(beside)}, the first is {beside[0].raster.path.name})."
            )
        if not kept:
            if beside:
                self.complain(_elsewhere(beside[0].raster, self.grid))
            return None
        self._tell(imagery.source, imagery.units, kept)
        return replace(moved, acquisitions=tuple(kept))

    def _usable(self, mask: StoredMask | None) -> StoredMask | None:
        """The mask without the layers that are refused."""
        if mask is None:
            return None
        layers = tuple(layer for layer in mask.layers if self._fits(layer))
        return replace(mask, layers=layers) if layers else None

    def _fits(self, layer: MaskLayer) -> bool:
        if not check_raster(layer.raster, self.complain):
            return False
        if not lies_on(layer.raster):
            self.complain(_elsewhere(layer.raster, self.grid))
            return False
        if layer.halo > LARGEST_HALO:
            self.complain(
                RegionError(
                    layer.raster.path,
                    expected=f"a mask dilated by at most {LARGEST_HALO} pixels",
                    got=f"{layer.distance:g} m, which are {layer.halo} pixels",
                    advice="write a smaller dilate in region.toml",
                )
            )
            return False
        return True

    def _tell(self, source: str, units: Sequence[Unit], kept: Sequence[StoredAcquisition]) -> None:
        files = [file.raster for item in kept for file in item.files]
        radar = set(units) == {"dB"}
        way = "interpolation in linear power" if radar else "interpolation"
        self._tell_ways(source, "rasters", files, way)
        shares = [max(_covered(file.raster) for file in item.files) for item in kept]
        parts = [share for share in shares if share < _WHOLE]
        if parts:
            self.notes.append(
                f"{source}: acquisitions that cover a part of the region only count as no data "
                f"in the rest ({len(parts)} of {len(kept)}, the least covers about "
                f"{min(parts):.0%})."
            )
        layers = [layer for item in kept if item.mask for layer in item.mask.layers]
        masks = {layer.raster.path: layer.raster for layer in layers}
        self._tell_ways(source, "masks", [*masks.values()], "their nearest pixels")
        for text in dict.fromkeys(filter(None, map(_widened, layers))):
            self.notes.append(f"{source}: {text}.")

    def _tell_ways(self, source: str, what: str, rasters: Sequence[PlacedRaster], way: str) -> None:
        counts: defaultdict[str, int] = defaultdict(int)
        for raster in rasters:
            if raster.warped and not raster.warp.aligned:
                counts[pixels_of(raster.grid)] += 1
        for pixels, count in counts.items():
            self.notes.append(
                f"{source}: {what} with {pixels} ({count} of {len(rasters)}) are brought to the "
                f"region's grid ({pixels_of(self.grid)}) by {way}."
            )


def check_raster(raster: PlacedRaster, complain: Complain) -> bool:
    """Whether a raster can be brought to the region's grid at all."""
    if not raster.warped:
        return True
    ratio = raster.warp.ratio
    if not 1 / LARGEST_RATIO <= min(ratio) <= max(ratio) <= LARGEST_RATIO:
        complain(
            RegionError(
                raster.path,
                expected=f"pixels at most {LARGEST_RATIO} times as large or as small as the "
                f"region's ({describe_grid(raster.onto)})",
                got=describe_grid(raster.grid),
                advice="say another resolution under [grid] in region.toml or leave the file out",
            )
        )
        return False
    return True


def lies_on(raster: PlacedRaster) -> bool:
    """Whether a raster overlaps the region."""
    return not raster.warped or raster.warp.overlaps


def pixels_of(grid: Grid) -> str:
    """Size of its pixels and its system, in a few words."""
    height, width = grid.pixel_metres()
    return f"pixels of {width:.4g} x {height:.4g} m in {describe_system(grid.crs)}"


def _covered(raster: PlacedRaster) -> float:
    return raster.warp.covered if raster.warped else 1.0


def _widened(layer: MaskLayer) -> str:
    around = f", and {layer.distance:g} m around" if layer.distance else ""
    if layer.above is not None:
        return f"what a mask rates above {layer.above:g} is masked out{around}"
    return f"{layer.distance:g} m around what is masked out are masked out too" if around else ""


def _elsewhere(raster: PlacedRaster, grid: Grid) -> RegionError:
    return RegionError(
        raster.path,
        expected=f"a raster that overlaps the region ({describe_grid(grid)})",
        got=describe_grid(raster.grid),
        advice="add imagery of this place, or say under [grid] in region.toml which is meant",
    )


__all__ = ["LARGEST_HALO", "LARGEST_RATIO", "Fitter", "check_raster", "lies_on", "pixels_of"]
