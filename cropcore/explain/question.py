"""What an explainer is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cropcore.legend import LegendClass


@dataclass(frozen=True, eq=False)
class Question:
    """Why this class, and not that one?"""

    method: str | None = None
    """Name in the table of attribution methods; what suits the run where not given."""
    target: LegendClass | str | None = None
    """Class to explain, itself or its name or code; the predicted one where not given."""
    contrast: LegendClass | str | None = None
    """Class to explain it against."""
    samples: np.ndarray | None = None
    """Training series, (sample, time, band), for methods that need them."""

    def of(self, target: LegendClass, contrast: LegendClass | None) -> Question:
        """The same question of these classes, whatever whoever is asked would predict."""
        return replace(self, target=target, contrast=contrast)

    def by(self, method: str) -> Question:
        """The same question asked by another method."""
        return replace(self, method=method)


__all__ = ["Question"]
