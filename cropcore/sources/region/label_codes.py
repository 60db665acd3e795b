"""Crop codes that labels come with: HCAT of EuroCrops and those of WorldCereal.

Only crops that this project has a name for; other codes keep their number as name.

References:
    Schneider et al. (2023), EuroCrops: the largest harmonized open crop dataset across the
    European Union, doi:10.1038/s41597-023-02517-0 (HCAT, here version 3).
    Boogaard et al. (2023), Building a community-based open harmonised reference data repository
    for global crop mapping, doi:10.1371/journal.pone.0287731 (legend of WorldCereal).
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CODE_COLUMNS = ("ec_hcat_c", "ec_hcat_n", "hcat_code", "ewoc_code")
"""Columns, in small letters, in which EuroCrops and WorldCereal keep them."""
_NAMES_COLUMN = "ec_hcat_n"
_HYPHENS = re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{3}-[0-9]")
_HCAT = re.compile(r"33[0-9]{8}")
_CODE = re.compile(r"[0-9]{10}")
NO_CROP = ("0000000000", "00-00-00-000-0")
"""What WorldCereal writes where the crop is not known."""

_TABLE = Path(__file__).with_name("crop_codes.csv")


@dataclass(frozen=True)
class Crop:
    """A crop that codes can mean."""

    name: str
    name_zh: str = ""
    latin: str = ""
    hcat_code: str = ""


@cache
def _known() -> tuple[Mapping[str, Crop], Mapping[str, Crop]]:
    """Crops by code and by HCAT's name."""
    by_code: dict[str, Crop] = {}
    by_name: dict[str, Crop] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            crop = Crop(row["name"], row["name_zh"], row["latin"], row["hcat_code"])
            codes = [row["hcat_code"], *row["worldcereal_codes"].split()]
            by_code |= dict.fromkeys(filter(None, codes), crop)
            by_name |= dict.fromkeys(filter(None, [row["hcat_name"]]), crop)
    return by_code, by_name


def crops_meant(texts: Sequence[str], column: str) -> dict[str, Crop]:
    """What labels mean that are crop codes.

    Args:
        texts: The distinct labels.
        column: Name of the column they stand in; only ``EC_hcat_n`` holds the names of codes.

    Returns:
        The crop of each label that is a code, by label; nothing where the labels are no codes. A
        code without a name here is a crop whose name is its number.
    """
    by_code, by_name = _known()
    known = {**by_code, **by_name} if column.casefold() == _NAMES_COLUMN else by_code
    bare = {text: text.replace("-", "") if _HYPHENS.fullmatch(text) else text for text in texts}
    found = {text: known[code] for text, code in bare.items() if code in known}
    if not found:
        return {}
    hcat = any(_HCAT.fullmatch(code) for code in map(bare.__getitem__, found))
    others = {
        text: Crop(code, hcat_code=code if hcat else "")
        for text, code in bare.items()
        if text not in found and (_HCAT if hcat else _CODE).fullmatch(code)
    }
    return found | others


__all__ = ["CODE_COLUMNS", "NO_CROP", "Crop", "crops_meant"]
