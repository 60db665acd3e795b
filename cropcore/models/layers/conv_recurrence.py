"""What convolutional recurrent layers have in common: a state for each pixel, moved on by dates."""

from abc import abstractmethod
from typing import Any, ClassVar

import keras
from keras import ops


class ConvRecurrence(keras.layers.Layer):
    """Read the dates of a patch one after the other, each pixel keeping a state.

    Input has shape ``(batch, time, y, x, feature)``; output is the state after the last date,
    ``(batch, y, x, filters)``, or with ``every_date`` that after each, ``(batch, time, y, x,
    filters)``, in the order of the input. What all dates give to the gates is computed at once;
    only the state goes from date to date. The number of dates is fixed, and the loop laid flat.

    Args:
        filters: Features of the state.
        kernel: Side of the convolution of the input, pixels.
        recurrent_kernel: Side of the convolution of the state, pixels. With 1 a pixel's state
            depends on no more surroundings however many dates there are.
        backwards: Whether to begin with the last date.
        every_date: Whether to give the state after each date.
    """

    gates: ClassVar[tuple[float, ...]]
    """First bias of each gate, and of what is let in, from which the state is made."""
    gate_names: ClassVar[tuple[str, ...]]
    """Those of them that open between 0 and 1, in the order in which :meth:`step` tells them."""
    gates_of_state: ClassVar[int]
    """How many of them see the state too."""
    n_states: ClassVar[int] = 1
    """Tensors that are kept from date to date; the first is given out."""

    def __init__(
        self,
        filters: int,
        kernel: int = 3,
        recurrent_kernel: int = 1,
        backwards: bool = False,
        every_date: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = int(filters)
        self.kernel = int(kernel)
        self.recurrent_kernel = int(recurrent_kernel)
        self.backwards = bool(backwards)
        self.every_date = bool(every_date)

    @abstractmethod
    def step(
        self, given: keras.KerasTensor, states: list[keras.KerasTensor]
    ) -> tuple[list[keras.KerasTensor], list[keras.KerasTensor]]:
        """The states after one date, and how far each gate was open, all (batch, y, x, filters).

        Args:
            given: What the date gives to the gates, (batch, y, x, gates * filters).
            states: What was kept, each (batch, y, x, filters).
        """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the kernels."""
        side, width = self.kernel, len(self.gates) * self.filters
        self.input_kernel = self.add_weight(
            (side, side, input_shape[-1], width), initializer="glorot_uniform", name="input_kernel"
        )
        side, seeing = self.recurrent_kernel, self.gates_of_state * self.filters
        self.state_kernel = self.add_weight(
            (side, side, self.filters, seeing), initializer="orthogonal", name="state_kernel"
        )
        self.bias = self.add_weight((width,), initializer=self._first_bias, name="bias")

    def call(self, series: keras.KerasTensor) -> keras.KerasTensor:
        """Read ``(batch, time, y, x, feature)``."""
        seen, _ = self._read(series)
        if self.every_date:
            return ops.stack(seen, axis=1)
        return seen[0 if self.backwards else -1]

    def look(self, series: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """What goes on inside, date by date in the order of the input.

        Returns:
            The state after each date, (batch, time, y, x, filters), and how far each gate was open
            on average over the filters, (batch, time, y, x, gate).
        """
        seen, opened = self._read(series)
        means = [ops.stack([ops.mean(gate, -1) for gate in gates], -1) for gates in opened]
        return ops.stack(seen, axis=1), ops.stack(means, axis=1)

    def _read(
        self, series: keras.KerasTensor
    ) -> tuple[list[keras.KerasTensor], list[list[keras.KerasTensor]]]:
        """State and gates at each date, in the order of the input."""
        batch, n_dates, height, width, _ = ops.shape(series)
        frames = ops.reshape(series, (-1, height, width, series.shape[-1]))
        given = ops.conv(frames, self.input_kernel, padding="same") + self.bias
        given = ops.reshape(given, (batch, n_dates, height, width, self.bias.shape[0]))
        given = ops.unstack(given, axis=1)
        states = [ops.zeros_like(given[0][..., : self.filters])] * self.n_states
        order = -1 if self.backwards else 1
        seen, opened = [], []
        for date in range(n_dates)[::order]:
            states, gates = self.step(given[date], states)
            seen.append(states[0])
            opened.append(gates)
        return seen[::order], opened[::order]

    def from_state(self, state: keras.KerasTensor) -> keras.KerasTensor:
        """What the state gives to the gates, (batch, y, x, gates_of_state * filters)."""
        return ops.conv(state, self.state_kernel, padding="same")

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Shape of the state, or of all of them."""
        dates = input_shape[: 2 if self.every_date else 1]
        return (*dates, *input_shape[2:4], self.filters)

    def get_config(self) -> dict[str, Any]:
        """What is needed to make this layer again."""
        own = ("filters", "kernel", "recurrent_kernel", "backwards", "every_date")
        return super().get_config() | {name: getattr(self, name) for name in own}

    def _first_bias(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        return ops.repeat(ops.convert_to_tensor(self.gates, dtype=dtype), self.filters)


__all__ = ["ConvRecurrence"]
