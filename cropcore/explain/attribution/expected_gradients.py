"""Expected gradients: what the values did, held against training samples instead of their mean."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from cropcore.explain.attribution.base import (
    Attribution,
    AttributionMethod,
    Background,
    Quantity,
    Score,
    unexplained,
)


class ExpectedGradients(AttributionMethod):
    """Integrated gradients averaged over training samples as baselines.

    Each sample stands at a part of the way of its own, evenly spread. The values sum to the score
    less the mean score of the samples, but for what so few of them leave open.

    References:
        Erion et al. (2021), Improving performance of deep learning models with axiomatic
        attribution priors and expected gradients, doi:10.1038/s42256-021-00343-w.
    """

    quantity: ClassVar[Quantity] = "contribution"
    unit: ClassVar[str] = "logits"
    needs_samples: ClassVar[bool] = True

    n_samples: int = Field(128, ge=2, le=4096, description="Training samples it is held against")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Chooses them")

    def __call__(self, score: Score, series: np.ndarray, background: Background) -> Attribution:
        """The mean over the same samples for each series.

        Raises:
            ValueError: There are no training samples to hold it against.
        """
        if background.samples is None or not len(background.samples):
            raise ValueError("expected gradients without training samples")
        random = np.random.default_rng(self.seed)
        known = background.samples
        chosen = random.permutation(len(known))[: self.n_samples]
        others = known[np.sort(chosen)].astype(series.dtype)  # (other, time, band)
        if series.ndim > 3:
            others = others[:, :, None, None]  # surroundings like the pixel itself
        left = (random.permutation(len(others)) + 0.5) / len(others)
        left = left.reshape(-1, *(1 for _ in series.shape[1:])).astype(series.dtype)
        values = np.stack(
            [
                (score.gradient(one - left * (one - others)) * (one - others)).mean(axis=0)
                for one in series
            ]
        )
        usual = score(np.broadcast_to(others, (len(others), *series.shape[1:]))).mean()
        return self.answer(values, unexplained(values, score(series) - usual))


__all__ = ["ExpectedGradients"]
