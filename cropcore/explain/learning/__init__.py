"""How a network came to know each class, told from the history of its training."""

from cropcore.explain.learning.curves import Gap, gap_at, rate_changes
from cropcore.explain.learning.milestones import SETTLED, Milestone, milestones
from cropcore.explain.learning.tables import class_f1_csv, curves_csv, milestones_csv
from cropcore.explain.learning.watched import Watched, watched

__all__ = [
    "SETTLED",
    "Gap",
    "Milestone",
    "Watched",
    "class_f1_csv",
    "curves_csv",
    "gap_at",
    "milestones",
    "milestones_csv",
    "rate_changes",
    "watched",
]
