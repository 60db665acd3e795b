"""The day of each observation, told to layers that do not know the order of what they read."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="cropcore")
class DayEncoding(keras.layers.Layer):
    """Add sinusoids of the days since the season's start, not of the index of the date.

    Input and output have shape ``(batch, time, feature)``. Of each pair of features one gets the
    sine and one the cosine; from pair to pair the angle grows more slowly, from one radian a day
    down to nearly one radian in ``longest`` days.

    Args:
        days: Days since the season's start of each date.
        longest: Days in which the slowest sinusoid would turn by one radian.

    References:
        Vaswani et al. (2017), Attention is all you need, arXiv:1706.03762; days instead of
        positions after Garnot et al. (2020), doi:10.1109/CVPR42600.2020.01234.
    """

    def __init__(self, days: Sequence[float], longest: float = 10_000.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.days = tuple(float(day) for day in days)
        self.longest = float(longest)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Compute the sinusoids.

        Raises:
            ValueError: The input has another number of dates.
        """
        n_dates, n_features = input_shape[-2:]
        if n_dates != len(self.days) or n_features is None:
            raise ValueError(
                f"{self.name}: expected {len(self.days)} dates, but got an input of {n_dates}"
            )
        self.table = sinusoids(self.days, n_features, self.longest)

    def call(self, hidden: keras.KerasTensor) -> keras.KerasTensor:
        """Add them to ``(batch, time, feature)``."""
        return hidden + ops.convert_to_tensor(self.table, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this layer again."""
        return super().get_config() | {"days": self.days, "longest": self.longest}


def sinusoids(days: Sequence[float], n_features: int, longest: float) -> np.ndarray:
    """Sines at even and cosines at odd features, float32 (time, feature)."""
    feature = np.arange(n_features)
    frequency = longest ** -(2 * (feature // 2) / n_features)  # radians a day, from 1 downwards
    angle = np.asarray(days, dtype=np.float64)[:, None] * frequency
    return np.where(feature % 2 == 0, np.sin(angle), np.cos(angle)).astype(np.float32)


__all__ = ["DayEncoding", "sinusoids"]
