"""What the curves of a training say: how far training and validation part, when steps shrank."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cropcore.training.history import History


@dataclass(frozen=True)
class Gap:
    """How much better a network does on samples it learnt from than on validation samples."""

    train_loss: float
    val_loss: float
    train_f1: float
    """Macro F1, like :attr:`val_f1`."""
    val_f1: float

    @property
    def loss(self) -> float:
        """Validation less training; above 0 where the network learnt its samples by heart."""
        return self.val_loss - self.train_loss

    @property
    def f1(self) -> float:
        """Validation less training; below 0 where the network learnt its samples by heart."""
        return self.val_f1 - self.train_f1


def gap_at(history: History, epoch: int) -> Gap | None:
    """The gap after an epoch; ``None`` where training samples were not measured."""
    names = ("train_loss", "val_loss", "train_macro_f1", "val_macro_f1")
    values = [float(history.columns[name][epoch - 1]) for name in names]
    return None if any(map(math.isnan, values)) else Gap(*values)


def rate_changes(history: History) -> tuple[tuple[int, float], ...]:
    """Epochs that were the first with another learning rate, and that rate."""
    rate = history.columns["lr"]
    changed = np.flatnonzero(~np.isclose(rate[1:], rate[:-1])) + 1
    return tuple((int(at) + 1, float(rate[at])) for at in changed)


__all__ = ["Gap", "gap_at", "rate_changes"]
