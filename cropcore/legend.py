"""The classes of a map: code, names, colour, crop code. Read from and written to ``legend.csv``."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cropcore.errors import LegendError

UNKNOWN = 0
"""Code of a pixel whose class is not known."""
NODATA = 255
"""Code of a pixel outside the mapped area."""
LAST_CODE = 254
_LONGEST_NAME = 120
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_COLUMNS = {
    "code": ("code", "value", "lulc_id", "class"),
    "name": ("name", "label", "lulc_name", "class_name"),
    "color": ("color", "colour"),
    "name_zh": ("name_zh",),
    "latin": ("latin",),
    "hcat_code": ("hcat_code", "hcat"),
}

CDL = {
    "maize": "#ffd300", "corn": "#ffd300", "cotton": "#ff2626", "rice": "#00a8e2",
    "sorghum": "#ff9e0a", "soy": "#267000", "sunflower": "#ffff00", "peanut": "#70a500",
    "barley": "#e2007c", "wheat": "#a57000", "cereal": "#a57000", "rye": "#ac007c",
    "oat": "#a05989", "rapeseed": "#d1ff00", "canola": "#d1ff00", "alfalfa": "#ffa5e2",
    "sugarbeet": "#a800e2", "sugar beet": "#a800e2", "potato": "#702600", "fallow": "#bfbf77",
    "grape": "#704489", "vineyard": "#704489", "olive": "#334933", "citrus": "#ffff7f",
    "pasture": "#e8ffbf", "grass": "#e8ffbf", "meadow": "#e8ffbf", "forest": "#93cc93",
    "tree": "#93cc93", "shrub": "#c6d69e", "water": "#4970a3", "wetland": "#7cafaf",
    "urban": "#9b9b9b", "artificial": "#9b9b9b", "built": "#9b9b9b",
}  # fmt: skip
"""Colours of the USDA Cropland Data Layer, by a word of the class name."""

SAFE = (
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#332288",
    "#ddcc77", "#117733", "#88ccee", "#882255", "#44aa99", "#999933", "#cc6677", "#aa4499",
)  # fmt: skip
"""Qualitative colours of Paul Tol's *bright* and *muted* schemes (SRON/EPS/TN/09-002, 2021)."""


@dataclass(frozen=True)
class LegendClass:
    """One class of a legend."""

    code: int
    """Value in class rasters, 1–254."""
    name: str
    """English or local name, plain text."""
    color: str
    """``#rrggbb``."""
    name_zh: str = ""
    latin: str = ""
    hcat_code: str = ""
    """Hierarchical Crop and Agriculture Taxonomy code (EuroCrops), ten digits."""

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Red, green, blue, 0–255."""
        red, green, blue = bytes.fromhex(self.color[1:])
        return red, green, blue


@dataclass(frozen=True)
class Legend:
    """The classes a map can show, ordered by code.

    Raises:
        LegendError: Codes or names repeat, a code lies outside 1–254, or there are no classes.
    """

    classes: tuple[LegendClass, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.classes, key=lambda item: item.code))
        object.__setattr__(self, "classes", ordered)
        if not ordered:
            raise LegendError(
                "legend", expected="at least one class", got="none", advice="add a row per class"
            )
        for what, values in (("code", self.codes), ("name", self.names)):
            repeated = sorted({str(value) for value in values if values.count(value) > 1})
            if repeated:
                raise LegendError(
                    "legend",
                    expected=f"every class to have its own {what}",
                    got=f"{repeated[0]!r} more than once",
                    advice=f"give each class a {what} of its own",
                )
        for item in ordered:
            _check(item)

    def __len__(self) -> int:
        return len(self.classes)

    def __iter__(self) -> Iterator[LegendClass]:
        return iter(self.classes)

    @property
    def codes(self) -> tuple[int, ...]:
        """Class codes, ascending; position in this tuple is the model's output index."""
        return tuple(item.code for item in self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        """Class names in the order of :attr:`codes`."""
        return tuple(item.name for item in self.classes)

    def find(self, wanted: str) -> LegendClass:
        """The class with this name or, in digits, this code.

        Raises:
            LegendError: The legend holds no such class.
        """
        folded = wanted.strip().casefold()
        for item in self.classes:
            if folded in (item.name.casefold(), str(item.code)):
                return item
        raise LegendError(
            f"class {wanted!r}",
            expected=f"one of {', '.join(self.names)}",
            got="a name or code that is in no row of the legend",
            advice="choose a class of the legend",
        )

    def only(self, codes: Iterable[int]) -> "Legend":
        """The part of this legend that holds ``codes``."""
        wanted = set(codes)
        return Legend(tuple(item for item in self.classes if item.code in wanted))

    def to_csv(self) -> str:
        """The text of a ``legend.csv``."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for item in self.classes:
            writer.writerow([getattr(item, column) for column in _COLUMNS])
        return text.getvalue()


def legend_from_csv(text: str, where: str = "legend.csv") -> Legend:
    """Read ``code,name[,color,name_zh,latin,hcat_code]``; ``value`` may stand for ``code``.

    A row of code 0 names the unknown class and is passed over; missing colours are chosen.

    Raises:
        LegendError: A needed column is missing, or a code or colour cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    present = {name.strip().lower(): name for name in reader.fieldnames or () if name}
    found = {
        column: present[alias]
        for column, aliases in _COLUMNS.items()
        for alias in reversed(aliases)
        if alias in present
    }
    for needed in ("code", "name"):
        if needed not in found:
            raise LegendError(
                where,
                expected="columns code,name[,color,name_zh,latin,hcat_code]",
                got=", ".join(present) or "no header line",
                advice=f"add the column {needed}",
            )
    classes = []
    for number, row in enumerate(reader, start=2):
        cells = {column: (row.get(source) or "").strip() for column, source in found.items()}
        if not any(cells.values()):
            continue
        place = f"{where}, line {number}"
        code = _whole_number(cells["code"], place)
        if code == UNKNOWN:
            continue
        classes.append((code, place, cells))
    chosen = choose_colors([cells["name"] for _, _, cells in classes])
    return Legend(
        tuple(
            LegendClass(
                code,
                cells["name"],
                _colour(cells.get("color", ""), place) or color,
                cells.get("name_zh", ""),
                cells.get("latin", ""),
                cells.get("hcat_code", ""),
            )
            for (code, place, cells), color in zip(classes, chosen, strict=True)
        )
    )


def legend_from_names(names: Sequence[str]) -> Legend:
    """A legend for labels that came without one: codes 1, 2, … in the order given.

    Raises:
        LegendError: More than 254 names, or a name that cannot be one.
    """
    if len(names) > LAST_CODE:
        raise LegendError(
            "labels",
            expected=f"at most {LAST_CODE} classes",
            got=f"{len(names)}",
            advice="choose a coarser label column or merge classes",
        )
    colors = choose_colors(names)
    return Legend(
        tuple(
            LegendClass(code, name, color)
            for code, (name, color) in enumerate(zip(names, colors, strict=True), start=1)
        )
    )


def choose_colors(names: Sequence[str]) -> list[str]:
    """A colour per name: the Cropland Data Layer's where a word fits, else from :data:`SAFE`."""
    taken: set[str] = set()
    colors: list[str] = []
    for name in names:
        words = name.lower().replace("_", " ")
        wanted = [color for word, color in CDL.items() if re.search(rf"\b{word}", words)]
        free = [color for color in (*wanted, *SAFE, *CDL.values()) if color not in taken]
        color = free[0] if free else f"#{(len(colors) * 2654435761) & 0xFFFFFF:06x}"
        taken.add(color)
        colors.append(color)
    return colors


def _whole_number(text: str, place: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise LegendError(
            place,
            expected="a whole number as class code",
            got=repr(text),
            advice="number the classes 1 to 254",
        ) from None


def _colour(text: str, place: str) -> str | None:
    if not text:
        return None
    match = _COLOUR.fullmatch(text)
    if match is None:
        raise LegendError(
            place,
            expected="a colour such as #ffd300",
            got=repr(text),
            advice="write six hexadecimal digits or leave the cell empty",
        )
    return f"#{match.group(1).lower()}"


def _check(item: LegendClass) -> None:
    if not (isinstance(item.code, int) and UNKNOWN < item.code <= LAST_CODE):
        raise LegendError(
            f"class {item.name!r}",
            expected=f"a code from 1 to {LAST_CODE}",
            got=repr(item.code),
            advice="number the classes 1 to 254 (0 is unknown, 255 is no data)",
        )
    if not item.name or len(item.name) > _LONGEST_NAME or not item.name.isprintable():
        raise LegendError(
            f"class {item.code}",
            expected=f"a printable name of 1 to {_LONGEST_NAME} characters",
            got=repr(item.name[:40]),
            advice="give the class a plain name",
        )
    if _COLOUR.fullmatch(item.color) is None or not item.color.startswith("#"):
        raise LegendError(
            f"class {item.name!r}",
            expected="a colour such as #ffd300",
            got=repr(item.color),
            advice="write # and six hexadecimal digits",
        )


__all__ = [
    "CDL",
    "LAST_CODE",
    "NODATA",
    "SAFE",
    "UNKNOWN",
    "Legend",
    "LegendClass",
    "choose_colors",
    "legend_from_csv",
    "legend_from_names",
]
