"""Temporal attention with one learnt question a head, instead of one a date."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class LightweightAttention(keras.layers.Layer):
    """Weigh the dates once for each head; each head sees its own share of the features.

    Input ``(batch, …, time, feature)``; outputs ``(batch, …, feature)`` and the weights
    ``(batch, …, head, time)``, which sum to one over time.

    Args:
        n_heads: Must divide the number of features.
        key_units: Length of a key and of a head's query.
        dropout: Share of the weights dropped in training.

    References:
        Garnot and Landrieu (2020), Lightweight temporal self-attention for classifying satellite
        image time series, arXiv:2007.00586.
    """

    def __init__(self, n_heads: int, key_units: int, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_heads = int(n_heads)
        self.key_units = int(key_units)
        self.dropout = float(dropout)
        self.drop = keras.layers.Dropout(self.dropout)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make keys and queries.

        Raises:
            ValueError: The features cannot be shared out among the heads.
        """
        n_features = input_shape[-1]
        if n_features is None or n_features % self.n_heads:
            raise ValueError(
                f"{self.name}: expected features that {self.n_heads} heads can share, but got "
                f"{n_features}"
            )
        self.key = self.add_weight(
            (n_features, self.n_heads, self.key_units),
            initializer=keras.initializers.RandomNormal(stddev=n_features**-0.5),
            name="key",
        )
        self.query = self.add_weight(
            (self.n_heads, self.key_units),
            initializer=keras.initializers.RandomNormal(stddev=(2.0 / self.key_units) ** 0.5),
            name="query",
        )

    def call(
        self, hidden: keras.KerasTensor, training: bool | None = None
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Gather ``(batch, …, time, feature)`` over time."""
        *outer, n_dates, n_features = ops.shape(hidden)
        keys = ops.einsum("...tf,fhk->...thk", hidden, self.key)
        score = ops.einsum("...thk,hk->...ht", keys, self.query) / self.key_units**0.5
        weight = ops.softmax(score, axis=-1)  # (batch, …, head, time)
        values = ops.reshape(hidden, (*outer, n_dates, self.n_heads, n_features // self.n_heads))
        dropped = self.drop(weight, training=training)
        gathered = ops.einsum("...ht,...thv->...hv", dropped, values)
        return ops.reshape(gathered, (*outer, n_features)), weight

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this layer again."""
        own = {"n_heads": self.n_heads, "key_units": self.key_units, "dropout": self.dropout}
        return super().get_config() | own


__all__ = ["LightweightAttention"]
