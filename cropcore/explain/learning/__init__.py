"""How a network came to know each class: the history of its training, and what its layers saw."""

from cropcore.explain.learning.curves import Gap, gap_at, rate_changes
from cropcore.explain.learning.inside import (
    Inside,
    Norms,
    Rise,
    Weighed,
    attention_by_class,
    by_date,
    feature_maps,
    gates_by_date,
    largest_rise,
    norms,
    read_inside,
    vectors,
)
from cropcore.explain.learning.inside_tables import (
    attention_csv,
    dates_csv,
    gates_csv,
    layers_csv,
    maps_csv,
    norms_csv,
    paths_csv,
)
from cropcore.explain.learning.milestones import SETTLED, Milestone, milestones
from cropcore.explain.learning.paths import Paths, paths_of, pooled_paths
from cropcore.explain.learning.similarity import similarity, similarity_to_last, unbiased_cka
from cropcore.explain.learning.tables import class_f1_csv, curves_csv, milestones_csv
from cropcore.explain.learning.watched import Watched, watched

__all__ = [
    "SETTLED",
    "Gap",
    "Inside",
    "Milestone",
    "Norms",
    "Paths",
    "Rise",
    "Watched",
    "Weighed",
    "attention_by_class",
    "attention_csv",
    "by_date",
    "class_f1_csv",
    "curves_csv",
    "dates_csv",
    "feature_maps",
    "gap_at",
    "gates_by_date",
    "gates_csv",
    "largest_rise",
    "layers_csv",
    "maps_csv",
    "milestones",
    "milestones_csv",
    "norms",
    "norms_csv",
    "paths_csv",
    "paths_of",
    "pooled_paths",
    "rate_changes",
    "read_inside",
    "similarity",
    "similarity_to_last",
    "unbiased_cka",
    "vectors",
    "watched",
]
