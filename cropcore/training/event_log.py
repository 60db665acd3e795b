"""A training's history as TensorBoard reads it: ``tensorboard --logdir RUN``.

Event files are written with what TensorFlow itself brings; TensorBoard need not be installed. The
history is the truth: what is logged begins with all of its epochs, so that a training that was
stopped, or killed, goes on in an unbroken line.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from cropcore.errors import StorageError
from cropcore.training.files import refused
from cropcore.training.history import History, class_column

FOLDER = "tensorboard"
_FILE = "events.out.tfevents.{seconds:010d}.cropcore"
_NOT_TOLD = frozenset(("epoch",))


class EventLog:
    """The events of one fitted network.

    Args:
        folder: Of the run, or of one of its folds.
        history: The epochs that are over already.

    Raises:
        StorageError: The disk refused.
    """

    def __init__(self, folder: Path, history: History | None) -> None:
        from tensorflow import io

        self.folder = folder / FOLDER
        try:
            if self.folder.is_dir():
                shutil.rmtree(self.folder)
            self.folder.mkdir()
        except OSError as error:
            raise refused(self.folder, error) from error
        self.path = self.folder / _FILE.format(seconds=int(time.time()))
        self.writer = io.TFRecordWriter(str(self.path))
        self._write(file_version="brain.Event:2")
        for row in _rows(history):
            self.add(row)

    def add(self, row: Mapping[str, float]) -> None:
        """Log an epoch.

        Args:
            row: Its columns of the history.

        Raises:
            StorageError: The disk refused.
        """
        from tensorflow.core.framework.summary_pb2 import Summary

        values = [
            Summary.Value(tag=name, simple_value=value)
            for name, value in row.items()
            if name not in _NOT_TOLD
        ]
        self._write(step=int(row["epoch"]), summary=Summary(value=values))

    def close(self) -> None:
        """Let go of the file."""
        self.writer.close()

    def _write(self, **content: object) -> None:
        from tensorflow import errors
        from tensorflow.core.util.event_pb2 import Event

        try:
            self.writer.write(Event(wall_time=time.time(), **content).SerializeToString())
            self.writer.flush()
        except errors.OpError as error:
            raise _told(self.path, error.message) from error


def _rows(history: History | None) -> list[dict[str, float]]:
    """The epochs of a history, each with the columns it has."""
    if history is None:
        return []
    columns = dict(history.columns)
    columns |= {
        class_column(code): history.class_f1[:, at] for at, code in enumerate(history.codes)
    }
    return [
        {name: float(values[at]) for name, values in columns.items() if values[at] == values[at]}
        for at in range(len(history.epochs))
    ]


def _told(path: Path, message: str) -> StorageError:
    return refused(path, OSError(message.rpartition("; ")[2]))


__all__ = ["FOLDER", "EventLog"]
