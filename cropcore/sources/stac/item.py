"""Reads the JSON of an item: which assets hold which bands, where they lie, what they mean."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
)

from cropcore.bands import BANDS
from cropcore.errors import RegionError
from cropcore.sources.region.raster import FARTHEST, LARGEST_PIXEL, SMALLEST_PIXEL, on_earth
from cropcore.sources.stac import names
from cropcore.sources.stac.fetching import shown
from cropcore.sources.stac.places import place_of
from cropcore.sources.stac.scene import Layer, Scene

_LARGEST_SIDE = 10_000_000
_DTYPES = {"int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"}
_BASELINE_OFFSET = (4, 0)
"""First processing baseline of Sentinel-2 that adds 1000 to the stored numbers (ESA, 2022)."""


def _number(value: Any) -> Any:
    """Texts such as ``nan`` mean that number in the raster extension."""
    return value if not isinstance(value, str) else {"nan": math.nan}.get(value.lower())


class _Json(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class _Band(_Json):
    name: str = ""
    common_name: str = Field(
        default="", validation_alias=AliasChoices("common_name", "eo:common_name")
    )
    dtype: str | None = Field(
        default=None, validation_alias=AliasChoices("data_type", "raster:data_type")
    )
    nodata: Annotated[float | None, BeforeValidator(_number)] = Field(
        default=None, validation_alias=AliasChoices("nodata", "raster:nodata")
    )
    scale: FiniteFloat | None = Field(
        default=None, validation_alias=AliasChoices("raster:scale", "scale")
    )
    offset: FiniteFloat | None = Field(
        default=None, validation_alias=AliasChoices("raster:offset", "offset")
    )
    unit: str | None = None

    def over(self, other: "_Band") -> "_Band":
        """What this says, and what only the other says."""
        said = self.model_dump(exclude_defaults=True)
        return other.model_copy(update=said)


class _Asset(_Band):
    href: str
    type: str = ""
    roles: frozenset[str] = frozenset()
    code: str | None = Field(default=None, validation_alias="proj:code")
    epsg: int | None = Field(default=None, validation_alias="proj:epsg")
    wkt: str | None = Field(default=None, validation_alias="proj:wkt2")
    shape: tuple[int, int] | None = Field(default=None, validation_alias="proj:shape")
    transform: tuple[FiniteFloat, ...] | None = Field(
        default=None, validation_alias="proj:transform"
    )
    bands: tuple[_Band, ...] = ()
    eo_bands: tuple[_Band, ...] = Field(default=(), validation_alias="eo:bands")
    raster_bands: tuple[_Band, ...] = Field(default=(), validation_alias="raster:bands")
    alternate: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def described(self) -> tuple[_Band, ...]:
        """Its bands in the order of the file, as far as they are described."""
        n_bands = max(len(self.bands), len(self.eo_bands), len(self.raster_bands), 1)
        common = _Band(dtype=self.dtype, nodata=self.nodata, scale=self.scale,
                       offset=self.offset, unit=self.unit)  # fmt: skip
        alone = n_bands == 1
        own = _Band(name=self.name, common_name=self.common_name) if alone else _Band()
        told = own.over(common)
        described = [told] * n_bands
        for listed in (self.raster_bands, self.eo_bands, self.bands):
            for at, band in enumerate(listed):
                described[at] = band.over(described[at])
        return tuple(described)


@dataclass(frozen=True)
class ItemReader:
    """Understands items.

    Args:
        wanted: Canonical bands to take; the usual ones where ``None``.
        remote: Whether the catalogue came from a server.
        by_baseline: Whether undeclared offsets are taken from the processing baseline.
    """

    wanted: tuple[str, ...] | None
    remote: bool
    by_baseline: bool = False

    def __call__(self, item: Mapping[str, Any], base: str) -> Scene:
        """What an item shows.

        Args:
            item: Its JSON.
            base: Address or path that its relative addresses start from.

        Raises:
            RegionError: It has no time, no place, or is no item at all.
        """
        name = _plain(item.get("id"))
        where = f"{shown(base)}, item {name or '(without id)'}"
        properties, assets = item.get("properties"), item.get("assets")
        if not (name and isinstance(properties, dict) and isinstance(assets, dict)):
            raise _unfit(where, "a STAC item with id, properties and assets", "none")
        collection = _plain(item.get("collection")) or "imagery"
        platform = f"{_plain(properties.get('platform'))} {_plain(properties.get('constellation'))}"
        return Scene(
            id=name,
            collection=collection,
            time=_time(where, properties),
            cloud=_share(properties.get("eo:cloud_cover")),
            orbit=_plain(properties.get("sat:orbit_state")) or None,
            tile=_tile(properties),
            platform=_plain(properties.get("platform")),
            baseline=_plain(properties.get("s2:processing_baseline"))
            or _plain(properties.get("processing:version")),
            layers=tuple(
                self._layers(
                    where, base, assets, properties, collection,
                    names.is_sentinel_2(collection, platform),
                )
            ),
        )  # fmt: skip

    def _layers(
        self,
        where: str,
        base: str,
        assets: Mapping[str, Any],
        properties: Mapping[str, Any],
        collection: str,
        sentinel_2: bool,
    ) -> Iterator[Layer]:
        """The wanted bands and masks, of each the finest file, GeoTIFF before JPEG 2000."""
        found: dict[str, list[tuple[str, _Asset, int, _Band]]] = {}
        for key, content in assets.items():
            try:
                asset = _Asset.model_validate(content)
            except ValidationError:
                continue
            if names.is_picture(key, asset.roles, asset.type, asset.href):
                continue
            for number, band in enumerate(asset.described, start=1):
                name = self._named(key, asset, band, sentinel_2)
                if name is not None:
                    found.setdefault(name, []).append((key, asset, number, band))
        for name, offers in found.items():
            key, asset, number, band = min(offers, key=lambda offer: _rank(offer[0], offer[1]))
            place = _place(f"{where}, asset {_plain(key)}", asset, properties, collection)
            radar = name in BANDS and BANDS[name].unit == "dB"
            scale, offset = self._meaning(asset, band, properties, sentinel_2, name)
            yield Layer(
                name=name,
                href=place_of(where, asset.href, asset.alternate, base, self.remote),
                number=number,
                dtype=band.dtype if band.dtype in _DTYPES else None,
                nodata=band.nodata,
                scale=scale,
                offset=offset,
                unit=names.backscatter_unit(collection, band.unit or "") if radar else None,
                **place,
            )

    def _named(self, key: str, asset: _Asset, band: _Band, sentinel_2: bool) -> str | None:
        alone = len(asset.described) == 1
        if alone and (mask := names.mask_named(key)) is not None:
            return mask
        given = (key, band.name, band.common_name) if alone else (band.name, band.common_name)
        name = names.band_named(given, sentinel_2)
        if name is None:
            return None
        if self.wanted is None:
            return None if name in names.COARSE else name
        return name if name in self.wanted else None

    def _meaning(
        self,
        asset: _Asset,
        band: _Band,
        properties: Mapping[str, Any],
        sentinel_2: bool,
        name: str,
    ) -> tuple[float | None, float]:
        """Scale and offset as declared."""
        if name in names.MASKS:
            return None, 0.0
        if band.scale is not None or band.offset is not None:
            applied = properties.get(names.OFFSET_APPLIED) is True
            return band.scale or 1.0, 0.0 if applied else band.offset or 0.0
        baseline = re.match(r"0*(\d+)\.(\d+)", _plain(properties.get("s2:processing_baseline")))
        if self.by_baseline and sentinel_2 and baseline:
            shifted = (int(baseline[1]), int(baseline[2])) >= _BASELINE_OFFSET
            return 1e-4, -0.1 if shifted else 0.0
        return None, 0.0


def _rank(key: str, asset: _Asset) -> tuple[bool, float, int, str]:
    """The lowest is the best file of a band."""
    pixel = abs(asset.transform[0]) if asset.transform else math.inf
    jpeg = "jp2" in asset.type or asset.href.lower().partition("?")[0].endswith(".jp2")
    return jpeg, pixel, len(asset.described), key


def _place(
    where: str, asset: _Asset, properties: Mapping[str, Any], collection: str
) -> dict[str, Any]:
    """Grid of an asset, its own or that of the item.

    Raises:
        RegionError: It is not declared, or is no grid on Earth with north up.
    """
    try:
        common = _Asset.model_validate({"href": "", **_projection(properties)})
    except ValidationError as error:
        raise _unfit(where, "a valid proj:code, proj:shape and proj:transform", "others") from error
    crs = _crs(asset) or _crs(common)
    shape, transform = asset.shape or common.shape, asset.transform or common.transform
    if crs is None or shape is None or transform is None:
        swath = "grd" in collection.lower()
        raise RegionError(
            where,
            expected="the grid of its pixels (proj:code, proj:shape and proj:transform)",
            got="imagery in radar geometry" if swath else "none, or a part of it only",
            advice="use a terrain-corrected collection such as sentinel-1-rtc"
            if swath
            else "add it to the catalogue, for example with rio stac --with-proj",
        )
    height, width = shape
    usable = len(transform) in (6, 9) and all(abs(value) <= FARTHEST for value in transform)
    a, b, x, d, e, y = transform[:6] if usable else (0.0,) * 6
    sides = min(a, -e) >= SMALLEST_PIXEL and max(a, -e) <= LARGEST_PIXEL
    if not (
        usable and sides and b == d == 0
        and 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE and on_earth(crs)
    ):  # fmt: skip
        raise _unfit(
            where,
            "a grid with north up in a projected or geographic system of the Earth",
            f"{width} x {height} px, transform {', '.join(f'{v:g}' for v in transform[:6])}, "
            f"{_plain(crs)[:40]}",
        )
    return {"crs": crs, "transform": (a, b, x, d, e, y), "width": width, "height": height}


def _projection(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key.startswith("proj:")}


def _crs(asset: _Asset) -> str | None:
    if asset.code:
        return asset.code
    return f"EPSG:{asset.epsg}" if asset.epsg else asset.wkt


def _time(where: str, properties: Mapping[str, Any]) -> datetime:
    for key in ("datetime", "start_datetime"):
        text = properties.get(key)
        try:
            time = datetime.fromisoformat(text) if isinstance(text, str) else None
            if time is not None and time.year > 1900:
                return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    raise _unfit(where, "the time of the acquisition in datetime", "none")


def _tile(properties: Mapping[str, Any]) -> str | None:
    for key in ("grid:code", "s2:mgrs_tile", "odc:region_code"):
        if text := _plain(properties.get(key)):
            return text
    return None


def _share(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value <= 100 else None


def _plain(value: Any) -> str:
    """A text from a catalogue, or a number as text, fit to be printed."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value if char.isprintable())[:200]


def _unfit(where: str, expected: str, got: str) -> RegionError:
    return RegionError(
        where, expected=expected, got=got, advice="correct the catalogue, or leave the item out"
    )


def usual_names(bands: Sequence[str], sentinel_2: bool = True) -> tuple[str, ...]:
    """Canonical names of bands that a person asked for; unknown ones as they are."""
    return tuple(names.band_named((band,), sentinel_2) or band for band in bands)


__all__ = ["ItemReader", "usual_names"]
