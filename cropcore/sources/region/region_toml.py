"""What a person says about imagery and labels in a ``region.toml``.

::

    name = "belgium"                      # default: the folder's name
    title = "Hesbaye, Belgium"            # default: the name
    season_start = 2020-08-01             # default: the first acquisition
    origin = "STAC: https://…"            # where the imagery came from
    licence = "CC-BY-4.0"                 # of imagery and labels; shown with the region
    attribution = "Contains modified Copernicus Sentinel data 2020"

    [sources.s2]                          # one table per sensor; its name is yours to choose
    pattern = "s2/S2_{date}.tif"          # {date} is 2021-04-05 or 20210405; * is anything

    [sources.s1]
    pattern = "s1/*_{date}_*.tif"
    bands = ["VV", "VH"]                  # in the order of the file; default: its descriptions
    scale = 0.01                          # value = stored * scale + offset; default: the file's
    offset = 0.0                          #   own scale, else its tag SCALE, else a guess
    nodata = -32768                       # default: the file's own
    unit = "dB"                           # backscatter: "dB" or "linear" (power); default: guess

    [sources.s1.speckle]                  # default: no filter; the same for training and mapping
    filter = "lee"
    window = 5                            # pixels of the file
    looks = 4.4                           # equivalent number of looks; of products averaged, more

    [sources.s2.mask]
    pattern = "s2/S2_{date}.scl.tif"      # default: such files, else a band SCL of the images
    values = [0, 1, 3, 8, 9, 10, 11]      # masked out; default: these classes of the SCL
    band = 1
    dilate = 20                           # metres around them that are masked out too; default: 0

    [[sources.s2.masks]]                  # any number of further masks
    kind = "probability"                  # default: "classes"
    pattern = "s2/CLD_{date}.tif"
    above = 40                            # masked out, as stored, mostly percent; default: 40

    [grid]                                # default: that of the first optical source, its finest
    like = "s2"                           # a source whose finest pixels are the region's
    crs = "EPSG:32631"                    # default: its own
    resolution = 10                       # in units of the system; default: its own
    bounds = [669760, 5610240, 670240, 5610740]   # left, bottom, right, top; default: its own

    [labels]                              # default: labels.gpkg, .parquet, .geojson, .shp, .tif
    file = "labels.tif"                   #   or .csv (points: lon, lat)
    layer = "parcels"                     # of a GeoPackage with several layers
    column = "crop"                       # holds name or code of the class; default: found by name
    group = "farm"                        # samples never split; default: id, else each parcel
    legend = "classes.csv"                # default: legend.csv or classes.csv, else made up
    origin = "map product"                # default: "reference data", observed on the ground
    unknown = 0                           # means that the class is not known, beside 0 and empty
    buffer = 10                           # metres inside the edges of parcels left out; default: 0
    min_area_ha = 0.3                     # smaller parcels are left out; default: none
    max_error = 20                        # metres; points with a larger accuracy_m are left out;
                                          #   default: half a pixel
    palette = "safe"                      # colours for every eye, or "cdl"; default: the legend's

    [labels.merge]                        # classes that become one; also merge_into in legend.csv
    cereals = ["Winter wheat", "Spring barley"]

Paths are relative to the folder of the file (or to the data folder given beside it) and stay
inside it. The whole file is optional where names and band descriptions say it all. Sentinel-2
products whose metadata name a radiometric offset of -1000 need ``offset = -0.1``; it is never
guessed.

Rasters on another grid are brought to the region's when they are read: values between pixels by
distance (bilinear; means where a raster is finer; backscatter in linear power), masks and labels
by the nearest pixel; what a mask does not cover counts as hidden. Files of one day that share no
band, such as those of 10 m and of 20 m or one file a band, are one acquisition. A single band
without a description is known by its file's name (``S2_20210405_B04.tif``).

A pixel that parcels of different classes claim is of unknown class. Points may tell how well they
are placed (``accuracy_m``, metres) and when they were observed (``date``; those of another season
are left out). Crop codes of EuroCrops (``EC_hcat_c``) and WorldCereal (``ewoc_code``) get names.

Speckle is not filtered unless that is said: dates are averaged in linear power anyway, many
products are filtered already, and a window mixes parcels with their neighbours.
"""

import re
import reprlib
import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    field_validator,
    model_validator,
)

from cropcore.cube.radar import SENTINEL_1_LOOKS
from cropcore.errors import RegionError
from cropcore.legend import Palette
from cropcore.sources.base import LabelOrigin
from cropcore.sources.region.paths import dated_pattern, relative_path

FILE_NAME = "region.toml"
SCL_MASKED = (0, 1, 3, 8, 9, 10, 11)
"""Scene classes of Sentinel-2 L2A that hide the ground: no data, defect, shadow, cloud, snow."""
CLOUDY = 40.0
"""Cloud probability, percent, above which the ground counts as hidden."""
LARGEST_DILATION = 2000.0
"""Metres."""
LARGEST_BUFFER = 1000.0
"""Metres."""
_LARGEST_BYTES = 1_000_000
_MOST_POINTS = 200
"""In a line; reading a key within keys takes time that grows with the square of their number."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("text that can be printed, on one line")
    return text


Name = Annotated[str, Field(min_length=1, max_length=120)]
ShownName = Annotated[Name, AfterValidator(_printable)]
RelativePath = Annotated[str, AfterValidator(relative_path)]
Coordinate = Annotated[FiniteFloat, Field(ge=-1e9, le=1e9)]
DatedPattern = Annotated[str, AfterValidator(dated_pattern)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class GridDescription(_Table):
    """The grid that a region is brought to."""

    like: Name | None = None
    """A source whose finest grid is taken."""
    crs: Name | None = None
    """Authority and code."""
    resolution: FiniteFloat | None = Field(default=None, ge=1e-9, le=1e9)
    """Side of a pixel in units of the system."""
    bounds: Annotated[tuple[Coordinate, ...], Field(strict=False)] | None = None
    """Left, bottom, right, top in units of the system."""

    @field_validator("crs")
    @classmethod
    def _coded(cls, crs: str | None) -> str | None:
        if crs is not None and not re.fullmatch(r"[A-Za-z]\w*:[0-9]+", crs, re.ASCII):
            raise ValueError("an authority and a code, such as EPSG:32631")
        return crs

    @field_validator("bounds")
    @classmethod
    def _ordered(cls, bounds: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if bounds is not None and not (
            len(bounds) == 4 and bounds[0] < bounds[2] and bounds[1] < bounds[3]
        ):
            raise ValueError("four numbers: left, bottom, right, top")
        return bounds


class MaskDescription(_Table):
    """Rasters that tell where the ground is hidden."""

    kind: Literal["classes", "probability"] = "classes"
    pattern: DatedPattern | None = None
    values: Annotated[tuple[int, ...], Field(strict=False, min_length=1)] | None = None
    """Classes that are masked out; those of :data:`SCL_MASKED` where not given."""
    above: FiniteFloat | None = None
    """Probabilities above this are masked out; :data:`CLOUDY` where not given."""
    band: int = Field(default=1, ge=1)
    """Number of the band that holds them."""
    dilate: FiniteFloat = Field(default=0, ge=0, le=LARGEST_DILATION)
    """Metres around what is masked out that are masked out too."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.kind == "classes" and self.above is not None:
            raise ValueError('kind = "probability" beside above')
        if self.kind == "probability" and self.values is not None:
            raise ValueError('kind = "classes" beside values, or above instead of them')
        if self.kind == "probability" and self.pattern is None:
            raise ValueError("the pattern of the files with the probability")
        return self


class SpeckleDescription(_Table):
    """How speckle is filtered in linear power, before anything else."""

    filter: Literal["lee"] = "lee"
    window: int = Field(default=5, ge=3, le=31)
    """Side of the window, pixels of the file; odd."""
    looks: FiniteFloat = Field(default=SENTINEL_1_LOOKS, ge=1, le=1000)
    """Equivalent number of looks of the product."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        return {"filter": given} if isinstance(given, str) else given

    @field_validator("window")
    @classmethod
    def _odd(cls, window: int) -> int:
        if window % 2 == 0:
            raise ValueError("an odd number of pixels, such as 5 or 7")
        return window


class SourceDescription(_Table):
    """The acquisitions of one sensor."""

    pattern: DatedPattern
    bands: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] | None = None
    """Names in the order of the file."""
    scale: FiniteFloat | None = Field(default=None, gt=0)
    """Factor from stored numbers to the band's unit."""
    offset: FiniteFloat | None = None
    """Added after scaling, in the band's unit."""
    nodata: float | None = None
    """Stored number that means no data."""
    unit: Literal["dB", "linear"] | None = None
    """How backscatter is stored."""
    mask: MaskDescription | None = None
    masks: Annotated[tuple[MaskDescription, ...], Field(strict=False)] = ()
    """Further ones."""
    speckle: SpeckleDescription | None = None
    """Of backscatter; not filtered where not given."""


class LabelsDescription(_Table):
    """The reference labels."""

    file: RelativePath
    layer: Name | None = None
    column: Name | None = None
    group: Name | None = None
    legend: RelativePath | None = None
    origin: LabelOrigin = "reference data"
    unknown: int | Name = 0
    """Value that means the class is not known, beside 0 and empty."""
    buffer: FiniteFloat = Field(default=0, ge=0, le=LARGEST_BUFFER)
    """Metres along the inside of parcels' edges that are left out."""
    min_area_ha: FiniteFloat = Field(default=0, ge=0, le=1e6)
    """Smaller parcels are left out, hectares."""
    max_error: FiniteFloat | None = Field(default=None, gt=0, le=1e6)
    """Points placed less well are left out, metres; half a pixel where not given."""
    palette: Palette | None = None
    """Colours all classes; those of the legend where not given."""
    merge: dict[Name, Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]] = Field(
        default_factory=dict
    )
    """Names of classes by the name of the class that they become."""


class RegionDescription(_Table):
    """A region: where its imagery and labels lie and how to read them."""

    name: ShownName | None = None
    title: ShownName | None = None
    season_start: date | None = None
    """First day of the season."""
    origin: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """Where the imagery came from, such as a STAC catalogue and the day it was asked."""
    licence: ShownName | None = None
    """Of imagery and labels, such as an SPDX identifier."""
    attribution: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """Who has to be named where the data are shown."""
    sources: dict[ShownName, SourceDescription] = Field(min_length=1)
    labels: LabelsDescription | None = None
    grid: GridDescription | None = None


def read_region_toml(path: Path) -> RegionDescription:
    """The description that stands in a ``region.toml``.

    Raises:
        RegionError: It is no TOML, holds an unknown key or a value of the wrong kind.
    """
    try:
        with path.open("rb") as file:
            written = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise RegionError(
            path,
            expected="a file that can be read",
            got=error.strerror or "an error of the file system",
            advice="check that it exists and that you may read it",
        ) from error
    if len(written) > _LARGEST_BYTES:
        raise RegionError(
            path,
            expected="a region.toml of at most 1 MB",
            got="a larger file",
            advice="keep data in files of its own",
        )
    for number, line in enumerate(written.splitlines(), start=1):
        if line.count(b".") > _MOST_POINTS:
            raise RegionError(
                f"{path}, line {number}",
                expected=f"at most {_MOST_POINTS} points",
                got=f"{line.count(b'.')}",
                advice="shorten it, or write it in several lines",
            )
    try:
        entries = tomllib.loads(written.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # numbers and nesting without end, too
        raise RegionError(
            path,
            expected="a TOML file in UTF-8",
            got=f"text that cannot be read as such ({error})",
            advice="correct that place of the file",
        ) from error
    try:
        return RegionDescription.model_validate(entries)
    except ValidationError as error:
        raise _told(error, path) from error


def _told(error: ValidationError, path: Path) -> RegionError:
    """All that pydantic found, as one sentence about the first and the names of the others."""
    first, *others = error.errors(include_url=False)
    key = _key(first["loc"])
    also = f" (and see {', '.join(sorted({_key(item['loc']) for item in others}))})"
    advice = f"correct that line{also if others else ''}"
    where = f"{path}, key {key}"
    if first["type"] == "extra_forbidden":
        known = sorted(_table_at(first["loc"][:-1]).model_fields)
        near = get_close_matches(str(first["loc"][-1]), known, 1)
        hint = f"write {near[0]}" if near else "remove the line"
        return RegionError(
            where,
            expected=f"only the keys {', '.join(known)}",
            got=f"the unknown key {_short(str(first['loc'][-1]))}",
            advice=hint + (also if others else ""),
        )
    if first["type"] == "missing":
        return RegionError(
            where, expected="this key", got="none", advice=f"add {key}{also if others else ''}"
        )
    expected = first["msg"].removeprefix("Value error, ")
    for opening in ("Input should be ", "String should have ", "Tuple should have "):
        expected = expected.removeprefix(opening)
    return RegionError(where, expected=expected, got=_shown(first["input"]), advice=advice)


def _key(location: tuple[int | str, ...]) -> str:
    """``sources.s2.bands``, without what pydantic adds for unions."""
    return ".".join(
        _short(str(part))
        for part in location
        if not str(part).startswith(("tuple[", "constrained-", "function-")) and part != "int"
    )


def _table_at(location: tuple[int | str, ...]) -> type[BaseModel]:
    tables: Mapping[tuple[str, ...], type[BaseModel]] = {
        (): RegionDescription,
        ("grid",): GridDescription,
        ("labels",): LabelsDescription,
        ("sources",): SourceDescription,
        ("sources", "mask"): MaskDescription,
        ("sources", "masks"): MaskDescription,
        ("sources", "speckle"): SpeckleDescription,
    }
    words = [part for part in location if isinstance(part, str)]
    return tables[tuple(words[:1] + words[2:])]


def _shown(value: Any) -> str:
    return _short(_REPR.repr(value))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}…"


_SHOWN = 60
_REPR = reprlib.Repr()
"""Looks a few levels deep only, so that nesting without end can be shown."""
_REPR.maxstring = _REPR.maxlong = _REPR.maxother = 2 * _SHOWN


__all__ = [
    "CLOUDY",
    "FILE_NAME",
    "LARGEST_DILATION",
    "SCL_MASKED",
    "GridDescription",
    "LabelsDescription",
    "MaskDescription",
    "RegionDescription",
    "SourceDescription",
    "SpeckleDescription",
    "read_region_toml",
]
