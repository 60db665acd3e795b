"""A fitted model made useful: one predictor for all uses, series in, probabilities out."""

from cropcore.prediction.predictor import Predictor, forest_predictor, network_predictor

__all__ = ["Predictor", "forest_predictor", "network_predictor"]
