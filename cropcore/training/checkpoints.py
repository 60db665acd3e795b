"""Files that a training goes on from: networks by their epochs, and a note of how far it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

PROGRESS = "checkpoint.json"
_NETWORK = re.compile(r"checkpoint-([1-9][0-9]{0,5})\.keras")


def checkpoint(folder: Path, epoch: int) -> Path:
    """Where the network is kept as it was after an epoch, its optimiser too."""
    return folder / f"checkpoint-{epoch}.keras"


def clear_checkpoints(folder: Path, keep: Collection[int] = ()) -> None:
    """Remove networks of other epochs than ``keep``; all, and the note of them, by default."""
    if not keep:
        (folder / PROGRESS).unlink(missing_ok=True)
    for path in folder.iterdir():
        found = _NETWORK.fullmatch(path.name)
        if found and int(found.group(1)) not in keep:
            path.unlink(missing_ok=True)


__all__ = ["PROGRESS", "checkpoint", "clear_checkpoints"]
