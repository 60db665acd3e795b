"""What a run goes by for each class, over held-out samples that it names rightly."""

from cropcore.explain.by_class.attention import ClassAttention, attention_of_class
from cropcore.explain.by_class.class_attribution import ByClass, ClassAttribution, SourceByClass
from cropcore.explain.by_class.computing import ENOUGH, SECONDS, explain_classes
from cropcore.explain.by_class.duplicates import ALIKE, Duplicates, Pair, duplicate_bands

__all__ = [
    "ALIKE",
    "ENOUGH",
    "SECONDS",
    "ByClass",
    "ClassAttention",
    "ClassAttribution",
    "Duplicates",
    "Pair",
    "SourceByClass",
    "attention_of_class",
    "duplicate_bands",
    "explain_classes",
]
