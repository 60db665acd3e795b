"""A fitted model made useful: one predictor for all uses, series in, probabilities out."""

from cropcore.prediction.answering import answers, window_answers
from cropcore.prediction.patches import PatchPredictor, patch_predictor
from cropcore.prediction.predictor import Predictor, forest_predictor, network_predictor
from cropcore.prediction.surroundings import Surroundings, look_around

__all__ = [
    "PatchPredictor",
    "Predictor",
    "Surroundings",
    "answers",
    "forest_predictor",
    "look_around",
    "network_predictor",
    "patch_predictor",
    "window_answers",
]
