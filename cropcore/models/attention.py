"""Where a network's attention can be read: to look at, not to mistake for an attribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

_NAMED = re.compile(r"_attention(_\d+)?$")


def attention_weights(model: keras.Model) -> dict[str, keras.KerasTensor]:
    """The weights of each attention layer, by its name.

    Encoders name such layers ``…_attention`` or ``…_attention_0``, …; their last output are the
    weights.

    Returns:
        Tensors of (batch, …, time) that sum to one over the last axis; none where a network has
        no attention. Where patches are read pixel by pixel, their pixels follow each other in the
        batch, row by row. ``keras.Model(model.input, weights)`` computes them.
    """
    found = {}
    for layer in model.layers:
        if _NAMED.search(layer.name):
            output = layer.output
            found[layer.name] = output[-1] if isinstance(output, list | tuple) else output
    return found


__all__ = ["attention_weights"]
