"""Why the model said so: attribution of a class score to bands and dates."""

from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.explainer import Explainer
from cropcore.explain.explanation import Explanation, Part
from cropcore.explain.question import Question
from cropcore.explain.together import AnyExplainer, EnsembleExplainer, explainer_of

__all__ = [
    "ATTRIBUTION_METHODS",
    "AnyExplainer",
    "EnsembleExplainer",
    "Explainer",
    "Explanation",
    "Part",
    "Question",
    "explainer_of",
]
