"""From what stands in a label column to the codes of a legend."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cropcore.errors import LabelError, LegendError, MissingFileError
from cropcore.legend import (
    LAST_CODE,
    UNKNOWN,
    Legend,
    LegendClass,
    choose_colors,
    clean_name,
    fold_name,
    legend_from_csv,
    legend_from_names,
    merges_from_csv,
)
from cropcore.sources.region.label_codes import CODE_COLUMNS, NO_CROP, Crop, crops_meant

LARGEST_TEXT = 50_000_000
"""Bytes; a larger legend or table of points is refused."""
LABEL_COLUMNS = (
    "label", "crop", "class", "crop_name", "class_name", "crop_type", "crop_label",
    *CODE_COLUMNS, "code", "crop_code", "class_code", "name",
)  # fmt: skip
"""Usual names of the column that holds the class, the first that is there is used."""
_SHOWN = 8
_CODE = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True)
class CodedLabels:
    """Labels as legend codes."""

    codes: np.ndarray
    """uint8 (item,); 0 where the class is not known."""
    legend: Legend
    """All classes that a label may have."""
    notes: tuple[str, ...] = ()
    """How they were understood, a sentence each."""


def read_text(path: Path) -> str:
    """The text of a small UTF-8 file.

    Raises:
        MissingFileError: There is no such file.
        LabelError: It is too large or not UTF-8.
    """
    check_size(path, LARGEST_TEXT)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelError(
            path,
            expected="text in UTF-8",
            got=f"other bytes ({error.reason} at byte {error.start})",
            advice="save it as UTF-8",
        ) from error


def check_size(path: Path, largest: int) -> None:
    """Look at a file before it is read into memory.

    Raises:
        MissingFileError: There is no such file.
        LabelError: It is too large.
    """
    if not path.is_file():
        raise MissingFileError(
            path, expected="a file", got="nothing of that name", advice="check its name and place"
        )
    if path.stat().st_size > largest:
        raise LabelError(
            path,
            expected=f"at most {largest / 1e6:.0f} MB",
            got=f"{path.stat().st_size / 1e6:.0f} MB",
            advice="cut it to the region or store it as GeoPackage or GeoParquet",
        )


def read_legend(path: Path) -> Legend:
    """The legend that stands in a CSV file.

    Raises:
        MissingFileError: There is no such file.
        LabelError: It is too large or not UTF-8.
        LegendError: It is no legend.
    """
    return legend_from_csv(read_text(path), str(path))


def read_merges(path: Path) -> dict[str, list[str]]:
    """What the column ``merge_into`` of a legend says, as by :func:`read_legend`."""
    return merges_from_csv(read_text(path), str(path))


def choose_column(
    where: object, columns: Sequence[str], wanted: str | None, usual: Sequence[str], what: str
) -> str | None:
    """The column a person named, else one with a usual name.

    Args:
        where: The file, for messages.
        columns: What it offers.
        wanted: The person's choice.
        usual: Names to look for otherwise, best first.
        what: What the column holds, for messages.

    Returns:
        A member of ``columns``; ``None`` where no name fits.

    Raises:
        LabelError: The wanted column is not there.
    """
    folded = {column.casefold(): column for column in reversed(columns)}
    if wanted is not None:
        if wanted in columns:
            return wanted
        if wanted.casefold() in folded:
            return folded[wanted.casefold()]
        raise LabelError(
            where,
            expected=f"a column {wanted!r} with {what}",
            got=f"the columns {', '.join(columns) or '(none)'}",
            advice="name one of these",
        )
    return next((folded[name] for name in usual if name in folded), None)


def plain_text(value: object) -> str:
    """A cell as a person would write it: nothing for missing, no ``.0`` behind whole numbers.

    Text in any script is kept, composed and without what cannot be seen.
    """
    if value is None or (isinstance(value, (float, np.floating)) and not np.isfinite(value)):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    text = clean_name(str(value))
    return "" if text in ("<NA>", "NaT") else text


def code_labels(
    where: Path,
    values: Iterable[object],
    legend: Legend | None,
    unknown: int | str,
    column: str = "",
) -> CodedLabels:
    """Labels written as names or codes, as codes.

    Args:
        where: The file they come from, for messages.
        values: One label per item.
        legend: What they may mean; made from them where ``None``: whole numbers 1–254 keep
            their value, names are numbered by alphabet, crop codes get names.
        unknown: What stands for an unknown class, beside 0 (as code of WorldCereal too) and empty.
        column: Name of the column they stand in.

    Raises:
        LegendError: A label is in no row of the legend, or there are too many.
        LabelError: No label is known.
    """
    texts = [plain_text(value) for value in values]
    nothing = {"", str(UNKNOWN), *NO_CROP, plain_text(unknown)}
    distinct = sorted(set(texts) - nothing)
    if not distinct:
        raise LabelError(
            where,
            expected="some labels",
            got=f"{len(texts)} items without a class",
            advice="choose another label column",
        )
    crops = crops_meant(distinct, column)
    notes: tuple[str, ...] = ()
    if legend is None:
        legend = _legend_of(distinct, Counter(texts), crops)
        notes = _told_crops(where, crops)
    code_of = _codes_by_spelling(legend)
    for text, crop in crops.items():
        meant = [code_of[key] for key in (fold_name(crop.name), crop.hcat_code) if key in code_of]
        code_of |= {fold_name(text): meant[0]} if meant and fold_name(text) not in code_of else {}
    check_covered(where, [text for text in distinct if fold_name(text) not in code_of], legend)
    code_of |= dict.fromkeys(map(fold_name, nothing), UNKNOWN)
    codes = np.array([code_of[fold_name(text)] for text in texts], dtype=np.uint8)
    return CodedLabels(codes, legend, notes)


def _codes_by_spelling(legend: Legend) -> dict[str, int]:
    """Code of each class by what labels may write for it: its HCAT code, code or name."""
    hcat = Counter(item.hcat_code for item in legend if item.hcat_code)
    code_of = {item.hcat_code: item.code for item in legend if hcat[item.hcat_code] == 1}
    code_of |= {str(item.code): item.code for item in legend}
    return code_of | {fold_name(item.name): item.code for item in legend}


def _told_crops(where: Path, crops: Mapping[str, Crop]) -> tuple[str, ...]:
    bare = sorted({crop.name for crop in crops.values() if crop.name.isdigit()})
    if not bare:
        return ()
    more = f" and {len(bare) - _SHOWN} more" if len(bare) > _SHOWN else ""
    return (
        f"{where.name}: of {len(crops)} crop codes {len(bare)} have no name here and keep their "
        f"number ({', '.join(bare[:_SHOWN])}{more}); a legend.csv can name them.",
    )


def legend_of_codes(codes: Iterable[int]) -> Legend:
    """A legend for bare numbers 1–254: ``class 3`` and so on."""
    ordered = sorted(codes)
    names = [f"class {code}" for code in ordered]
    colors = choose_colors(names)
    return Legend(tuple(map(LegendClass, ordered, names, colors)))


def check_covered(where: object, lacking: Sequence[object], legend: Legend) -> None:
    """See that the legend has a row for every label.

    Raises:
        LegendError: ``lacking`` is not empty.
    """
    if not lacking:
        return
    more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
    known = ", ".join(f"{item.code} {item.name}" for item in list(legend)[:_SHOWN])
    raise LegendError(
        where,
        expected=f"labels of the legend ({known}{' …' if len(legend) > _SHOWN else ''})",
        got=", ".join(str(value) for value in lacking[:_SHOWN]) + more,
        advice="add these to the legend or use the legend that belongs to the labels",
    )


def _legend_of(
    distinct: Sequence[str], counts: Mapping[str, int], crops: Mapping[str, Crop]
) -> Legend:
    """A legend for these labels; of spellings that differ in capitals the usual one is kept."""
    if all(_CODE.fullmatch(text) and UNKNOWN < int(text) <= LAST_CODE for text in distinct):
        return legend_of_codes({int(text) for text in distinct})
    crop_of = {fold_name(crop.name): crop for crop in crops.values()}
    usual = {
        fold_name(name): name
        for text in sorted(distinct, key=lambda text: counts[text])
        for name in [crops[text].name if text in crops else text]
    }
    legend = legend_from_names([usual[folded] for folded in sorted(usual)])
    return Legend(tuple(_with_crop(item, crop_of.get(fold_name(item.name))) for item in legend))


def _with_crop(item: LegendClass, crop: Crop | None) -> LegendClass:
    if crop is None:
        return item
    return replace(item, name_zh=crop.name_zh, latin=crop.latin, hcat_code=crop.hcat_code)


__all__ = [
    "LABEL_COLUMNS",
    "LARGEST_TEXT",
    "CodedLabels",
    "check_covered",
    "check_size",
    "choose_column",
    "code_labels",
    "legend_of_codes",
    "plain_text",
    "read_legend",
    "read_merges",
    "read_text",
]
