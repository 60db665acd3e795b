"""Which column of a samples table is what: id, label, date, place, group, bands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cropcore.bands import Band, find_band
from cropcore.errors import TableError
from cropcore.sources.base import SourceOptions

ALIASES = {
    "id": (
        "id", "sample_id", "parcel_id", "pixel_id", "point_id", "field_id", "plot_id", "sample:id",
        "id_parcel", "parcel", "uid", "uuid", "fid", "system:index",
    ),
    "label": (
        "label", "class", "class_name", "crop", "crop_type", "crop_name", "culture",
        "croptype_name", "finetune_class",
        "downstream_class", "ewoc_code", "EC_hcat_n", "EC_hcat_c",
        "land_cover", "land_use",
    ),
    "date": (
        "date", "time", "timestamp", "datetime", "acquisition_date", "acquisition", "acq_date",
        "image_date", "observation_date", "sensing_date", "sensing_time", "system:time_start",
    ),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "group": ("group", "group_id"),
}  # fmt: skip
"""Names of the columns that are no bands, in any spelling; the first ones count more."""
_SEPARATORS = re.compile(r"[\s_-]+")
_NAMES_SHOWN = 40
_ADVICE = {
    "id": "name the column of sample names 'id'",
    "label": "choose the column that holds the class with --label COLUMN",
    "date": "name the column of acquisition dates 'date', or columns like B04_2021-04-05",
}


@dataclass(frozen=True)
class Roles:
    """Names of the columns that are no bands."""

    id: str
    label: str
    date: str
    lat: str | None
    lon: str | None
    group: str | None
    finer: str | None = None
    """The usual column of groups, where another one was asked for."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that play a role, each once."""
        named = (
            self.id, self.label, self.date, self.lat, self.lon, self.group, self.finer,
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True)
class BandColumn:
    """A column that holds one band."""

    column: str
    band: Band
    """What it is: ``dB``, ``linear``, ``reflectance`` or ``index``, as far as its name says."""
    known: bool
    """Whether the name is that of a known band."""

    @property
    def says_decibel(self) -> bool:
        """Whether the name ends in ``dB``."""
        return self.band.unit == "dB" and self.column.lower().endswith("db")


def find_roles(columns: Sequence[str], options: SourceOptions, path: Path) -> Roles:
    """Recognise id, label, date, place and group by their names, in any case of letters.

    Raises:
        TableError: A needed column or one asked for is missing, or the label is the id or date.
    """
    found = {role: first_of(columns, aliases) for role, aliases in ALIASES.items()}
    usual = found["group"]
    asked = {"label": options.label, "group": options.group}
    for role, wanted in asked.items():
        if wanted is not None:
            found[role] = first_of(columns, (wanted,))
            if found[role] is None:
                raise _missing(path, f"the column {wanted!r} given with --{role}", columns, role)
    for role in ("id", "label", "date"):
        if found[role] is None:
            raise _missing(path, f"a column {role!r}", columns, role)
    label = found["label"]
    if label in (found["id"], found["date"]):
        raise TableError(
            f"{path}, column {label}",
            expected="a label column that says the class",
            got="the column of sample names or dates",
            advice=_ADVICE["label"],
        )
    if label == found["group"]:
        raise TableError(
            f"{path}, column {label}",
            expected="a group column other than the label",
            got="the label itself, so that no class could be both learnt and tested",
            advice="choose another --group",
        )
    if found["lat"] is None or found["lon"] is None:
        found["lat"] = found["lon"] = None
    taken = {name for name in found.values() if name is not None}
    found["finer"] = usual if usual not in taken else None
    return Roles(**found)  # type: ignore[arg-type]


def choose_bands(
    columns: Sequence[str], roles: Roles, options: SourceOptions, path: Path
) -> tuple[BandColumn, ...]:
    """The columns to use as bands: those asked for, else all with the name of a known band.

    Raises:
        TableError: There is none, one asked for is missing or no band, or two are the same band.
    """
    free = [column for column in columns if column not in roles.columns]
    if options.bands is None:
        chosen = [column for column in free if find_band(column) is not None]
    else:
        chosen = [_wanted_column(wanted, columns, roles, path) for wanted in options.bands]
    if not chosen:
        raise TableError(
            path,
            expected="columns named like bands (B02…B12, VV, VH, blue, red, nir, ndvi, …)",
            got=f"the columns {names_of(columns)}",
            advice="name the bands, or choose numeric columns with --bands",
        )
    bands: dict[str, BandColumn] = {}
    for column in chosen:
        band = find_band(column)
        item = BandColumn(column, band or Band(column, "index"), known=band is not None)
        twin = bands.get(item.band.name)
        if twin is not None:
            raise TableError(
                path,
                expected=f"one column for the band {item.band.name}",
                got=f"{twin.column} and {column}",
                advice="choose one of them with --bands",
            )
        bands[item.band.name] = item
    return tuple(bands.values())


def _wanted_column(wanted: str, columns: Sequence[str], roles: Roles, path: Path) -> str:
    column = first_of(columns, (wanted,))
    band = find_band(wanted)
    if column is None and band is not None:
        same = [name for name in columns if (other := find_band(name)) and other.name == band.name]
        if len(same) > 1:
            raise TableError(
                path,
                expected=f"one column for the band {band.name}",
                got=" and ".join(same),
                advice="give the column's own name with --bands",
            )
        column = same[0] if same else None
    if column is None:
        raise _missing(path, f"the column or band {wanted!r} given with --bands", columns, "bands")
    if column in roles.columns:
        raise TableError(
            f"{path}, column {column}",
            expected="a band",
            got="the column of the samples' id, label, date, place or group",
            advice="leave it out of --bands",
        )
    return column


def first_of(columns: Sequence[str], aliases: Sequence[str]) -> str | None:
    """The first alias that is a column: spelled exactly so, else but for case and separators."""
    folded: dict[str, str] = {}
    for column in columns:
        folded.setdefault(_folded(column), column)
    for alias in aliases:
        if alias in columns:
            return alias
        if _folded(alias) in folded:
            return folded[_folded(alias)]
    return None


def _folded(name: str) -> str:
    """``Crop Type``, ``crop-type`` and ``CROP_TYPE`` are the same name."""
    return _SEPARATORS.sub("", name.casefold()) or name


def names_of(columns: Sequence[str]) -> str:
    """Columns for people: the first ones where there are very many."""
    more = len(columns) - _NAMES_SHOWN
    listed = ", ".join(columns[:_NAMES_SHOWN]) or "none"
    return f"{listed} and {more} more" if more > 0 else listed


def _missing(path: Path, what: str, columns: Sequence[str], role: str) -> TableError:
    return TableError(
        path,
        expected=what,
        got=f"the columns {names_of(columns)}",
        advice=_ADVICE.get(role, f"correct --{role}"),
    )


__all__ = [
    "ALIASES",
    "BandColumn",
    "Roles",
    "choose_bands",
    "find_roles",
    "first_of",
    "names_of",
]
