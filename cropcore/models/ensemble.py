"""Ensemble: what describes a run that is made of other runs. It is put together, not trained."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from cropcore.models.base import Architecture, Kind

ENSEMBLE = "ensemble"
"""Its name; it stands in no table of what can be trained."""


class Ensemble(Architecture):
    """Several runs of one legend, whose answers are combined.

    References:
        Lakshminarayanan, Pritzel and Blundell (2017), Simple and scalable predictive uncertainty
        estimation using deep ensembles, arXiv:1612.01474.
    """

    title: ClassVar[str] = "Ensemble of runs"
    sample: ClassVar[Literal["pixel", "patch"]] = "pixel"
    kind: ClassVar[Kind] = "ensemble"
    reference: ClassVar[str] = "Lakshminarayanan et al. 2017, arXiv:1612.01474"

    rule: Literal["mean", "vote", "weighted", "stacked"] = Field(
        "mean", description="How the members' answers are combined"
    )
    reach: int = Field(0, ge=0, le=1024, description="Pixels around that members see")
    stride: int = Field(1, ge=1, le=1024, description="Where members' patches begin, pixels")

    def view(self, n_dates: int) -> tuple[int, int] | None:
        """Those of all members together."""
        return (self.reach, self.stride) if self.reach or self.stride > 1 else None


__all__ = ["ENSEMBLE", "Ensemble"]
