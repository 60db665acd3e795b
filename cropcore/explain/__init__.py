"""Why the model said so: attribution of a class score to bands and dates."""

from cropcore.explain.attribution import ATTRIBUTION_METHODS
from cropcore.explain.explanation import Explainer, Explanation, Part

__all__ = ["ATTRIBUTION_METHODS", "Explainer", "Explanation", "Part"]
