"""The LSTM's cell, its products convolutions."""

from typing import ClassVar

import keras
from keras import ops

from cropcore.models.layers.conv_recurrence import ConvRecurrence


@keras.saving.register_keras_serializable(package="cropcore")
class ConvLSTM2D(ConvRecurrence):
    """Input, forget and output gate around a memory beside the state; no peepholes.

    Unlike the layer of this name in Keras, the convolution of the state may be smaller than that
    of the input. The bias of the forget gate begins with 1.

    References:
        Shi et al. (2015), Convolutional LSTM network: a machine learning approach for
        precipitation nowcasting, arXiv:1506.04214.
    """

    gates: ClassVar[tuple[float, ...]] = (0.0, 1.0, 0.0, 0.0)
    gate_names: ClassVar[tuple[str, ...]] = ("input", "forget", "output")
    gates_of_state: ClassVar[int] = 4
    n_states: ClassVar[int] = 2

    def step(
        self, given: keras.KerasTensor, states: list[keras.KerasTensor]
    ) -> tuple[list[keras.KerasTensor], list[keras.KerasTensor]]:
        """State and memory after one date, and the gates."""
        state, memory = states
        *gates, seen = ops.split(given + self.from_state(state), 4, axis=-1)
        enter, forget, leave = (ops.sigmoid(gate) for gate in gates)
        memory = forget * memory + enter * ops.tanh(seen)
        return [leave * ops.tanh(memory), memory], [enter, forget, leave]


__all__ = ["ConvLSTM2D"]
