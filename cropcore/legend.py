"""The classes of a map: code, names, colour, crop code. Read from and written to ``legend.csv``."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cropcore.errors import LegendError

UNKNOWN = 0
"""Code of a pixel whose class is not known."""
NODATA = 255
"""Code of a pixel outside the mapped area."""
LAST_CODE = 254
_LONGEST_NAME = 120
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_HCAT = re.compile(r"[0-9]{10}")
_COLUMNS = {
    "code": ("code", "value", "lulc_id", "class"),
    "name": ("name", "label", "lulc_name", "class_name"),
    "color": ("color", "colour"),
    "name_zh": ("name_zh",),
    "latin": ("latin",),
    "hcat_code": ("hcat_code", "hcat"),
}
_MERGE_INTO = "merge_into"

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
    "#2266ee", "#bb5500", "#77ddcc", "#774466", "#99aa22", "#ee7788", "#2299ff", "#336644",
    "#ffbb99", "#663399", "#ccdd22", "#991100", "#ccccff", "#668855", "#bb88aa", "#886699",
    "#004444", "#440077", "#660011", "#ccffff",
)  # fmt: skip
"""Qualitative colours for everybody: between any two of them CIEDE2000 is at least 10, and 12 among
the first 16, seen with normal vision and by people without one of the three kinds of cones
(simulated; tested). With more classes names have to tell what colours cannot: a search among all
colours found 28 that differ by 10 and are neither nearly black nor nearly white."""

Palette = Literal["cdl", "safe"]
"""``cdl``: the Cropland Data Layer's colours, known to many; ``safe``: :data:`SAFE`."""
_JOINERS = "\u200c\u200d"
"""Invisible signs that Persian and Indic scripts are wrong without."""


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
    """Hierarchical Crop and Agriculture Taxonomy code (EuroCrops): ten digits, as a number
    below 2³²; empty where there is none."""

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

    def coloured(self, palette: Palette) -> "Legend":
        """The same classes, all in colours of a palette."""
        colors = choose_colors(self.names, palette)
        pairs = zip(self.classes, colors, strict=True)
        return Legend(tuple(replace(item, color=color) for item, color in pairs))

    def find(self, wanted: str) -> LegendClass:
        """The class with this name or, in digits, this code.

        Raises:
            LegendError: The legend holds no such class.
        """
        folded = fold_name(wanted)
        for item in self.classes:
            if folded in (fold_name(item.name), str(item.code)):
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

    A row of code 0 names the unknown class and is passed over; missing colours are chosen. The
    column ``merge_into`` is left to :func:`merges_from_csv`.

    Raises:
        LegendError: A needed column is missing, or a code or colour cannot be read.
    """
    classes = []
    for place, cells in _rows(text, where):
        code = _whole_number(cells["code"], place)
        if code != UNKNOWN:
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
                cells.get("hcat_code", "").removesuffix(".0"),
            )
            for (code, place, cells), color in zip(classes, chosen, strict=True)
        )
    )


def merges_from_csv(text: str, where: str = "legend.csv") -> dict[str, list[str]]:
    """Names of classes by the name in their column ``merge_into``; those without are left out.

    Raises:
        LegendError: A needed column is missing.
    """
    merges: dict[str, list[str]] = {}
    for _, cells in _rows(text, where):
        if cells.get(_MERGE_INTO):
            merges.setdefault(cells[_MERGE_INTO], []).append(cells["name"])
    return merges


def _rows(text: str, where: str) -> list[tuple[str, dict[str, str]]]:
    """Place and cells of each row of a legend that is not empty, by our names of columns."""
    try:
        reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        present = {name.strip().lower(): name for name in reader.fieldnames or () if name}
        lines = list(reader)
    except csv.Error as error:
        raise LegendError(
            where,
            expected="a table of comma-separated values",
            got=f"text that is none ({error})",
            advice="write the columns code,name,color",
        ) from error
    found = {
        column: present[alias]
        for column, aliases in {**_COLUMNS, _MERGE_INTO: (_MERGE_INTO,)}.items()
        for alias in reversed(aliases)
        if alias in present
    }
    for needed in ("code", "name"):
        if needed not in found:
            raise LegendError(
                where,
                expected="columns code,name[,color,name_zh,latin,hcat_code,merge_into]",
                got=", ".join(present) or "no header line",
                advice=f"add the column {needed}",
            )
    rows = []
    for number, line in enumerate(lines, start=2):
        cells = {column: clean_name(line.get(source) or "") for column, source in found.items()}
        if any(cells.values()):
            rows.append((f"{where}, line {number}", cells))
    return rows


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


def choose_colors(names: Sequence[str], palette: Palette = "cdl") -> list[str]:
    """A colour per name, each another.

    Args:
        names: Of the classes.
        palette: ``cdl`` takes the Cropland Data Layer's colour where a word of it fits, else one
            of :data:`SAFE`; ``safe`` takes those only, as far as they go: for 20 classes.
    """
    taken: set[str] = set()
    colors: list[str] = []
    known = CDL if palette == "cdl" else {}
    for name in names:
        words = name.lower().replace("_", " ")
        wanted = [color for word, color in known.items() if re.search(_whole(word), words)]
        free = [color for color in (*wanted, *SAFE, *CDL.values()) if color not in taken]
        color = free[0] if free else f"#{(len(colors) * 2654435761) & 0xFFFFFF:06x}"
        taken.add(color)
        colors.append(color)
    return colors


def _whole(word: str) -> str:
    """A pattern of the word, its plural and the land under it: a watermelon is no water."""
    return rf"\b{word}(s|es|land|lands|bean|beans)?\b"


def clean_name(text: str) -> str:
    """A name in any script as it is kept: composed (NFC), single plain spaces, nothing invisible.

    So what looks alike is alike, whichever program wrote it.
    """
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(sign for sign in composed if sign.isprintable() or sign in _JOINERS).strip()


def fold_name(text: str) -> str:
    """The name without regard to capitals, to be compared."""
    return unicodedata.normalize("NFC", clean_name(text).casefold())


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
    bare = item.name.translate(dict.fromkeys(map(ord, _JOINERS)))
    if not bare or len(item.name) > _LONGEST_NAME or not bare.isprintable():
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
    if item.hcat_code and not (_HCAT.fullmatch(item.hcat_code) and int(item.hcat_code) < 2**32):
        raise LegendError(
            f"class {item.name!r}",
            expected="an HCAT code of ten digits, such as 3301010101",
            got=repr(item.hcat_code[:40]),
            advice="correct hcat_code or leave it empty",
        )


__all__ = [
    "CDL",
    "LAST_CODE",
    "NODATA",
    "SAFE",
    "UNKNOWN",
    "Legend",
    "LegendClass",
    "Palette",
    "choose_colors",
    "clean_name",
    "fold_name",
    "legend_from_csv",
    "legend_from_names",
    "merges_from_csv",
]
