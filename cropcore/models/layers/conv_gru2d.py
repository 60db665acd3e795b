"""The GRU's cell, its products convolutions."""

from typing import ClassVar

import keras
from keras import ops

from cropcore.models.layers.conv_recurrence import ConvRecurrence


@keras.saving.register_keras_serializable(package="cropcore")
class ConvGRU2D(ConvRecurrence):
    """A reset gate r and an update gate u: h = u·h + (1 − u)·tanh(conv x + r·conv h).

    The state is convolved before it is reset, not after: one convolution a date is enough, and a
    state reaches no further than its kernel.

    References:
        Ballas et al. (2016), Delving deeper into convolutional networks for learning video
        representations, arXiv:1511.06432.
    """

    gates: ClassVar[tuple[float, ...]] = (0.0, 0.0, 0.0)
    gate_names: ClassVar[tuple[str, ...]] = ("reset", "update")
    gates_of_state: ClassVar[int] = 3

    def step(
        self, given: keras.KerasTensor, states: list[keras.KerasTensor]
    ) -> tuple[list[keras.KerasTensor], list[keras.KerasTensor]]:
        """The state after one date, and its gates."""
        (state,) = states
        seen = ops.split(given, 3, axis=-1)
        kept = ops.split(self.from_state(state), 3, axis=-1)
        reset, update = (ops.sigmoid(seen[gate] + kept[gate]) for gate in (0, 1))
        entering = ops.tanh(seen[2] + reset * kept[2])
        return [update * state + (1 - update) * entering], [reset, update]


__all__ = ["ConvGRU2D"]
