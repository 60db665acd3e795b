"""A probe set passed through a network: what its layers make of those samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cropcore.cube import Window
from cropcore.prediction.patches import around
from cropcore.samples import Scene
from cropcore.training.snapshots.layers import Layer

if TYPE_CHECKING:
    import keras

BLOCK = 32
"""Pixels; side of the blocks of a scene that a probe set is drawn from."""
_LARGEST = 1e4
"""Beyond this an activation is cut off: half precision ends at 65,504."""
_IN_MEMORY = 2**26
"""Bytes of a scene's windows that are read once and kept."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network made of its samples with the weights of a moment."""

    layers: list[np.ndarray]
    """Activations of each layer, float32 (sample, step, unit), (sample, unit), or of attention
    (sample, …, time)."""
    gates: list[np.ndarray | None]
    """Of each layer, how far its gates are open on average, (gate, step); ``None`` of a layer
    without."""
    trained: np.ndarray
    """Logits of the samples that it learns from, (sample, class)."""


Look = Callable[[], Seen]
"""Looks with the weights that the network has at the moment."""


@dataclass(frozen=True)
class View:
    """How far a network sees around a pixel."""

    reach: int
    stride: int


@dataclass(frozen=True, eq=False)
class Pixels:
    """Some pixels of a scene."""

    rows: np.ndarray
    cols: np.ndarray

    def and_then(self, others: Pixels) -> Pixels:
        """These, then others."""
        pairs = (self.rows, others.rows), (self.cols, others.cols)
        return Pixels(*(np.concatenate(pair) for pair in pairs))

    def within(self, window: Window, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and column within a window, int32, of the pixels in these positions."""
        down, right = self.rows[at] - window.row, self.cols[at] - window.col
        return down.astype(np.int32), right.astype(np.int32)


def look_at_series(
    model: keras.Model, layers: Sequence[Layer], series: np.ndarray, trained: np.ndarray
) -> Look:
    """Look at single series.

    Args:
        model: The network.
        layers: What to look into; the logits last.
        series: Of the probe set, float32 (sample, time, band).
        trained: Of the samples that it learns from, likewise.
    """
    import keras
    import tensorflow as tf

    inside = keras.Model(model.input, [layer.tensors for layer in layers])
    given, learnt = tf.constant(series), tf.constant(trained)

    @tf.function(jit_compile=False, autograph=False)
    def step() -> Any:
        seen = inside(given, training=False)
        found = [
            _opened(layer, values, lambda one: one)
            for layer, values in zip(layers, seen, strict=True)
        ]
        return found, model(learnt, training=False)

    def look() -> Seen:
        found, logits = step()
        told = [[one.numpy() for one in of_layer] for of_layer in found]
        return _gathered(layers, told, logits.numpy())

    return look


def look_at_pixels(
    model: keras.Model,
    layers: Sequence[Layer],
    scene: Scene,
    probe: Pixels,
    trained: Pixels,
    view: View,
) -> Look:
    """Look at pixels of a scene in their surroundings; activations are taken at the pixel itself.

    Of a coarser layer it is those of the block that the pixel is in.
    """
    import keras
    import tensorflow as tf

    inside = keras.Model(model.input, [layer.tensors for layer in layers])
    _, *shape = model.input_shape
    places = (tf.TensorSpec((None,), tf.int32),) * 2
    signature = [tf.TensorSpec((1, *shape)), places, places]

    @tf.function(input_signature=signature, jit_compile=False, autograph=False)
    def step(patch: tf.Tensor, asked: Any, learnt: Any) -> Any:
        size = tf.shape(patch)[2:4]
        seen = inside(patch, training=False)
        found = [
            _opened(layer, values, partial(_at, layer, size=size, place=asked))
            for layer, values in zip(layers, seen, strict=True)
        ]
        return found, _at(layers[-1], seen[-1][0], size, learnt)

    n, n_classes = len(probe.rows), layers[-1].width
    parts = [
        (window, here[here < n], here[here >= n] - n)
        for window, here in _windows(probe.and_then(trained), scene.shape, view)
    ]
    read: Callable[[Window], Any] = partial(_patch, scene, view.stride)
    if sum(_bytes(scene, window) for window, _, _ in parts) <= _IN_MEMORY:
        read = cache(read)

    def look() -> Seen:
        told: list[list[np.ndarray]] = []
        logits = np.empty((len(trained.rows), n_classes), np.float32)
        for window, here, learnt in parts:
            asked = probe.within(window, here), trained.within(window, learnt)
            found, answers = step(read(window), *asked)
            logits[learnt] = answers.numpy()
            if not told:
                told = [[np.empty((n, *one.shape[1:]), np.float32) for one in of] for of in found]
            for kept, of_layer in zip(told, found, strict=True):
                for whole, one in zip(kept, of_layer, strict=True):
                    whole[here] = one.numpy()
        return _gathered(layers, told, logits)

    return look


def blocks_of(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """The block of the scene that each pixel is in, int64."""
    pairs = np.stack([rows, cols]) // BLOCK
    return np.asarray(np.unique(pairs, axis=1, return_inverse=True)[1].ravel())


def _windows(
    pixels: Pixels, shape: tuple[int, int], view: View
) -> Iterator[tuple[Window, np.ndarray]]:
    """What must be read to see all pixels, and which of them; all at once where that is less."""
    rows, cols = pixels.rows, pixels.cols
    side = -(-BLOCK // view.stride) * view.stride
    corners, owner = np.unique(np.stack([rows, cols]) // side, axis=1, return_inverse=True)
    windows = [
        around(Window(down * side, right * side, side, side), view.reach, shape)
        for down, right in corners.T.tolist()
    ]
    if sum(window.height * window.width for window in windows) >= shape[0] * shape[1]:
        yield Window(0, 0, *shape), np.arange(len(rows))
        return
    for number, window in enumerate(windows):
        yield window, np.flatnonzero(owner.ravel() == number)


def _bytes(scene: Scene, window: Window) -> int:
    return int(window.height * window.width * scene.values[0, 0].nbytes)


def _patch(scene: Scene, stride: int, window: Window) -> Any:
    """Part of a scene as a batch of one, its sides multiples of the network's stride."""
    import tensorflow as tf

    patch = scene.read(window)
    missing = [(0, -side % stride) for side in patch.shape[1:3]]
    if np.any(missing):
        patch = np.pad(patch, [(0, 0), *missing, (0, 0)], constant_values=np.nan)
    return tf.constant(patch[None])


def _opened(layer: Layer, values: list[Any], pick: Callable[[Any], Any]) -> list[Any]:
    """Activations of the samples in a layer's own units and, of a recurrent one, its gates.

    Args:
        layer: The layer.
        values: What is known of it, see :attr:`Layer.tensors`.
        pick: Gives those of the samples.
    """
    if layer.recurrence is not None:
        return [pick(one) for one in layer.recurrence.look(values[0])]
    own = pick(values[0]) if layer.part is None else pick(values[0])[..., layer.part]
    if layer.cell is None or not layer.gates:
        return [own]
    return [own, layer.cell.opened(pick(values[1]), own)]


def _at(layer: Layer, values: Any, size: Any, place: tuple[Any, Any]) -> Any:
    """Activations at some pixels of the one patch there is."""
    import tensorflow as tf

    down, right = place
    if layer.place == "folded":
        return tf.gather(values, down * size[1] + right)
    dated = bool(layer.steps) and layer.kind != "attention"
    height, width = (tf.shape(values)[axis + dated] for axis in (1, 2))
    scale = size[0] // height
    at = down // scale * width + right // scale
    if not dated:
        flat = tf.reshape(values[0], (height * width, *values.shape[3:]))
        return tf.gather(flat, at)
    flat = tf.reshape(values[0], (-1, height * width, values.shape[4]))  # (time, pixel, feature)
    return tf.transpose(tf.gather(flat, at, axis=1), (1, 0, 2))


def _gathered(layers: Sequence[Layer], told: list[list[np.ndarray]], logits: np.ndarray) -> Seen:
    """Finite activations, and means of the gates."""
    return Seen(
        [tidy(own) for own, *_ in told],
        [gates[0].mean(axis=0).T if gates else None for _, *gates in told],
        logits,
    )


def tidy(values: np.ndarray) -> np.ndarray:
    """Finite, and within half precision."""
    return np.nan_to_num(np.clip(values, -_LARGEST, _LARGEST), nan=0.0)


__all__ = [
    "BLOCK",
    "Look",
    "Pixels",
    "Seen",
    "View",
    "blocks_of",
    "look_at_pixels",
    "look_at_series",
    "tidy",
]
