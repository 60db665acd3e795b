"""What is gained by keeping only what is sure: fewer errors for less land.

References:
    Geifman and El-Yaniv (2017), Selective Classification for Deep Neural Networks,
    arXiv:1705.08500 (risk and coverage);
    Hendrycks and Gimpel (2017), A Baseline for Detecting Misclassified and Out-of-Distribution
    Examples in Neural Networks, arXiv:1610.02136 (area under the ROC curve).
"""

from dataclasses import dataclass

import numpy as np

from cropcore.confidence.grouped import share_intervals, sums_by_group

_STEPS = 101
"""Thresholds: 0, 1, … 100 percent."""


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """Errors among the surest samples, as more and more of them are kept."""

    coverage: np.ndarray
    """Share of samples kept, float64 (sample,), rising to 1."""
    risk: np.ndarray
    """Share of those kept that is wrong, float64 (sample,)."""

    @property
    def area(self) -> float:
        """Area under the curve (AURC), 0–1; less is better, and the error rate is chance."""
        return float(self.risk.mean())


@dataclass(frozen=True, eq=False)
class Kept:
    """What is left above each threshold of 0, 1, … 100 percent confidence."""

    count: np.ndarray
    """Samples kept, int64 (threshold,)."""
    groups: np.ndarray
    """Groups they are of, int64 (threshold,)."""
    accuracy: np.ndarray
    """Share of them that is right, float64 (threshold,); NaN where none is kept."""
    low: np.ndarray
    """Low end of its 95 % interval by bootstrap over groups; NaN with fewer than two groups."""
    high: np.ndarray


def risk_coverage(sureness: np.ndarray, correct: np.ndarray) -> RiskCoverage:
    """Keep samples from the surest to the least sure, and count the errors among them.

    Equally sure samples count as the mean over all their orders.

    Args:
        sureness: Any measure that is larger for surer samples, (sample,).
        correct: Whether the class each sample was given is right, bool (sample,).
    """
    values, place, count = np.unique(
        -np.asarray(sureness, np.float64), return_inverse=True, return_counts=True
    )
    wrong = np.bincount(place, weights=~np.asarray(correct, bool), minlength=len(values))
    errors = np.repeat(wrong / count, count).cumsum()
    kept = np.arange(1, len(errors) + 1)
    return RiskCoverage(kept / len(errors), errors / kept)


def least_area(correct: np.ndarray) -> float:
    """The area under the curve of a measure that puts every error last."""
    n, n_right = len(correct), int(np.sum(correct))
    kept = np.arange(1, n + 1)
    return float((np.maximum(kept - n_right, 0) / kept).mean())


def error_detection(sureness: np.ndarray, correct: np.ndarray) -> float:
    """Chance that an error is less sure than a right answer (AUROC); .5 is no better than a coin.

    Args:
        sureness: Any measure that is larger for surer samples, (sample,).
        correct: Whether the class each sample was given is right, bool (sample,).

    Returns:
        0–1, ties counted half; NaN where all samples are right or all are wrong.
    """
    from scipy.stats import rankdata  # takes a while to import, and no map waits for it

    right = np.asarray(correct, bool)
    n_right, n_wrong = int(right.sum()), int((~right).sum())
    if not n_right or not n_wrong:
        return float("nan")
    ranks = rankdata(sureness)[right].sum()
    return float((ranks - n_right * (n_right + 1) / 2) / (n_right * n_wrong))


def kept_above(confidence: np.ndarray, correct: np.ndarray, groups: np.ndarray) -> Kept:
    """What is left at or above each whole percent, confidence being rounded as maps store it.

    Args:
        confidence: Probability of the class each sample was given, 0–1 (sample,).
        correct: Whether that class was right, bool (sample,).
        groups: Group of each sample.
    """
    percent = np.rint(np.asarray(confidence, np.float64) * 100).clip(0, 100).astype(np.int64)
    ones = np.ones(len(percent))
    right, count = (
        _from_above(sums_by_group(values, groups, percent, _STEPS)) for values in (correct, ones)
    )
    low, high = share_intervals(right, count)
    total = count.sum(axis=0)
    return Kept(
        total.astype(np.int64),
        (count > 0).sum(axis=0),
        right.sum(axis=0) / np.where(total > 0, total, np.nan),
        low,
        high,
    )


def _from_above(sums: np.ndarray) -> np.ndarray:
    """Each column with all columns to its right."""
    return sums[:, ::-1].cumsum(axis=1)[:, ::-1]


__all__ = [
    "Kept",
    "RiskCoverage",
    "error_detection",
    "kept_above",
    "least_area",
    "risk_coverage",
]
