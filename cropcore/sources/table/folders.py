"""Folders of samples, told from folders of imagery by names alone."""

import re
from collections.abc import Iterator
from pathlib import Path

PARCEL = re.compile(r"(?P<region>[A-Z]{2}[A-Z0-9]{0,3})_(?P<parcel>.+)_(?P<label>\d{4,})")
"""Stem of one of EuroCropsML's files."""
SATELLITES = ("S2", "S1")
"""Folders that EuroCropsML's files may lie in."""
LABELS = "labels.geojson"
ARRAYS = ("features", "arrays")
"""Where CropHarvest's files lie."""


def is_samples_folder(path: Path) -> bool:
    """Whether a folder holds samples of EuroCropsML or CropHarvest."""
    return is_cropharvest(path) or next(parcel_files(path), None) is not None


def is_cropharvest(path: Path) -> bool:
    """Whether labels and a folder of arrays lie where CropHarvest has them."""
    return (path / LABELS).is_file() and path.joinpath(*ARRAYS).is_dir()


def parcel_files(path: Path) -> Iterator[Path]:
    """EuroCropsML's files in a folder and its folders of satellites."""
    for folder in (path, *(path / name for name in SATELLITES)):
        if folder.is_dir():
            found = (file for file in folder.iterdir() if file.suffix == ".npz")
            yield from (file for file in found if PARCEL.fullmatch(file.stem))


__all__ = [
    "ARRAYS",
    "LABELS",
    "PARCEL",
    "SATELLITES",
    "is_cropharvest",
    "is_samples_folder",
    "parcel_files",
]
