"""The moments of a training at which snapshots are taken."""

from collections.abc import Callable
from typing import Any

import keras


class SnapshotTaker(keras.callbacks.Callback):
    """Takes a snapshot after each epoch that one is due after."""

    def __init__(self, after: Callable[[int], None]) -> None:
        super().__init__()
        self.after = after

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Look at the network with the epoch's weights."""
        self.after(epoch + 1)


__all__ = ["SnapshotTaker"]
