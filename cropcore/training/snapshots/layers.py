"""Which layers of a network are looked into, and how to get at their activations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cropcore.models.attention import attention_weights
from cropcore.training.snapshots.gates import Cell, cell_of
from cropcore.training.snapshots.record import Kind, LayerRecord

if TYPE_CHECKING:
    import keras

    from cropcore.models.layers.conv_recurrence import ConvRecurrence

_BLOCK = re.compile(r"_\d+$")
"""Ends the name of what a Transformer's layer makes of each date."""
Place = Literal["sample", "folded", "pixel"]
"""Where a sample's activations are: its own entry of the batch; of a patch whose pixels are laid
out as a batch; at its pixel of a patch."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer of a network that is looked into."""

    name: str
    kind: Kind
    tensor: keras.KerasTensor
    """Where its activations are, or what ``recurrence`` reads."""
    place: Place
    width: int
    steps: int
    part: slice | None = None
    """Its units among those of the tensor."""
    recurrence: ConvRecurrence | None = None
    """Of patches; its states and gates are computed anew, as the network may want the last only."""
    cell: Cell | None = None
    """Of series."""

    @property
    def tensors(self) -> list[keras.KerasTensor]:
        """What must be known to look into it."""
        return [self.tensor] if self.cell is None else [self.tensor, self.cell.given]

    @property
    def gates(self) -> tuple[str, ...]:
        """What its gates are called."""
        if self.recurrence is not None:
            return self.recurrence.gate_names
        return () if self.cell is None or not self.steps else self.cell.gates

    def record(self, inputs: Sequence[tuple[str, int]], kept: int, whole: bool) -> LayerRecord:
        """How its activations are kept.

        Args:
            inputs: Name and number of dates of each series that the network reads.
            kept: Components of each step, and half of those of a layer without steps.
            whole: Whether attention is kept for each date that asks, or as their mean.
        """
        fitting = [at for at, (name, _) in enumerate(inputs) if self.name.startswith(name)]
        owner = max(fitting, key=lambda at: len(inputs[at][0]), default=None)
        dated = owner is not None and self.steps == inputs[owner][1]
        return LayerRecord(
            name=self.name,
            kind=self.kind,
            width=self.width,
            steps=self.steps,
            series=owner if dated else None,
            kept=min(self.width, kept if self.steps else 2 * kept),
            shape=self._shape(whole) if self.kind == "attention" else (),
            gates=self.gates,
        )

    def _shape(self, whole: bool) -> tuple[int, ...]:
        """Of one sample's attention: (time), (head, time) or (head, time that asks, time)."""
        sides = tuple(int(side) for side in self.tensor.shape[3 if self.place == "pixel" else 1 :])
        return sides if whole else (*sides[:1], sides[-1])[-len(sides) :]


def choose_layers(model: keras.Model) -> list[Layer]:
    """The layers of a network by kind, in the order of its graph.

    Each convolution behind its activation, each recurrence with its state after each date (those
    of both directions apart), each layer of a Transformer, attention weights, features and logits.
    """
    import keras

    from cropcore.models.layers import DatesToFeatures

    space = len(model.input.shape) > 3
    attention = attention_weights(model)
    logits = model.get_layer("logits")
    last = _behind_dropout(model, logits.input)
    found: list[Layer] = []
    for layer in model.layers:
        if layer.name in attention:
            found.append(_attention(layer.name, attention[layer.name], space))
        elif layer is logits:
            continue
        elif _is_recurrent(layer):
            found += _recurrent(layer, space)
        elif layer.name.endswith("_features") and not isinstance(layer, DatesToFeatures):
            found.append(_plain(layer.name, "features", layer.output, space))
        elif _is_convolution(layer):
            found.append(_plain(layer.name, "conv", _activated(model, layer), space))
        elif isinstance(layer, keras.layers.LayerNormalization) and _BLOCK.search(layer.name):
            found.append(_plain(layer.name, "block", layer.output, space))
    if not any(one.tensor is last for one in found):
        found.append(_plain("features", "features", last, space))
    return [*found, _plain(logits.name, "logits", logits.output, space)]


def _plain(name: str, kind: Kind, tensor: keras.KerasTensor, space: bool) -> Layer:
    rank, width = len(tensor.shape), int(tensor.shape[-1])
    steps = int(tensor.shape[1]) if rank in (3, 5) else 0
    return Layer(name, kind, tensor, _place(rank, space), width, steps)


def _place(rank: int, space: bool) -> Place:
    if not space:
        return "sample"
    return "pixel" if rank > 3 else "folded"


def _attention(name: str, tensor: keras.KerasTensor, space: bool) -> Layer:
    place = _place(len(tensor.shape), space)
    return Layer(name, "attention", tensor, place, 1, int(tensor.shape[-1]))


def _is_recurrent(layer: keras.layers.Layer) -> bool:
    import keras

    from cropcore.models.layers.conv_recurrence import ConvRecurrence

    return isinstance(layer, keras.layers.RNN | keras.layers.Bidirectional | ConvRecurrence)


def _is_convolution(layer: keras.layers.Layer) -> bool:
    from keras import layers

    kinds = (
        layers.Conv1D, layers.Conv2D, layers.Conv3D,
        layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose,
    )  # fmt: skip
    return isinstance(layer, kinds)


def _recurrent(layer: keras.layers.Layer, space: bool) -> list[Layer]:
    """The state of each direction after each date."""
    import keras

    from cropcore.models.layers.conv_recurrence import ConvRecurrence

    if isinstance(layer, ConvRecurrence):
        kind: Kind = "backward" if layer.backwards else "forward"
        given, place = layer.input, _place(5, space)
        steps = int(given.shape[1])
        return [Layer(layer.name, kind, given, place, layer.filters, steps, recurrence=layer)]
    output = layer.output
    states = output[0] if isinstance(output, list | tuple) else output
    place, width = _place(len(states.shape), space), int(states.shape[-1])
    steps = int(states.shape[1]) if len(states.shape) == 3 else 0
    if not isinstance(layer, keras.layers.Bidirectional):
        kind = "backward" if layer.go_backwards else "forward"
        cell = None if layer.go_backwards else cell_of(layer, layer.input)
        return [Layer(layer.name, kind, states, place, width, steps, cell=cell)]
    half, given = width // 2, layer.input
    first = cell_of(layer.forward_layer, given)
    second = cell_of(layer.backward_layer, given, backward=True)
    ahead, back = slice(0, half), slice(half, width)
    return [
        Layer(layer.name, "forward", states, place, half, steps, ahead, cell=first),
        Layer(layer.name, "backward", states, place, half, steps, back, cell=second),
    ]


def _activated(model: keras.Model, layer: keras.layers.Layer) -> keras.KerasTensor:
    """What a convolution gives on: behind its own activation or that which follows it."""
    from keras import activations, layers

    tensor = layer.output
    if layer.activation is not activations.linear:
        return tensor
    while True:
        readers = [other for other in model.layers if _reads(other, tensor)]
        if len(readers) != 1:
            return tensor
        (reader,) = readers
        if isinstance(reader, layers.ReLU | layers.LeakyReLU | layers.Activation):
            return reader.output
        if not isinstance(reader, layers.BatchNormalization):
            return tensor
        tensor = reader.output


def _reads(layer: keras.layers.Layer, tensor: keras.KerasTensor) -> bool:
    given = layer.input
    return any(one is tensor for one in (given if isinstance(given, list | tuple) else [given]))


def _behind_dropout(model: keras.Model, tensor: keras.KerasTensor) -> keras.KerasTensor:
    """The tensor before any dropout, which does nothing outside of training."""
    from keras import layers

    for layer in model.layers:
        if isinstance(layer, layers.Dropout) and layer.output is tensor:
            return layer.input
    return tensor


__all__ = ["Layer", "choose_layers"]
