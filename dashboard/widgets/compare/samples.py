"""The test samples of one cell of the confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cropcore.training.differences import Comparison
from dashboard.catalog import RegionEntry, RunEntry
from dashboard.compared import pixels_of
from dashboard.csv_text import csv_text
from dashboard.state import current


@dataclass(frozen=True, eq=False)
class Chosen:
    """Samples of one true class to which at least one of two runs gave one class."""

    comparison: Comparison
    at: np.ndarray
    """Their positions, int (sample,)."""
    by: tuple[np.ndarray, np.ndarray]
    """Whether the baseline, and whether the other run, gave them that class, bool (sample,)."""
    pixels: np.ndarray | None
    """Row and column of each, int (sample, 2); ``None`` where they are no pixels of the region."""

    def table(self, names: Sequence[str]) -> dict[str, list[object]]:
        """A column for each thing that is known of them.

        Args:
            names: Of the classes, in the order of the legend.
        """
        pair = self.comparison.pair
        count = len(self.at)
        places: list[list[object]] = [[None] * count] * 2
        if self.pixels is not None:
            places = self.pixels.T.tolist()
        columns: dict[str, list[object]] = {
            "id": pair.a.ids[self.at].tolist(),
            "row": places[0],
            "col": places[1],
            "group": pair.a.groups[self.at].tolist(),
            "reference": [names[item] for item in pair.reference[self.at]],
        }
        for side, tested in (("a", pair.a), ("b", pair.b)):
            part = tested.take(self.at)
            columns[side] = [names[item] for item in part.predicted]
            columns[f"percent_{side}"] = np.rint(100 * part.probabilities.max(axis=1)).tolist()
        return columns

    def to_csv(self) -> str:
        """The table for other programs."""
        table = self.table(self.comparison.legend.names)
        return csv_text(list(table), zip(*table.values(), strict=True))


def chosen_samples(
    region: RegionEntry, runs: tuple[RunEntry, RunEntry], comparison: Comparison
) -> Chosen | None:
    """The samples of the cell in the state; ``None`` without a cell, or where it is of no class.

    Args:
        region: What is on the map.
        runs: The baseline and the other run.
        comparison: Of these runs.
    """
    cell, codes = current().cell, comparison.legend.codes
    if cell is None or not set(cell) <= set(codes):
        return None
    true, given = (codes.index(code) for code in cell)
    pair = comparison.pair
    by_a, by_b = pair.a.predicted == given, pair.b.predicted == given
    at = np.flatnonzero((pair.reference == true) & (by_a | by_b))
    here = all(run.learnt_from(region) for run in runs)
    pixels = pixels_of(pair.a.ids[at].tolist()) if here else None
    return Chosen(comparison, at, (by_a[at], by_b[at]), pixels)


__all__ = ["Chosen", "chosen_samples"]
