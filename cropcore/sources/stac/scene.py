"""One item of a catalogue as far as Cropcore uses it: bands, their files and their meaning."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from cropcore.sources.stac.names import MASKS


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Layer(_Value):
    """One band of one item."""

    name: str
    """Canonical band, or a mask's name."""
    href: str
    """Address or path of its file, unsigned."""
    number: int = 1
    """Its band in the file, counted from 1."""
    crs: str
    transform: tuple[float, float, float, float, float, float]
    """Affine coefficients a…f; rows run south, columns east."""
    width: int
    height: int
    dtype: str | None = None
    """Type of the stored numbers, where the metadata says it."""
    nodata: float | None = None
    """Stored number that means no data."""
    scale: float | None = None
    """Factor from stored numbers to the unit; ``None`` where nothing is declared."""
    offset: float = 0.0
    """Added after scaling, in the unit."""
    unit: str | None = None
    """Backscatter: ``linear`` or ``dB``, where that is known."""

    @property
    def is_mask(self) -> bool:
        """Whether it tells where the ground is hidden."""
        return self.name in MASKS

    @property
    def meaning(self) -> tuple[float | None, float]:
        """What stored numbers stand for; only layers of one meaning are put together."""
        return (None, 0.0) if self.is_mask else (self.scale, self.offset)


class Scene(_Value):
    """What one item shows."""

    id: str
    collection: str
    time: datetime
    cloud: float | None = None
    """Share of clouds, percent."""
    orbit: str | None = None
    """``ascending`` or ``descending``, of radar."""
    tile: str | None = None
    platform: str = ""
    baseline: str = ""
    """Version of the processing, which tells apart two items of the same imagery."""
    layers: tuple[Layer, ...]

    @property
    def day(self) -> date:
        """The day of the acquisition, UTC."""
        return self.time.date()

    def layer(self, name: str) -> Layer | None:
        """The layer of a band."""
        return next((layer for layer in self.layers if layer.name == name), None)


class CollectionInfo(_Value):
    """What a collection says about itself."""

    id: str
    title: str = ""
    licence: str = ""
    attribution: str = ""


class Answer(_Value):
    """What a catalogue answered to a request."""

    scenes: tuple[Scene, ...]
    collections: tuple[CollectionInfo, ...] = ()
    notes: tuple[str, ...] = ()
    asked: date | None = None
    """When."""


__all__ = ["Answer", "CollectionInfo", "Layer", "Scene"]
