"""One source's series, cut out of the rectangle that holds all of them."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class TakeSource(keras.layers.Layer):
    """The bands of one source on its own dates; nothing else of the input is looked at.

    Input has shape ``(batch, time, …, band)``, output ``(batch, n_dates, …, len(columns))``.

    Args:
        columns: Where the bands stand in the input.
        n_dates: Number of its dates; they come first.
    """

    def __init__(self, columns: Sequence[int], n_dates: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = tuple(int(column) for column in columns)
        self.n_dates = int(n_dates)

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Check that the input has what is to be taken.

        Raises:
            ValueError: It has fewer dates or bands.
        """
        n_dates, n_bands = input_shape[1], input_shape[-1]
        inside = all(0 <= column < n_bands for column in self.columns)
        if not (self.columns and inside and 1 <= self.n_dates <= n_dates):
            raise ValueError(
                f"{self.name}: expected {self.n_dates} dates and bands at {self.columns}, but got "
                f"an input of {n_dates} dates and {n_bands} bands"
            )

    def call(self, series: keras.KerasTensor) -> keras.KerasTensor:
        """Cut out of ``(batch, time, …, band)``."""
        return ops.take(series[:, : self.n_dates], self.columns, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this layer again."""
        return super().get_config() | {"columns": self.columns, "n_dates": self.n_dates}


__all__ = ["TakeSource"]
