"""Watching a network learn: history, best weights, when to stop, and a place to go on from."""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cropcore.accuracy import confusion_matrix, macro_f1
from cropcore.accuracy.statistics import f1
from cropcore.confidence import nll, softmax
from cropcore.errors import DivergedError
from cropcore.training.checkpoints import PROGRESS, checkpoint, clear_checkpoints, store
from cropcore.training.event_log import EventLog
from cropcore.training.files import first_line, refused, replace_file, unreadable
from cropcore.training.fitting import raise_if
from cropcore.training.history import COLUMNS, HISTORY, class_column, read_history
from cropcore.training.record import TrainingSettings
from cropcore.training.schedules import learning_rate

_WATCHED = 2000
"""Training samples that are measured after each epoch, at most."""


@dataclass
class Progress:
    """How far a training is; what is needed to go on after a stop.

    ``checkpoint.json`` holds it and counts: a network lies beside it as it was after the last
    epoch and one as it was after the best, named by their epochs, so that whenever a process is
    killed or a disk is full, what is there belongs together.
    """

    epoch: int = 0
    """Epochs finished."""
    best_epoch: int = 0
    best_loss: float = math.inf
    seconds: float = 0.0

    def __post_init__(self) -> None:
        whole = type(self.epoch) is int and type(self.best_epoch) is int
        numbers = isinstance(self.best_loss, int | float) and isinstance(self.seconds, int | float)
        ordered = whole and min(self.epoch, 1) <= self.best_epoch <= self.epoch
        if not (ordered and numbers and self.seconds >= 0):
            raise ValueError("no epochs of a training")


class Recorder(keras.callbacks.Callback):
    """After each epoch measures the validation groups, writes the history and decides to go on.

    Args:
        folder: Where the history, the events and what is needed to go on are written.
        asking: Given the network, a question whose answer is its logits for the samples that are
            measured: first those it learns from, a part of all (see :func:`watched`), then those
            of the validation groups.
        training: Class indices of the former, (sample,).
        validation: Class indices of the latter.
        codes: Of the legend; class indices are positions in it.
        settings: Patience and the number of epochs.
        progress: Where the training stands; changed in place.
        tell: Called with each finished epoch's row.
        stop: Asked at every step whether somebody wants the training to stop.
    """

    def __init__(
        self,
        folder: Path,
        asking: Callable[[keras.Model], Callable[[], np.ndarray]],
        training: np.ndarray,
        validation: np.ndarray,
        codes: Sequence[int],
        settings: TrainingSettings,
        progress: Progress,
        tell: Callable[[dict[str, float]], None],
        stop: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.folder = folder
        self.asking = asking
        self.training_labels, self.labels = training, validation
        self.codes = codes
        self.settings = settings
        self.progress = progress
        self.tell = tell
        self.stop = stop

    def on_train_begin(self, logs: Any = None) -> None:
        """Trace the validation once; it follows the weights as they change."""
        self.logits = self.asking(self.model)
        if not self.progress.epoch:
            self._set_rate(0)
            (self.folder / HISTORY).unlink(missing_ok=True)
        self.events = EventLog(self.folder, read_history(self.folder))
        self.started = time.monotonic() - self.progress.seconds

    def on_train_end(self, logs: Any = None) -> None:
        """Let go of the events' file."""
        self.events.close()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Stop between two steps where that was asked for."""
        raise_if(self.stop)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Measure, record, keep the best weights, and stop when nothing improves."""
        progress = self.progress
        row, of_classes = self._measure(epoch + 1, float((logs or {}).get("loss", math.nan)))
        progress.epoch, progress.seconds = epoch + 1, row["seconds"]
        if not (math.isfinite(row["loss"]) and math.isfinite(row["val_loss"])):
            raise DivergedError(
                f"training, epoch {epoch + 1}",
                expected="a finite loss",
                got=f"loss {row['loss']}, validation loss {row['val_loss']}",
                advice="lower learning_rate or look for absurd values in the data",
            )
        if row["val_loss"] < progress.best_loss:
            progress.best_loss, progress.best_epoch = row["val_loss"], epoch + 1
        waited = progress.epoch - progress.best_epoch
        self._set_rate(waited)
        self._append(row | of_classes)
        replace_file(checkpoint(self.folder, progress.epoch), partial(store, model=self.model))
        state = json.dumps(asdict(progress))
        replace_file(self.folder / PROGRESS, lambda path: path.write_text(state))
        clear_checkpoints(self.folder, keep=(progress.epoch, progress.best_epoch))
        self.events.add(row | of_classes)
        self.tell(row)
        if waited >= self.settings.patience:
            self.model.stop_training = True

    def _set_rate(self, waited: int) -> None:
        """Give the next epoch its learning rate."""
        settings, rate = self.settings, self.model.optimizer.learning_rate
        rate.assign(
            learning_rate(
                settings.schedule,
                first=settings.learning_rate,
                now=float(rate.numpy()),
                epoch=self.progress.epoch,
                n_epochs=settings.epochs,
                waited=waited,
                patience=settings.patience,
            )
        )

    def _measure(self, epoch: int, loss: float) -> tuple[dict[str, float], dict[str, float]]:
        """The epoch's row, and the F1 of each class that has validation samples."""
        probabilities = softmax(self.logits())
        known, new = np.split(probabilities, [len(self.training_labels)])
        predicted = new.argmax(axis=1)
        row = {
            "epoch": epoch,
            "loss": loss,
            "train_loss": nll(known, self.training_labels),
            "val_loss": nll(new, self.labels),
            "val_overall_accuracy": float((predicted == self.labels).mean()),
            "train_macro_f1": macro_f1(self.training_labels, known.argmax(axis=1)),
            "val_macro_f1": macro_f1(self.labels, predicted),
            "lr": float(self.model.optimizer.learning_rate.numpy()),
            "seconds": time.monotonic() - self.started,
        }
        matrix = confusion_matrix(self.labels, predicted, range(len(self.codes)))
        of_class = zip(self.codes, matrix.sum(axis=1), f1(matrix).tolist(), strict=True)
        return row, {class_column(code): share for code, count, share in of_class if count}

    def _append(self, row: Mapping[str, float]) -> None:
        """Add a line to the history, in the columns it was begun with."""
        path = self.folder / HISTORY
        new = row["epoch"] == 1
        columns = [*COLUMNS, *map(class_column, self.codes)]
        try:
            if not new:
                with path.open(newline="", encoding="utf-8") as file:
                    columns = next(csv.reader(file))
            with path.open("w" if new else "a", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                if new:
                    writer.writerow(columns)
                writer.writerow([f"{row[name]:.6g}" if name in row else "" for name in columns])
        except OSError as error:
            raise refused(path, error) from error


def watched(labels: np.ndarray, seed: int) -> np.ndarray:
    """Which training samples are measured after each epoch: a share of each class, drawn once.

    Args:
        labels: Class index of each training sample, int (sample,).
        seed: Same seed, same samples.

    Returns:
        Positions, int64, ascending; all of them where they are few.
    """
    drawn = np.random.default_rng(seed).permutation(len(labels))
    by_class = drawn[np.argsort(labels[drawn], kind="stable")]
    every = np.linspace(0, len(labels), min(len(labels), _WATCHED), endpoint=False, dtype=np.int64)
    return np.sort(by_class[every])


def read_progress(folder: Path) -> Progress | None:
    """Where a stopped training stands; ``None`` where it never finished an epoch.

    Epochs that were written to the history after the last checkpoint are taken out of it.

    Raises:
        RunError: The checkpoint or the history is damaged.
        StorageError: The disk refused.
    """
    path = folder / PROGRESS
    if not path.is_file():
        return None
    try:
        progress = Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise unreadable(path, first_line(error)) from error
    if not progress.epoch:
        return None
    kept = folder / HISTORY
    try:
        lines = kept.read_text(encoding="utf-8").splitlines()[: progress.epoch + 1]
    except (OSError, ValueError) as error:
        raise unreadable(kept, first_line(error)) from error
    text = "".join(f"{line}\n" for line in lines)
    replace_file(kept, lambda target: target.write_text(text, encoding="utf-8"))
    history = read_history(folder)
    n_epochs = 0 if history is None else len(history.epochs)
    if n_epochs != progress.epoch:
        raise unreadable(kept, f"{n_epochs} epochs instead of the {progress.epoch} that are over")
    return progress


__all__ = ["Progress", "Recorder", "read_progress", "watched"]
