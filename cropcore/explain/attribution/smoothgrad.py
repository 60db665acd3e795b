"""SmoothGrad: what the score is sensitive to around here, not just at this very point."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from cropcore.explain.attribution.base import (
    Attribution,
    AttributionMethod,
    Background,
    Quantity,
    Score,
)
from cropcore.explain.attribution.saliency import PER_DEVIATION


class SmoothGrad(AttributionMethod):
    """Mean gradient over noisy copies of the series, per standard deviation of each band.

    The noise is the same for every question, so that equal questions get equal answers.

    References:
        Smilkov et al. (2017), SmoothGrad: removing noise by adding noise, arXiv:1706.03825.
    """

    quantity: ClassVar[Quantity] = "sensitivity"
    unit: ClassVar[str] = PER_DEVIATION

    n_copies: int = Field(32, ge=1, le=1024, description="Noisy copies of each series")
    noise: float = Field(0.3, gt=0, le=3, description="Noise, share of each band's deviation")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Of the noise")

    def __call__(self, score: Score, series: np.ndarray, background: Background) -> Attribution:
        """The mean over copies, every copy of every sample with the noise of its number."""
        random = np.random.default_rng(self.seed)
        shape = (self.n_copies, *series.shape[1:])
        noise = random.standard_normal(shape, np.float32) * (self.noise * background.sd)
        noise = noise.astype(series.dtype)  # (copy, time, …, band)
        mean = np.stack([score.gradient(one + noise).mean(axis=0) for one in series])
        return self.answer(mean * background.sd)


__all__ = ["SmoothGrad"]
