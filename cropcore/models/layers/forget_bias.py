"""How much of its state an LSTM keeps before it has learnt anything."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class ForgetBias(keras.initializers.Initializer):
    """Bias of an LSTM: a value at the forget gate, 0 elsewhere.

    Long series need an open gate at first (Jozefowicz, Zaremba and Sutskever 2015, An empirical
    exploration of recurrent network architectures).

    Args:
        value: At the forget gate; 3 keeps 95 % of the state from date to date.
    """

    def __init__(self, value: float) -> None:
        self.value = float(value)

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Bias of shape (4 * units,): input, forget, cell and output gate."""
        units = shape[0] // 4
        zeros = ops.zeros((units,), dtype=dtype)
        return ops.concatenate([zeros, zeros + self.value, zeros, zeros])

    def get_config(self) -> dict[str, Any]:
        """What is needed to make it again."""
        return {"value": self.value}


__all__ = ["ForgetBias"]
