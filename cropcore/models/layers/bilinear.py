"""Images enlarged by a whole factor, of any size, known beforehand or not."""

import keras
import numpy as np
from keras import ops


def enlarge(images: keras.KerasTensor, scale: int) -> keras.KerasTensor:
    """Interpolate bilinearly between the centres of pixels; beyond the outermost the edge goes on.

    Args:
        images: (batch, y, x, feature).
        scale: New pixels on each side of an old one.

    Returns:
        (batch, scale * y, scale * x, feature).
    """
    if scale == 1:
        return images
    return _along(_along(images, 1, scale), 2, scale)


def _along(images: keras.KerasTensor, axis: int, scale: int) -> keras.KerasTensor:
    """One axis enlarged: each new pixel lies between an old one and a neighbour of that."""
    off = (np.arange(scale, dtype=np.float32) + 0.5) / scale - 0.5  # from the old one's centre
    weights = np.maximum(-off, 0), 1 - np.abs(off), np.maximum(off, 0)
    first, last = (slice(None),) * axis, slice(-1, None)
    before = ops.concatenate([images[(*first, slice(1))], images[(*first, slice(-1))]], axis=axis)
    after = ops.concatenate([images[(*first, slice(1, None))], images[(*first, last)]], axis=axis)
    new = (-1, *(1,) * (3 - axis))  # beside the old axis
    dtype = keras.backend.standardize_dtype(images.dtype)
    finer = sum(
        ops.expand_dims(image, axis + 1) * weight.reshape(new).astype(dtype)
        for image, weight in zip((before, images, after), weights, strict=True)
    )
    shape = list(ops.shape(images))
    shape[axis] *= scale
    return ops.reshape(finer, shape)


__all__ = ["enlarge"]
