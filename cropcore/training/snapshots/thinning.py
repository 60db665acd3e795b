"""Few snapshots instead of many, where a run is to travel light."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cropcore.training.history import read_history
from cropcore.training.snapshots.storing import find_snapshots, prune_snapshots

_FEWEST = 3
"""The first snapshot, the best epoch's and the last."""


def thin_snapshots(folder: Path, most: int) -> tuple[int, ...]:
    """Keep the first snapshot, the best epoch's and the last, and of the rest every so many.

    Snapshots are taken often at first and ever more rarely; so are those that stay, which are
    spaced evenly by their rank.

    Args:
        folder: Of the run, which is not being trained.
        most: How many to keep at most, 3 at least.

    Returns:
        Epochs of those that stay, ascending; none where there are no snapshots.

    Raises:
        ValueError: ``most`` is less than 3.
        RunError: The snapshots or the history cannot be read.
    """
    if most < _FEWEST:
        raise ValueError(f"at least {_FEWEST} snapshots are kept, not {most}")
    stored, history = find_snapshots(folder), read_history(folder)
    if stored is None:
        return ()
    best = stored.epochs[-1] if history is None else history.best_epoch
    keep = spaced(stored.epochs, best, most)
    prune_snapshots(stored, keep)
    return keep


def spaced(epochs: tuple[int, ...], best: int, most: int) -> tuple[int, ...]:
    """At most so many of some epochs, evenly by rank: their ends and the best among them.

    Args:
        epochs: Ascending.
        best: One of them, or none.
        most: 3 at least.
    """
    if len(epochs) <= most:
        return epochs
    ranks = np.linspace(0, len(epochs) - 1, most).round().astype(int)
    if best in epochs:
        rank = epochs.index(best)
        inner = ranks[1:-1]
        if rank not in (ranks[0], ranks[-1]):
            inner[np.abs(inner - rank).argmin()] = rank
    return tuple(epochs[rank] for rank in ranks)


__all__ = ["spaced", "thin_snapshots"]
