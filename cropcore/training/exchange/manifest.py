"""What an exported run consists of: the names that may occur, and their list with checksums."""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from cropcore.settings import Settings
from cropcore.training.exchange.archives import is_plain
from cropcore.training.run import Run
from cropcore.training.snapshots import FOLDER, is_snapshot
from cropcore.training.tested import TESTED

MANIFEST = "manifest.json"
MODEL_CARD = "MODEL_CARD.md"
NEEDED = ("run.json", "state.json", "metrics.json", "split.csv", "mean_series.npz", TESTED)
"""Beside the model and its card."""
MODELS = ("model.keras", "model.skops")
_AT_TOP = frozenset((*NEEDED, *MODELS, "history.csv", MODEL_CARD, MANIFEST))
_IN_FOLD = frozenset((*MODELS, "history.csv"))
_NUMBER = re.compile(r"[1-9][0-9]?")
_TEXTS = (".aux.xml", ".csv", ".json", ".md", ".qml", ".txt")
_MAP_FILES = (".tif", *_TEXTS)


class FileRecord(Settings):
    """One file of an exported run."""

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(Settings):
    """The content of ``manifest.json``."""

    format: Literal[1] = 1
    cropcore: str = Field(max_length=40)
    """Version that exported it."""
    run: str = Field(min_length=1, max_length=200)
    files: dict[str, FileRecord]
    """Every file but this one, by its path in the zip."""


def is_known(name: str) -> bool:
    """Whether a path, with ``/``, is one that an exported run may hold."""
    match name.split("/"):
        case [file]:
            return file in _AT_TOP
        case ["members", number, *inside] if _NUMBER.fullmatch(number):
            return _is_member_file(inside)
        case ["folds", number, file]:
            return _NUMBER.fullmatch(number) is not None and file in _IN_FOLD
        case [folder, file] if folder == FOLDER:
            return is_snapshot(file)
        case ["maps", folder, file]:
            return is_plain(folder) and is_plain(file) and file.lower().endswith(_MAP_FILES)
    return False


def _is_member_file(parts: Sequence[str]) -> bool:
    """Whether a path within a member of an ensemble may be there; members hold no members."""
    match parts:
        case [file]:
            return file in (*NEEDED, *_IN_FOLD)
        case ["folds", number, file]:
            return _NUMBER.fullmatch(number) is not None and file in _IN_FOLD
    return False


def is_text(name: str) -> bool:
    """Whether a file is read as a whole, so that its size matters."""
    return name.lower().endswith(_TEXTS)


def told_state(run: Run) -> dict[str, str]:
    """What of a run's state travels with it: where it stands and, where it is known, since when."""
    state = run.read_json("state.json")
    known = {name: state.get(name) for name in ("state", "updated")}
    return {name: value for name, value in known.items() if isinstance(value, str)}


__all__ = [
    "MANIFEST",
    "MODELS",
    "MODEL_CARD",
    "NEEDED",
    "FileRecord",
    "Manifest",
    "is_known",
    "is_text",
    "told_state",
]
