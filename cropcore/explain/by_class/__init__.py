"""What a run goes by for each class, over held-out samples that it names rightly."""

from cropcore.explain.by_class.class_attribution import ByClass, ClassAttribution, SourceByClass
from cropcore.explain.by_class.computing import ENOUGH, explain_classes
from cropcore.explain.by_class.duplicates import ALIKE, Duplicates, Pair, duplicate_bands

__all__ = [
    "ALIKE",
    "ENOUGH",
    "ByClass",
    "ClassAttribution",
    "Duplicates",
    "Pair",
    "SourceByClass",
    "duplicate_bands",
    "explain_classes",
]
