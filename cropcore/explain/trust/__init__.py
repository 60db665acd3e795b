"""How far an explanation can be trusted: completeness, faithfulness, agreement, randomisation."""

from cropcore.explain.trust.agreement import Agreement, agreement, spearman
from cropcore.explain.trust.checking import check, check_parcel
from cropcore.explain.trust.faithfulness import Curve, curves
from cropcore.explain.trust.grades import Grade
from cropcore.explain.trust.randomisation import Randomisation, randomisation, redraw
from cropcore.explain.trust.report import TrustReport

__all__ = [
    "Agreement",
    "Curve",
    "Grade",
    "Randomisation",
    "TrustReport",
    "agreement",
    "check",
    "check_parcel",
    "curves",
    "randomisation",
    "redraw",
    "spearman",
]
