"""Saliency: which values the score is most sensitive to, here and now."""

import numpy as np

from cropcore.explain.attribution.base import Attribution
from cropcore.explain.attribution.gradient import Score


def saliency(score: Score, series: np.ndarray, baseline: np.ndarray, sd: np.ndarray) -> Attribution:
    """Signed gradient of the score, per standard deviation of each band.

    Divide by ``sd`` for the change per physical unit.

    References:
        Simonyan, Vedaldi and Zisserman (2014), Deep inside convolutional networks,
        arXiv:1312.6034.
    """
    values = score.gradient(series) * sd
    return Attribution(values, "sensitivity", "logits per +1 standard deviation of the band")


__all__ = ["saliency"]
