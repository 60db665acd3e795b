"""How far the gates of recurrent layers are open, from what they read and the states they had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cropcore.training.snapshots.record import Gate

if TYPE_CHECKING:
    import keras

_LSTM: tuple[Gate, ...] = ("input", "forget", "output")
_GRU: tuple[Gate, ...] = ("update", "reset")


@dataclass(frozen=True, eq=False)
class Cell:
    """One direction of a recurrent layer of Keras."""

    layer: keras.layers.LSTM | keras.layers.GRU
    given: keras.KerasTensor
    """What it reads, (batch, date, feature)."""
    backward: bool = False
    """Whether it begins with the last date."""

    @property
    def gates(self) -> tuple[Gate, ...]:
        """What its gates are called."""
        return _LSTM if _is_lstm(self.layer) else _GRU

    def opened(self, given: Any, states: Any) -> Any:
        """How far each gate is open, the mean over units, (sample, date, gate).

        Args:
            given: What it reads, (sample, date, feature).
            states: Its state after each date, in the order of the dates, (sample, date, unit).
        """
        from keras import ops

        cell = self.layer.cell
        nothing = ops.zeros_like(states[:, :1])
        before = [states[:, 1:], nothing] if self.backward else [nothing, states[:, :-1]]
        raw = ops.matmul(given, cell.kernel)
        raw = raw + ops.matmul(ops.concatenate(before, axis=1), cell.recurrent_kernel)
        if cell.bias is not None:  # of a GRU there may be one for each product
            raw = raw + (cell.bias if len(cell.bias.shape) == 1 else ops.sum(cell.bias, axis=0))
        parts = ops.split(raw, raw.shape[-1] // cell.units, axis=-1)
        used = (0, 1, 3) if _is_lstm(self.layer) else (0, 1)  # the others let in, not through
        opened = [ops.mean(cell.recurrent_activation(parts[at]), axis=-1) for at in used]
        return ops.stack(opened, axis=-1)


def cell_of(
    layer: keras.layers.Layer, given: keras.KerasTensor, *, backward: bool = False
) -> Cell | None:
    """A layer's cell, if its gates are known: an LSTM or a GRU that reads dates as they come."""
    from keras import layers

    known = isinstance(layer, layers.LSTM | layers.GRU)
    return Cell(layer, given, backward) if known else None


def _is_lstm(layer: keras.layers.Layer) -> bool:
    from keras import layers

    return isinstance(layer, layers.LSTM)


__all__ = ["Cell", "cell_of"]
