"""How right predictions are, and how sure that is. Pure numpy."""

from cropcore.accuracy.assessment import assess, macro_f1
from cropcore.accuracy.bootstrap import (
    bootstrap_difference,
    bootstrap_f1_differences,
    bootstrap_interval,
)
from cropcore.accuracy.confusion import confusion_matrix
from cropcore.accuracy.mcnemar import McNemar, mcnemar
from cropcore.accuracy.statistics import STATISTICS

__all__ = [
    "STATISTICS",
    "McNemar",
    "assess",
    "bootstrap_difference",
    "bootstrap_f1_differences",
    "bootstrap_interval",
    "confusion_matrix",
    "macro_f1",
    "mcnemar",
]
