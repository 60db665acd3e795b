"""Columns that give the label away: class codes under another name.

A model fed with one looks perfect and has learned nothing. True bands take about as many values
as there are series; a code takes few, and each goes with one class.
"""

import numpy as np

_PURE = 0.98
"""Share of the samples that a value must predict rightly."""
_LEFT = 0.1
"""Share of the blind guess's errors that may be left."""


def gives_label_away(
    values: np.ndarray, bounds: np.ndarray, labels: np.ndarray, groups: np.ndarray
) -> bool:
    """Whether a column is the label, or a coarser or finer naming of it, in numbers.

    Looked at are its values, and per sample its lowest and highest value, since a code may be
    written on some dates only. Values seen in one group alone prove nothing: an altitude can be
    that of a single parcel.

    Args:
        values: The column, float64 (row,), sorted by sample; NaN where missing.
        bounds: First row of each sample and the number of rows, int (sample + 1,).
        labels: Class of each sample, int (sample,).
        groups: Group of each sample, int (sample,).
    """
    sample = np.repeat(np.arange(len(labels)), np.diff(bounds))
    present = np.isfinite(values)
    if not present.any():
        return False
    seen = values[present]
    if _many(seen[: 2 * len(labels)], labels) or _many(seen, labels):  # a look suffices mostly
        return False
    code = np.unique(seen, return_inverse=True)[1]
    pairs = np.unique(np.stack([code, sample[present]]), axis=1)
    if _same_thing(pairs[0], labels[pairs[1]], groups[pairs[1]]):
        return True
    lowest = np.fmin.reduceat(np.where(present, values, np.inf), bounds[:-1])
    highest = np.fmax.reduceat(np.where(present, values, -np.inf), bounds[:-1])
    ever = lowest <= highest
    span, code = np.unique(np.stack([lowest, highest])[:, ever], axis=1, return_inverse=True)
    few = 2 * span.shape[1] <= len(labels)
    return few and _same_thing(code.ravel(), labels[ever], groups[ever])


def _many(values: np.ndarray, labels: np.ndarray) -> bool:
    """Whether there are more distinct values than half the samples."""
    return 2 * len(np.unique(values)) > len(labels)


def _same_thing(code: np.ndarray, label: np.ndarray, group: np.ndarray) -> bool:
    return _predicts(code, label, group) or _predicts(label, code, group)


def _predicts(cause: np.ndarray, effect: np.ndarray, group: np.ndarray) -> bool:
    """Whether ``cause`` names ``effect`` nearly always, and far better than a blind guess."""
    cause_groups = np.unique(np.stack([cause, group]), axis=1)[0]
    widespread = np.bincount(cause_groups)[cause] > 1
    if 2 * widespread.sum() < len(cause):
        return False
    cause, effect = cause[widespread], effect[widespread]
    blind = np.bincount(effect).max() / len(effect)
    pairs, count = np.unique(np.stack([cause, effect]), axis=1, return_counts=True)
    majority = np.zeros(cause.max() + 1, dtype=np.int64)
    np.maximum.at(majority, pairs[0], count)
    share = majority.sum() / len(cause)
    return bool(blind < 1 and share >= _PURE and 1 - share <= _LEFT * (1 - blind))


__all__ = ["gives_label_away"]
