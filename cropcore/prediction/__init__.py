"""A fitted model made useful: one predictor for all uses, series in, probabilities out."""

from cropcore.prediction.answering import answers, logits_of, window_answers
from cropcore.prediction.combining import MOST_MEMBERS, Combination, Rule, fit_combination
from cropcore.prediction.ensemble import AnyPredictor, ensemble_predictor, own_part, view
from cropcore.prediction.features import boosting_predictor, feature_predictor, trees_predictor
from cropcore.prediction.patches import PatchPredictor, patch_predictor
from cropcore.prediction.predictor import Predictor, forest_predictor, network_predictor
from cropcore.prediction.surroundings import Surroundings, look_around, window_seen

__all__ = [
    "MOST_MEMBERS",
    "AnyPredictor",
    "Combination",
    "PatchPredictor",
    "Predictor",
    "Rule",
    "Surroundings",
    "answers",
    "boosting_predictor",
    "ensemble_predictor",
    "feature_predictor",
    "fit_combination",
    "forest_predictor",
    "logits_of",
    "look_around",
    "network_predictor",
    "own_part",
    "patch_predictor",
    "trees_predictor",
    "view",
    "window_answers",
    "window_seen",
]
