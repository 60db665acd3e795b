"""How much is labelled as each class, and how it is spread over parcels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cropcore.legend import UNKNOWN
from cropcore.sources.base import Source
from cropcore.sources.region.region_folder import RegionFolder

_BLOCK = 256
_ALL = 2**31
"""More samples than any class has."""


@dataclass(frozen=True)
class ClassBalance:
    """The labels of one class."""

    code: int
    count: int
    """Pixels of a region, samples of a table."""
    hectares: float | None
    """Labelled land; ``None`` for a table."""
    groups: int
    """Parcels, or whatever else a split keeps together."""
    largest: float
    """Share of the class that lies in its largest group, 0–1."""


def class_balance(source: Source) -> tuple[ClassBalance, ...]:
    """The labels of every class, by code; none for a region without labels.

    Labels of a region are gone through block by block.

    Raises:
        InputError: The labels cannot be used.
    """
    if isinstance(source, RegionFolder):
        if source.label_description is None:
            return ()
        return _of_region(source)
    counts: Counter[tuple[int, str]] = Counter()
    for batch in source.labelled(_ALL, 0):
        counts.update(zip(batch.codes.tolist(), batch.groups.tolist(), strict=True))
    return _summed((code, group, count, None) for (code, group), count in counts.items())


def _of_region(region: RegionFolder) -> tuple[ClassBalance, ...]:
    hectares = region.grid.row_hectares()
    counts: Counter[tuple[int, int]] = Counter()
    areas: Counter[tuple[int, int]] = Counter()
    for block in region.grid.blocks(_BLOCK):
        labels = region.labels.read(block.core)
        known = labels.codes != UNKNOWN
        if not known.any():
            continue
        pairs = np.stack([labels.codes[known].astype(np.int64), labels.groups[known]])
        distinct, which = np.unique(pairs, axis=1, return_inverse=True)
        land = np.broadcast_to(hectares[block.core.slices[0]][:, None], known.shape)[known]
        keys = [(int(code), int(group)) for code, group in distinct.T]
        pixels = np.bincount(which, minlength=len(keys)).tolist()
        counts.update(dict(zip(keys, pixels, strict=True)))
        summed = np.bincount(which, land, len(keys)).tolist()
        for key, area in zip(keys, summed, strict=True):
            areas[key] += area
    return _summed((code, str(group), count, areas[code, group])
                   for (code, group), count in counts.items())  # fmt: skip


def _summed(
    rows: Iterable[tuple[int, str, int, float | None]],
) -> tuple[ClassBalance, ...]:
    by_code: dict[int, list[tuple[int, float | None]]] = {}
    for code, _, count, area in rows:
        by_code.setdefault(code, []).append((count, area))
    found = []
    for code, groups in sorted(by_code.items()):
        total = sum(count for count, _ in groups)
        known = [area for _, area in groups if area is not None]
        largest = max(count for count, _ in groups) / total
        found.append(ClassBalance(code, total, sum(known) if known else None, len(groups), largest))
    return tuple(found)


__all__ = ["ClassBalance", "class_balance"]
