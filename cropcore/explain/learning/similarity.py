"""How alike a layer's view of the same samples is at two epochs."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from cropcore.explain.learning.inside import Inside


def similarity(inside: Inside, layer: int) -> np.ndarray:
    """Unbiased linear CKA between all epochs of a layer, float64 (epoch, epoch).

    Of a wide layer, and of one with steps, it is computed from the leading components of the
    samples. NaN where a layer gives all samples the same.

    Raises:
        RunError: A snapshot is damaged.
    """
    products = _products(inside, layer)
    return np.array([[_alignment(one, other) for other in products] for one in products])


@lru_cache(maxsize=8)
def similarity_to_last(inside: Inside) -> np.ndarray:
    """The same of all layers, each epoch against the last that was looked at, (epoch, layer).

    It is kept, and not to be changed.

    Raises:
        RunError: A snapshot is damaged.
    """
    found = []
    for layer in range(len(inside.layers)):
        products = _products(inside, layer)
        found.append([_alignment(one, products[-1]) for one in products])
    return np.array(found).T


def unbiased_cka(first: np.ndarray, second: np.ndarray) -> float:
    """Centred kernel alignment of two views of the same samples, with linear kernels.

    1 where one is the other turned, mirrored, moved or scaled as a whole; about 0, and as often
    below as above it, where they have nothing to do with each other.

    Args:
        first: (sample, unit); at least four samples.
        second: (sample, other unit).

    References:
        Kornblith et al. (2019), Similarity of neural network representations revisited,
        arXiv:1905.00414; Song et al. (2012), Feature selection via dependence maximization, JMLR
        13, for the unbiased estimator of HSIC; Nguyen, Raghu and Kornblith (2021),
        arXiv:2010.15327, for both together.
    """
    return _alignment(*(_without_own(view @ view.T) for view in map(_centred, (first, second))))


def _products(inside: Inside, layer: int) -> list[np.ndarray]:
    """Products of all pairs of samples, for each epoch."""
    seen = inside.stored.series(f"{layer}.values")
    return [_without_own(one @ one.T) for one in map(_centred, seen)]


def _alignment(first: np.ndarray, second: np.ndarray) -> float:
    lengths = _hsic(first, first), _hsic(second, second)
    if min(lengths) <= 0:
        return math.nan
    return _hsic(first, second) / math.sqrt(lengths[0] * lengths[1])


def _centred(view: np.ndarray) -> np.ndarray:
    flat = view.reshape(len(view), -1).astype(np.float64)
    return np.asarray(flat - flat.mean(axis=0))


def _without_own(products: np.ndarray) -> np.ndarray:
    """Products of pairs of different samples; those with themselves are 0."""
    return np.asarray(products * (1 - np.eye(len(products))))


def _hsic(first: np.ndarray, second: np.ndarray) -> float:
    """The unbiased estimator of the Hilbert-Schmidt independence criterion."""
    n = len(first)
    trace = float(np.einsum("ij,ij->", first, second))
    sums = float(first.sum() * second.sum()) / ((n - 1) * (n - 2))
    across = float(first.sum(axis=0) @ second.sum(axis=1)) * 2 / (n - 2)
    return (trace + sums - across) / (n * (n - 3))


__all__ = ["similarity", "similarity_to_last", "unbiased_cka"]
