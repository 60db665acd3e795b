"""Files that a training goes on from: networks by their epochs, and a note of how far it is.

A network's numbers are stored bare, in their order: what they belong to is built again from the
run's record. That is written after each epoch, and takes a fifth of the time of a Keras file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.training.files import DAMAGE, first_line, unreadable

if TYPE_CHECKING:
    import keras

PROGRESS = "checkpoint.json"
_NETWORK = re.compile(r"checkpoint-([1-9][0-9]{0,5})\.npz")


def checkpoint(folder: Path, epoch: int) -> Path:
    """Where the network is kept as it was after an epoch, its optimiser too."""
    return folder / f"checkpoint-{epoch}.npz"


def store(path: Path, model: keras.Model) -> None:
    """Keep a network that is learning, with the state of its optimiser and of its chance.

    Raises:
        OSError: The place cannot be written.
    """
    np.savez(path, **{name: variable.numpy() for name, variable in _variables(model)})


def go_on(path: Path, model: keras.Model) -> None:
    """Give a network and its optimiser the state of a checkpoint.

    Raises:
        RunError: The file is missing, damaged or holds another network.
    """
    _take(path, dict(_variables(model)))


def take_weights(path: Path, model: keras.Model) -> None:
    """Give a network the weights of a checkpoint, and leave its optimiser.

    Raises:
        RunError: The file is missing, damaged or holds another network.
    """
    theirs = dict(_variables(model))
    _take(path, theirs, only={id(weight) for weight in model.weights})


def clear_checkpoints(folder: Path, keep: Collection[int] = ()) -> None:
    """Remove networks of other epochs than ``keep``; all, and the note of them, by default."""
    if not keep:
        (folder / PROGRESS).unlink(missing_ok=True)
    for path in folder.iterdir():
        found = _NETWORK.fullmatch(path.name)
        if found and int(found.group(1)) not in keep:
            path.unlink(missing_ok=True)


def _variables(model: keras.Model) -> Iterator[tuple[str, Any]]:
    """All that changes while a network learns, by its place."""
    held = [variable for layer in model.layers for variable in layer.variables]
    for part, variables in (("network", held), ("optimiser", model.optimizer.variables)):
        for place, variable in enumerate(variables):
            yield f"{part}_{place}", variable


def _take(path: Path, wanted: dict[str, Any], only: Collection[int] | None = None) -> None:
    if not path.is_file():
        raise unreadable(path, "no such file")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            values = {name: stored[name] for name in stored.files}
    except DAMAGE as error:
        raise unreadable(path, first_line(error)) from error
    mine = {name: (tuple(item.shape), np.dtype(item.dtype)) for name, item in wanted.items()}
    if {name: (value.shape, value.dtype) for name, value in values.items()} != mine:
        raise unreadable(path, "another network")
    for name, variable in wanted.items():
        if only is None or id(variable) in only:
            variable.assign(values[name])


__all__ = ["PROGRESS", "checkpoint", "clear_checkpoints", "go_on", "store", "take_weights"]
