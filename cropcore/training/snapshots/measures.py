"""How far a layer tells classes apart, and its activations made small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_RIDGE = 0.01
"""Penalty of the linear probe, share of the mean squared length of a sample."""


def fisher_ratio(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Scatter between classes over scatter within them: tr S_B / tr S_W, at each step.

    Without any difference between classes it is about (classes - 1) / (samples - classes).

    Args:
        values: (sample, …, unit).
        labels: Class of each sample.

    Returns:
        float64 (…); 0 where all samples are alike, infinity never: what lies within classes counts
        as one part in 10^9 of the whole at least.

    References:
        Fukunaga (1990), Introduction to statistical pattern recognition, 2nd edition,
        ISBN 978-0-12-269851-4, section 10.2, for criteria made of scatter matrices and traces.
    """
    between, within = scatters(values, labels)
    whole = between + within
    floor = np.maximum(within, 1e-9 * whole)
    return np.divide(between, floor, out=np.zeros_like(between), where=whole > 0)


def scatters(values: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Traces of the scatter between and within classes, float64 (…) of (sample, …, unit)."""
    values = values.astype(np.float64)
    centred = values - values.mean(axis=0)
    whole = np.einsum("n...u,n...u->...", centred, centred)
    between = np.zeros_like(whole)
    for label in np.unique(labels):
        own = centred[labels == label]
        mean = own.mean(axis=0)
        between += len(own) * np.einsum("...u,...u->...", mean, mean)
    return between, np.maximum(whole - between, 0)


def gram(values: np.ndarray) -> np.ndarray:
    """Products of all pairs of samples after centring, float64 (sample, sample)."""
    flat = values.reshape(len(values), -1).astype(np.float64)
    flat = flat - flat.mean(axis=0)
    return np.asarray(flat @ flat.T)


def probe_accuracy(products: np.ndarray, labels: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Share of samples that a linear classifier names rightly, fold by fold.

    Ridge regression on indicators of the classes, solved in closed form; each fold is answered by
    a classifier that learnt from the others.

    Args:
        products: Of all pairs of samples, see :func:`gram`.
        labels: Class of each sample.
        fold: That each sample is tested in.

    Returns:
        Right or not, bool (sample,); empty where there is a single fold.

    References:
        Alain and Bengio (2016), Understanding intermediate layers using linear classifier probes,
        arXiv:1610.01644.
    """
    if fold.max(initial=0) == 0:
        return np.array([], dtype=bool)
    classes = np.unique(labels)
    wanted = (labels[:, None] == classes).astype(np.float64)  # (sample, class)
    answer = np.empty_like(wanted)
    for at in range(int(fold.max()) + 1):
        new, known = fold == at, fold != at
        own = products[np.ix_(known, known)]
        mean = own.mean(axis=0)
        centred = own - mean - mean[:, None] + mean.mean()
        across = products[np.ix_(new, known)]
        across = across - across.mean(axis=1, keepdims=True) - mean + mean.mean()
        penalty = _RIDGE * np.trace(centred) / len(own) or 1.0
        level = wanted[known].mean(axis=0)
        weights = np.linalg.solve(centred + penalty * np.eye(len(own)), wanted[known] - level)
        answer[new] = across @ weights + level
    return np.asarray(classes[answer.argmax(axis=1)] == labels)


def date_accuracy(values: np.ndarray, labels: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The same classifier on each step alone: the share that it names rightly, float64 (step,).

    Where units are fewer than samples the regression is solved over units, which gives the same
    answers as over samples, sooner.

    Args:
        values: (sample, step, unit).
        labels: Class of each sample.
        fold: That each sample is tested in.

    Returns:
        NaN where there is a single fold.
    """
    n, n_steps, width = values.shape
    if fold.max(initial=0) == 0:
        return np.full(n_steps, np.nan)
    views = values.transpose(1, 0, 2).astype(np.float64)  # (step, sample, unit)
    if width >= n:
        shares = [probe_accuracy(gram(view), labels, fold).mean() for view in views]
        return np.array(shares)
    classes = np.unique(labels)
    wanted = (labels[:, None] == classes).astype(np.float64)
    right = np.zeros(n_steps)
    for at in range(int(fold.max()) + 1):
        new, known = fold == at, fold != at
        own = views[:, known]
        mean = own.mean(axis=1, keepdims=True)
        own = own - mean
        level = wanted[known].mean(axis=0)
        scatter = own.transpose(0, 2, 1) @ own  # (step, unit, unit)
        penalty = _RIDGE * np.trace(scatter, axis1=1, axis2=2) / known.sum()
        scatter += np.where(penalty > 0, penalty, 1.0)[:, None, None] * np.eye(width)
        weights = np.linalg.solve(scatter, own.transpose(0, 2, 1) @ (wanted[known] - level))
        answer = (views[:, new] - mean) @ weights + level  # (step, sample, class)
        right += (classes[answer.argmax(axis=2)] == labels[new]).sum(axis=1)
    return right / n


def silent_share(values: np.ndarray) -> float:
    """Share of units that are 0 for every sample, at every step, of (sample, …, unit)."""
    return float((np.abs(values.reshape(-1, values.shape[-1])).max(axis=0) == 0).mean())


@dataclass(frozen=True, eq=False)
class Compact:
    """Activations by their leading components, centred; ``values @ basis + mean`` leads back."""

    values: np.ndarray
    """(…, component)."""
    basis: np.ndarray | None
    """Orthonormal, (component, unit); ``None`` where all units are kept as they are."""
    mean: np.ndarray | None
    """(unit,)."""
    explained: float
    """Share of the variance that is kept."""


def compact(values: np.ndarray, kept: int) -> Compact:
    """Keep the leading components of (…, unit), or all units where they are no more than that."""
    width = values.shape[-1]
    if width <= kept:
        return Compact(values, None, None, 1.0)
    flat = values.reshape(-1, width).astype(np.float64)
    mean = flat.mean(axis=0)
    flat -= mean
    whole = float(np.einsum("nu,nu->", flat, flat))
    if len(flat) < width:
        scores = leading(flat @ flat.T, kept)
        lengths = np.linalg.norm(scores, axis=0)
        basis = (scores / np.where(lengths > 0, lengths, 1) ** 2).T @ flat
    else:
        own = leading(flat.T @ flat, kept)
        lengths = np.linalg.norm(own, axis=0)
        basis = (own / np.where(lengths > 0, lengths, 1)).T
    components = flat @ basis.T
    share = float(np.einsum("nk,nk->", components, components)) / whole if whole > 0 else 1.0
    return Compact(components.reshape(*values.shape[:-1], kept), basis, mean, min(share, 1.0))


def leading(products: np.ndarray, n: int) -> np.ndarray:
    """Scores whose products come closest to a matrix of products, float64 (sample, n).

    They are the leading eigenvectors, each as long as the root of its eigenvalue, with their
    largest entry above 0.
    """
    from scipy.linalg import eigh

    size = len(products)
    values, vectors = eigh(products, subset_by_index=(max(size - n, 0), size - 1))
    vectors = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0))
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.where(vectors[largest, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    scores = np.zeros((size, n))
    scores[:, : vectors.shape[1]] = vectors * signs
    return scores


__all__ = [
    "Compact",
    "compact",
    "date_accuracy",
    "fisher_ratio",
    "gram",
    "leading",
    "probe_accuracy",
    "scatters",
    "silent_share",
]
