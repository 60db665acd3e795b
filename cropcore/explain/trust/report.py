"""What is found when an explanation is put to the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cropcore.explain.attribution.base import Quantity
from cropcore.explain.trust.agreement import Agreement, number_or_none
from cropcore.explain.trust.faithfulness import Curve
from cropcore.explain.trust.grades import COMPLETE, NEARLY_COMPLETE, Grade, lower_is_better
from cropcore.explain.trust.randomisation import Randomisation


@dataclass(frozen=True, eq=False)
class TrustReport:
    """How far one explanation can be trusted, by five checks."""

    method: str
    quantity: Quantity
    residual: float | None
    """Share of the score's change that the values do not account for; methods that tell it only."""
    deletion: Curve
    insertion: Curve
    agreement: Agreement
    randomisation: Randomisation | None
    """``None`` for models without weights, such as forests."""
    asked: int = 1
    """Pixels that were put to the test: one, or some of a parcel."""

    @property
    def completeness(self) -> Grade:
        """Grade of the residual."""
        return lower_is_better(self.residual, COMPLETE, NEARLY_COMPLETE)

    @property
    def grades(self) -> dict[str, Grade]:
        """The grade of each check by its name."""
        redrawn = self.randomisation
        return {
            "completeness": self.completeness,
            "deletion": self.deletion.grade,
            "insertion": self.insertion.grade,
            "agreement": self.agreement.grade,
            "randomisation": redrawn.grade if redrawn else Grade.NOT_APPLICABLE,
        }

    def to_json(self) -> dict[str, Any]:
        """Each check with its numbers and its grade."""
        residual = None if self.residual is None else number_or_none(self.residual)
        return {
            "method": self.method,
            "quantity": self.quantity,
            "asked": self.asked,
            "completeness": {"residual": residual, "grade": self.completeness.value},
            "deletion": self.deletion.to_json(),
            "insertion": self.insertion.to_json(),
            "agreement": self.agreement.to_json(),
            "randomisation": self.randomisation.to_json()
            if self.randomisation
            else {"grade": Grade.NOT_APPLICABLE.value},
        }


__all__ = ["TrustReport"]
