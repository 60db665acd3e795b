"""What a person says about imagery and labels in a ``region.toml``.

::

    name = "belgium"                      # default: the folder's name
    title = "Hesbaye, Belgium"            # default: the name
    season_start = 2020-08-01             # default: the first acquisition

    [sources.s2]                          # one table per sensor; its name is yours to choose
    pattern = "s2/S2_{date}.tif"          # {date} is 2021-04-05 or 20210405; * is anything

    [sources.s1]
    pattern = "s1/*_{date}_*.tif"
    bands = ["VV", "VH"]                  # in the order of the file; default: its descriptions
    scale = 0.01                          # value = stored * scale + offset; default: the file's
    offset = 0.0                          #   own scale, else its tag SCALE, else a guess
    nodata = -32768                       # default: the file's own
    unit = "dB"                           # backscatter: "dB" or "linear" (power); default: guess

    [sources.s2.mask]                     # default: files such as S2_2021-04-05.scl.tif
    pattern = "s2/S2_{date}.scl.tif"
    values = [0, 1, 3, 8, 9, 10, 11]      # masked out; default: these classes of the SCL
    band = 1

    [labels]                              # default: labels.gpkg, .parquet, .geojson, .shp, .tif
    file = "labels.tif"                   #   or .csv (points: lon, lat)
    layer = "parcels"                     # of a GeoPackage with several layers
    column = "crop"                       # holds name or code of the class; default: found by name
    group = "farm"                        # samples never split; default: id, else each parcel
    legend = "classes.csv"                # default: legend.csv or classes.csv, else made up
    origin = "map product"                # default: "reference data", observed on the ground
    unknown = 0                           # means that the class is not known, beside 0 and empty

Paths are relative to the folder of the file (or to the data folder given beside it) and stay
inside it. The whole file is optional where names and band descriptions say it all. Sentinel-2
products whose metadata name a radiometric offset of -1000 need ``offset = -0.1``; it is never
guessed.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    field_validator,
)

from cropcore.errors import RegionError
from cropcore.sources.base import LabelOrigin
from cropcore.sources.region.paths import dated_pattern, relative_path

FILE_NAME = "region.toml"
SCL_MASKED = (0, 1, 3, 8, 9, 10, 11)
"""Scene classes of Sentinel-2 L2A that hide the ground: no data, defect, shadow, cloud, snow."""
_LARGEST_BYTES = 1_000_000

Name = Annotated[str, Field(min_length=1, max_length=120)]
RelativePath = Annotated[str, AfterValidator(relative_path)]
DatedPattern = Annotated[str, AfterValidator(dated_pattern)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class MaskDescription(_Table):
    """Rasters that tell where the ground is hidden."""

    pattern: DatedPattern
    values: Annotated[tuple[int, ...], Field(strict=False, min_length=1)] = SCL_MASKED
    """Values that are masked out."""
    band: int = Field(default=1, ge=1)
    """Number of the band that holds them."""


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


class RegionDescription(_Table):
    """A region: where its imagery and labels lie and how to read them."""

    name: Name | None = None
    title: Name | None = None
    season_start: date | None = None
    """First day of the season."""
    sources: dict[Name, SourceDescription] = Field(min_length=1)
    labels: LabelsDescription | None = None

    @field_validator("sources")
    @classmethod
    def _printable(cls, sources: dict[str, SourceDescription]) -> dict[str, SourceDescription]:
        if not all(name.isprintable() for name in sources):
            raise ValueError("source names that can be printed")
        return sources


def read_region_toml(path: Path) -> RegionDescription:
    """The description that stands in a ``region.toml``.

    Raises:
        RegionError: It is no TOML, holds an unknown key or a value of the wrong kind.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise RegionError(
                path,
                expected="a region.toml of at most 1 MB",
                got=f"{path.stat().st_size / 1e6:.0f} MB",
                advice="keep data in files of its own",
            )
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegionError(
            path,
            expected="a TOML file in UTF-8",
            got=f"text that cannot be read as such ({error})",
            advice="correct that place of the file",
        ) from error
    except OSError as error:
        raise RegionError(
            path,
            expected="a file that can be read",
            got=error.strerror or "an error of the file system",
            advice="check that it exists and that you may read it",
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
            got=f"the unknown key {first['loc'][-1]}",
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
        str(part)
        for part in location
        if not str(part).startswith(("tuple[", "int", "constrained-", "function-"))
    )


def _table_at(location: tuple[int | str, ...]) -> type[BaseModel]:
    tables: Mapping[tuple[str, ...], type[BaseModel]] = {
        (): RegionDescription,
        ("labels",): LabelsDescription,
        ("sources",): SourceDescription,
        ("sources", "mask"): MaskDescription,
    }
    words = [str(part) for part in location]
    return tables[tuple(words[:1] + words[2:])]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


__all__ = [
    "FILE_NAME",
    "SCL_MASKED",
    "LabelsDescription",
    "MaskDescription",
    "RegionDescription",
    "SourceDescription",
    "read_region_toml",
]
