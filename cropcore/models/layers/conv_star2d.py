"""A recurrent cell with a single gate, its products convolutions."""

from typing import ClassVar

import keras
from keras import ops

from cropcore.models.layers.conv_recurrence import ConvRecurrence


@keras.saving.register_keras_serializable(package="cropcore")
class ConvSTAR2D(ConvRecurrence):
    """One gate K mixes what was kept and what is seen: h = K·h + (1 − K)·z.

    K = σ(conv x + conv h) and z = tanh(conv x). The bias of the gate begins with 1, so that nearly
    three quarters of the state are kept from date to date before anything is learnt.

    References:
        Turkoglu et al. (2021), Gating revisited: deep multi-layer RNNs that can be trained,
        arXiv:1911.11033; on crops: Turkoglu et al. (2021), Crop mapping from image time series:
        deep learning with multi-scale label hierarchies, arXiv:2102.08820.
    """

    gates: ClassVar[tuple[float, ...]] = (1.0, 0.0)
    gate_names: ClassVar[tuple[str, ...]] = ("keep",)
    gates_of_state: ClassVar[int] = 1

    def step(
        self, given: keras.KerasTensor, states: list[keras.KerasTensor]
    ) -> tuple[list[keras.KerasTensor], list[keras.KerasTensor]]:
        """The state after one date, and its gates."""
        (state,) = states
        gate, seen = ops.split(given, 2, axis=-1)
        keep = ops.sigmoid(gate + self.from_state(state))
        return [keep * state + (1 - keep) * ops.tanh(seen)], [keep]


__all__ = ["ConvSTAR2D"]
