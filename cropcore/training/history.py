"""What a network's training wrote down after each epoch: ``history.csv``, read with care.

A row is an epoch. ``loss`` is what the optimiser saw: the mean over the epoch's steps, with dropout
and penalties. The ``train_`` and ``val_`` columns are measured alike after the epoch, without
dropout: on a fixed part of the training samples and on all validation samples. A column
``val_f1_<code>`` stands for each class of the legend; it is empty for a class that has no
validation sample.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cropcore.legend import LAST_CODE
from cropcore.training.files import first_line, unreadable

HISTORY = "history.csv"
COLUMNS = (
    "epoch", "loss", "train_loss", "val_loss", "val_overall_accuracy", "train_macro_f1",
    "val_macro_f1", "lr", "seconds",
)  # fmt: skip
"""In the order they are written; the classes follow."""
_ADDED = frozenset(("train_loss", "train_macro_f1"))
"""Not in the files of earlier versions."""
_SHARES = frozenset(("val_overall_accuracy", "train_macro_f1", "val_macro_f1"))
_CLASS = re.compile(r"val_f1_([1-9][0-9]{0,2})")
_MOST_EPOCHS = 5000
_LARGEST = 32 * 2**20


@dataclass(frozen=True)
class History:
    """How a training went, epoch by epoch."""

    columns: Mapping[str, np.ndarray]
    """float64 (epoch,) for each of :data:`COLUMNS`; NaN where an earlier version wrote none."""
    codes: tuple[int, ...]
    """The classes of :attr:`class_f1`; none where an earlier version wrote none."""
    class_f1: np.ndarray
    """F1 of each class on the validation samples, float64 (epoch, class); NaN without any."""

    @property
    def epochs(self) -> np.ndarray:
        """1, 2, …, int64 (epoch,)."""
        return self.columns["epoch"].astype(np.int64)

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss: its weights are kept."""
        return int(self.columns["val_loss"].argmin()) + 1


def class_column(code: int) -> str:
    """The column that holds a class's F1."""
    return f"val_f1_{code}"


def read_history(folder: Path) -> History | None:
    """The history of one fitted network; a last line that is still being written is left out.

    Args:
        folder: Of the run, or of one of its folds.

    Returns:
        ``None`` before the first epoch is over, and for a model that has no epochs.

    Raises:
        RunError: The file is no such table.
    """
    path = folder / HISTORY
    try:
        size = path.stat().st_size if path.exists() else 0
        text = path.read_bytes().decode() if 0 < size <= _LARGEST else ""
        whole = text[: text.rfind("\n") + 1]
        header, *rows = csv.reader(whole.splitlines(), strict=True) if whole else [[]]
    except (OSError, ValueError, csv.Error) as error:
        raise unreadable(path, first_line(error)) from error
    if size > _LARGEST:
        raise unreadable(path, f"a file of {size >> 20} MiB")
    if not header:
        return None
    codes = _codes(header, path)
    if len(rows) > _MOST_EPOCHS:
        raise unreadable(path, f"{len(rows):,} epochs")
    values = np.array([_numbers(header, row, path, n) for n, row in enumerate(rows, start=1)])
    if not len(values):
        return None
    found = dict(zip(header, values.T, strict=True))
    nothing = np.full(len(values), math.nan)
    class_f1 = [found[class_column(code)] for code in codes]
    return History(
        {name: found.get(name, nothing) for name in COLUMNS},
        codes,
        np.stack(class_f1, axis=1) if codes else np.empty((len(values), 0)),
    )


def _codes(header: Sequence[str], path: Path) -> tuple[int, ...]:
    """The classes that have a column."""
    missing = [name for name in COLUMNS if name not in header and name not in _ADDED]
    if missing:
        raise unreadable(path, f"no column {missing[0]}")
    classes = {name: _CLASS.fullmatch(name) for name in header}
    strange = [name for name in header if name not in COLUMNS and not classes[name]]
    if strange or len(classes) != len(header):
        raise unreadable(path, f"a column {(strange or ['that is there twice'])[0][:40]!a}")
    codes = tuple(int(match.group(1)) for match in classes.values() if match)
    if max(codes, default=0) > LAST_CODE:
        raise unreadable(path, f"a class {max(codes)}")
    return codes


def _numbers(header: Sequence[str], row: Sequence[str], path: Path, epoch: int) -> list[float]:
    """The numbers of one line, NaN for an empty cell of a class."""
    place = f"in the line of epoch {epoch}"
    if len(row) != len(header):
        raise unreadable(path, f"{len(row)} cells instead of {len(header)} {place}")
    numbers = []
    for name, cell in zip(header, row, strict=True):
        of_class = name not in COLUMNS
        try:
            number = float(cell) if cell or not of_class else math.nan
        except ValueError:
            raise unreadable(path, f"no number as {name} {place}") from None
        finite = math.isfinite(number) or not cell
        if not finite or ((of_class or name in _SHARES) and (number < 0 or number > 1)):
            raise unreadable(path, f"an impossible {name} {place}")
        numbers.append(number)
    if numbers[header.index("epoch")] != epoch:
        raise unreadable(path, f"another epoch {place}")
    return numbers


__all__ = ["COLUMNS", "HISTORY", "History", "class_column", "read_history"]
